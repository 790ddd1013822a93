package dev.steepest.cli;

import dev.steepest.optim.Buffer;
import dev.steepest.optim.Knobs;
import dev.steepest.optim.Parameter;
import dev.steepest.optim.Preset;
import dev.steepest.optim.Role;
import dev.steepest.optim.Rule;
import dev.steepest.optim.Rules;
import dev.steepest.optim.Source;
import dev.steepest.optim.Wrapper;
import dev.steepest.optim.Wrappers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.global.torch;

/**
 * What is declared, computed and measured of one rule or wrapper.
 *
 * @param name lower-case, as in messages
 * @param title the class's simple name
 * @param source where it comes from
 * @param knobs its hyper-parameters
 * @param presets which offer it in experiment files; none for wrappers
 * @param matrixBytes state in bytes per element of a float32 matrix of {@link #SIDE}²; empty where
 *     it takes none
 * @param vectorBytes the same for a vector of {@link #SIDE}
 * @param keepsGradient whether the gradient is part of the state
 */
record OptimizerCard(
    String name,
    String title,
    Source source,
    List<Knobs.Declared> knobs,
    List<String> presets,
    OptionalDouble matrixBytes,
    OptionalDouble vectorBytes,
    boolean keepsGradient) {

  /** Side of the reference shapes: the width of the smallest GPT-2 (assumed as typical). */
  static final long SIDE = 768;

  private static final int FLOAT = 4; // bytes of a float32

  /** Every rule, by name. */
  static List<OptimizerCard> rules() {
    List<OptimizerCard> cards = new ArrayList<>();
    for (Class<? extends Rule> type : Rules.all()) {
      Rule rule = Rules.make(type, Map.of());
      cards.add(
          card(
              Rules.hyper(type),
              presetsWith(type),
              parameter -> {
                rule.admit(parameter);
                return rule.buffers(parameter);
              },
              rule instanceof Rule.KeepsGradient));
    }
    return List.copyOf(cards);
  }

  /** Every wrapper, by name. */
  static List<OptimizerCard> wrappers() {
    List<OptimizerCard> cards = new ArrayList<>();
    for (Class<? extends Wrapper> type : Wrappers.all()) {
      Wrapper wrapper = Wrappers.make(type, Map.of());
      cards.add(card(Wrappers.hyper(type), List.of(), wrapper::buffers, false));
    }
    return List.copyOf(cards);
  }

  /** What something keeps for a parameter; refuses parameters that it cannot take. */
  private interface Keeping {
    List<Buffer> buffers(Parameter parameter);
  }

  private static OptimizerCard card(
      Class<? extends Record> type, List<String> presets, Keeping keeping, boolean keepsGradient) {
    return new OptimizerCard(
        Knobs.name(type),
        type.getSimpleName(),
        type.getAnnotation(Source.class),
        Knobs.of(type),
        presets,
        bytes(keeping, Role.MATRIX, SIDE, SIDE),
        bytes(keeping, Role.VECTOR, SIDE),
        keepsGradient);
  }

  private static OptionalDouble bytes(Keeping keeping, Role role, long... shape) {
    try (PointerScope _ = new PointerScope()) {
      Parameter parameter = new Parameter("reference", role, torch.zeros(shape));
      try {
        long kept = keeping.buffers(parameter).stream().mapToLong(Buffer::elements).sum();
        return OptionalDouble.of(FLOAT * (double) kept / parameter.tensor().numel());
      } catch (IllegalArgumentException refused) {
        return OptionalDouble.empty();
      }
    }
  }

  private static List<String> presetsWith(Class<? extends Rule> rule) {
    return Preset.all().stream()
        .filter(preset -> preset.main().rule() == rule)
        .map(Preset::name)
        .toList();
  }
}
