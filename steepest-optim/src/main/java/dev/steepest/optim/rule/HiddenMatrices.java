package dev.steepest.optim.rule;

import dev.steepest.optim.Parameter;
import dev.steepest.optim.ParameterState;
import dev.steepest.optim.Preset;
import dev.steepest.optim.Role;
import dev.steepest.optim.Rule;
import dev.steepest.optim.linalg.Orthogonalizer;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/** The parameters that rules for matrices are for: hidden weights, filters flattened. */
final class HiddenMatrices {

  private static final Set<Role> HIDDEN = EnumSet.of(Role.CONV, Role.MATRIX);
  private static final Set<Role> VECTORS = EnumSet.of(Role.VECTOR, Role.SCALAR);

  private HiddenMatrices() {}

  /**
   * A partition: {@code rule} on hidden filters and matrices, AdamW on the rest. Of that, norm
   * weights, biases and scalars are in slot "vectors", which has settings of its own and no decay.
   */
  static Preset preset(String name, String about, Class<? extends Rule> rule) {
    return preset(name, about, rule, Map.of());
  }

  /** The same where {@code rule} has other defaults than its own. */
  static Preset preset(
      String name, String about, Class<? extends Rule> rule, Map<String, Object> defaults) {
    Set<Role> rest = EnumSet.of(Role.INPUT, Role.EMBEDDING, Role.HEAD);
    return new Preset(
        name,
        about,
        List.of(
            new Preset.Slot("", HIDDEN, rule, defaults),
            new Preset.Slot("rest", rest, AdamW.class, Map.of()),
            new Preset.Slot("vectors", VECTORS, AdamW.class, Map.of("weight_decay", 0.0))));
  }

  /**
   * The same with SGD on the rest, whose rates differ by orders of magnitude: of the last layer in
   * slot "head", of first layers and tables in "input", of norm weights, biases and scalars, not
   * decayed, in "vectors".
   */
  static Preset presetWithSgd(String name, String about, Class<? extends Rule> rule) {
    return new Preset(
        name,
        about,
        List.of(
            new Preset.Slot("", HIDDEN, rule, Map.of()),
            new Preset.Slot("head", EnumSet.of(Role.HEAD), Sgd.class, Map.of()),
            new Preset.Slot("input", EnumSet.of(Role.INPUT, Role.EMBEDDING), Sgd.class, Map.of()),
            new Preset.Slot("vectors", VECTORS, Sgd.class, Map.of("weight_decay", 0.0))));
  }

  /**
   * Moves members in the stacks in which they are made orthogonal; directions and whatever else a
   * stack leaves behind are freed before the next. On a CPU that is one large matrix, or all small
   * ones of a shape; on a GPU all of a shape.
   *
   * @param matrices of a member, as they will be given to the orthogonaliser: only their shape and
   *     type count
   */
  static void eachStack(
      Orthogonalizer orthogonalizer,
      List<ParameterState> members,
      Function<ParameterState, Tensor> matrices,
      Consumer<List<ParameterState>> move) {
    List<List<Integer>> stacks;
    try (PointerScope _ = new PointerScope()) {
      stacks = orthogonalizer.stacks(members.stream().map(matrices).toList());
    }
    for (List<Integer> places : stacks) {
      List<ParameterState> stack = places.stream().map(members::get).toList();
      try (PointerScope _ = new PointerScope()) {
        move.accept(stack);
        // Widened weights are rounded before they go with the scope.
        stack.forEach(ParameterState::end);
      }
    }
  }

  /**
   * Refuses what is no matrix.
   *
   * @param rule its name in messages: that of its preset
   */
  static void admit(String rule, Parameter parameter) {
    if (!parameter.isMatrix()) {
      throw new IllegalArgumentException(
          rule
              + " cannot take '"
              + parameter.name()
              + "': it has fewer than two dimensions; give it to AdamW");
    }
  }
}
