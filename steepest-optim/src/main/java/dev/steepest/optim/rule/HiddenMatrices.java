package dev.steepest.optim.rule;

import dev.steepest.optim.Parameter;
import dev.steepest.optim.Preset;
import dev.steepest.optim.Role;
import dev.steepest.optim.Rule;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;

/** The parameters that rules for matrices are for: hidden weights, filters flattened. */
final class HiddenMatrices {

  private HiddenMatrices() {}

  /** A partition: {@code rule} on hidden filters and matrices, AdamW on the rest. */
  static Preset preset(String name, String about, Class<? extends Rule> rule) {
    EnumSet<Role> hidden = EnumSet.of(Role.CONV, Role.MATRIX);
    EnumSet<Role> rest = EnumSet.complementOf(hidden);
    return new Preset(
        name,
        about,
        List.of(
            new Preset.Slot("", hidden, rule, Map.of()),
            new Preset.Slot("rest", rest, AdamW.class, Map.of("lr", 1e-3))));
  }

  /**
   * Refuses what is no matrix.
   *
   * @param rule its name in messages
   */
  static void admit(String rule, Parameter parameter) {
    if (!parameter.isMatrix()) {
      throw new IllegalArgumentException(
          rule
              + " cannot take '"
              + parameter.name()
              + "': it has fewer than two dimensions; give it to adam_w");
    }
  }
}
