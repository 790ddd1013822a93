package dev.steepest.optim;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Tensor;

/**
 * Updates parameters from their gradients, group by group.
 *
 * <p>It owns the tensors that rules keep, never the parameters. State is made when a parameter
 * first has a gradient; a parameter without one is neither changed nor decayed. Not thread-safe.
 */
public final class Optimizer implements AutoCloseable {

  /** How a group's parameters are updated. */
  public enum Path {
    /** Many at once where the rule can: fused kernels, stacked matrices. */
    TOGETHER,
    /**
     * One after the other, as the source's formulas stand: the reference that the other path is
     * tested against.
     */
    ONE_BY_ONE
  }

  private final List<ParameterGroup> groups;
  private final List<GroupSteps> steps = new ArrayList<>();

  /** As {@link #Optimizer(List, long)} with seed 0: for rules that draw nothing. */
  public Optimizer(List<ParameterGroup> groups) {
    this(groups, 0);
  }

  /**
   * @param groups their names, and their parameters' names and tensors, must all differ
   * @param seed of whatever the rules draw, such as Dion's first basis
   * @throws IllegalArgumentException naming every parameter that is in more than one group
   */
  public Optimizer(List<ParameterGroup> groups, long seed) {
    this(groups, seed, Path.TOGETHER);
  }

  /** As {@link #Optimizer(List, long)}, choosing the path. */
  public Optimizer(List<ParameterGroup> groups, long seed, Path path) {
    this.groups = List.copyOf(groups);
    refuseDuplicates(this.groups);
    for (ParameterGroup group : this.groups) {
      steps.add(new GroupSteps(group, seed, path));
    }
  }

  /** The groups, as given. */
  public List<ParameterGroup> groups() {
    return groups;
  }

  /** One step with every group's own learning rate. */
  public void step() {
    step(1);
  }

  /**
   * One step.
   *
   * @param factor multiplies the learning rate of every group; what a {@link Schedule} says
   */
  public void step(double factor) {
    if (!(factor >= 0 && factor < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("learning-rate factor " + factor + " must be in [0, inf)");
    }
    try (AutoGradMode _ = new AutoGradMode(false)) {
      for (GroupSteps group : steps) {
        try (PointerScope _ = new PointerScope()) {
          group.step(factor);
        }
      }
    }
  }

  /**
   * Makes every gradient undefined, except those that are the state of a {@link
   * Rule.KeepsGradient}.
   */
  public void zeroGrad() {
    try (PointerScope _ = new PointerScope()) {
      for (ParameterGroup group : groups) {
        if (!(group.rule() instanceof Rule.KeepsGradient)) {
          group.parameters().forEach(parameter -> parameter.tensor().mutable_grad().reset());
        }
      }
    }
  }

  /**
   * Copies of everything that is needed to continue bit for bit: {@code "<parameter>/<buffer>"} and
   * {@code "<parameter>/step"}, the latter an int64 scalar. Parameters that never had a gradient
   * are absent. The caller, or the caller's pointer scope, owns the tensors.
   */
  public SortedMap<String, Tensor> state() {
    return OptimizerState.save(states());
  }

  /**
   * Continues from a saved state, which is copied. State that the map does not speak of is dropped.
   *
   * @throws IllegalArgumentException naming every key that is missing, unexpected, or of the wrong
   *     shape; then nothing has changed
   */
  public void load(Map<String, Tensor> state) {
    OptimizerState.load(states(), state);
    steps.forEach(GroupSteps::forgetBatches);
  }

  /** Bytes kept for all parameters now. */
  public long stateBytes() {
    return states().keySet().stream()
        .flatMap(parameter -> parameter.buffers().values().stream())
        .mapToLong(Tensor::nbytes)
        .sum();
  }

  @Override
  public void close() {
    steps.forEach(GroupSteps::close);
  }

  private Map<ParameterState, Rule> states() {
    Map<ParameterState, Rule> states = new LinkedHashMap<>();
    for (GroupSteps group : steps) {
      group.states().forEach(state -> states.put(state, group.rule()));
    }
    return states;
  }

  private static void refuseDuplicates(List<ParameterGroup> groups) {
    List<String> problems = new ArrayList<>();
    Set<String> names = new HashSet<>();
    Map<String, String> groupOf = new HashMap<>();
    Map<Long, String> tensors = new HashMap<>();
    for (ParameterGroup group : groups) {
      if (!names.add(group.name())) {
        problems.add("two groups are called '" + group.name() + "'");
      }
      for (Parameter parameter : group.parameters()) {
        String before = groupOf.put(parameter.name(), group.name());
        if (before != null) {
          problems.add(
              "parameter '"
                  + parameter.name()
                  + "' is in group '"
                  + before
                  + "' and again in '"
                  + group.name()
                  + "'");
        }
        try (var implementation = parameter.tensor().unsafeGetTensorImpl()) {
          String twin = tensors.put(implementation.address(), parameter.name());
          if (twin != null && !twin.equals(parameter.name())) {
            problems.add(
                "parameters '" + twin + "' and '" + parameter.name() + "' are the same tensor");
          }
        }
      }
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          String.join("; ", problems) + "; each parameter belongs to exactly one group");
    }
  }
}
