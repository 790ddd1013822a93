package dev.steepest.optim;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Tensor;

/**
 * Updates parameters from their gradients, group by group.
 *
 * <p>It owns the tensors that rules and wrappers keep, never the parameters. State is made when a
 * parameter first has a gradient; a parameter without one is neither changed nor decayed. Not
 * thread-safe.
 *
 * <p>A step goes through groups and parameters in the order in which they were given, but no
 * parameter's update depends on that order, nor on other parameters except through {@link
 * Rule.Collective} and {@link Wrapper}: an optimizer over a part of the parameters makes the same
 * updates of that part, so that parameters may be dealt out over processes.
 */
public final class Optimizer implements AutoCloseable {

  /** How a group's parameters are updated. */
  public enum Path {
    /** Many at once where the rule can: fused kernels, flat memory, stacked matrices. */
    TOGETHER,
    /**
     * One after the other, as the source's formulas stand: the reference that the other path is
     * tested against.
     */
    ONE_BY_ONE
  }

  /** What became of a step. */
  public enum Outcome {
    STEPPED,
    /** A gradient was not finite and the policy is {@link NonFinite#SKIP}. */
    SKIPPED
  }

  private final List<ParameterGroup> groups;
  private final List<GroupSteps> steps = new ArrayList<>();
  private final List<WrapperSteps> wrappers = new ArrayList<>();
  private final FiniteGradients finite;
  private final KeptGradients kept;
  private boolean evaluating;

  /** An optimizer with every default of {@link OptimizerBuilder}. */
  public Optimizer(List<ParameterGroup> groups) {
    this(groups, 0);
  }

  /** An optimizer with every default of {@link OptimizerBuilder} but the seed. */
  public Optimizer(List<ParameterGroup> groups, long seed) {
    this(builder(groups).seed(seed));
  }

  Optimizer(OptimizerBuilder built) {
    groups = built.groups;
    refuseDuplicates(groups);
    for (ParameterGroup group : groups) {
      steps.add(new GroupSteps(group, built.noise, built.path, built.shards));
    }
    for (Wrapper wrapper : built.wrappers) {
      wrappers.add(new WrapperSteps(wrapper, steps, built.noise, built.shards));
    }
    refuseTwins(wrappers);
    finite = new FiniteGradients(built.nonFinite);
    boolean mayGoBack = needsSecondGradient() || built.nonFinite == NonFinite.SKIP;
    kept = new KeptGradients(mayGoBack ? steps : List.of());
  }

  /**
   * Begins an optimizer.
   *
   * @param groups their names, and their parameters' names and tensors, must all differ
   */
  public static OptimizerBuilder builder(List<ParameterGroup> groups) {
    return new OptimizerBuilder(groups);
  }

  /** The groups, as given. */
  public List<ParameterGroup> groups() {
    return groups;
  }

  /** What stands around the rules, outermost first. */
  public List<Wrapper> wrappers() {
    return wrappers.stream().map(WrapperSteps::wrapper).toList();
  }

  /** One line for each group and each wrapper: its hyper-parameters and what it takes. */
  public List<String> describe() {
    return Stream.concat(
            groups.stream().map(ParameterGroup::describe),
            wrappers.stream()
                .map(WrapperSteps::wrapper)
                .map(wrapper -> "around all: " + Knobs.describe(wrapper)))
        .toList();
  }

  /** One step with every group's own learning rate. */
  public Outcome step() {
    return step(1);
  }

  /**
   * One step.
   *
   * @param factor multiplies the learning rate of every group; what a {@link Schedule} says
   * @throws ArithmeticException when a gradient is not finite and the policy is {@link
   *     NonFinite#RAISE}; nothing has changed
   * @throws IllegalStateException when a wrapper needs a second gradient
   */
  public Outcome step(double factor) {
    return step(
        factor,
        () -> {
          throw new IllegalStateException(
              "a wrapper of this optimizer needs a second gradient; call step(factor, second)");
        });
  }

  /**
   * One step in which wrappers may ask for the gradient of another point.
   *
   * @param second clears the gradients and computes them anew at the values that it finds; called
   *     once for every wrapper that is a {@link Wrapper.SecondGradient}
   */
  public Outcome step(double factor, Runnable second) {
    if (!(factor >= 0 && factor < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("learning-rate factor " + factor + " must be in [0, inf)");
    }
    if (evaluating) {
      throw new IllegalStateException(
          "the parameters are at their evaluation points; close what evaluating() returned first");
    }
    if (!isFinite()) {
      return skip();
    }
    for (WrapperSteps wrapper : wrappers) {
      if (!wrapper.secondGradient(second, this::isFinite, kept)) {
        return skip();
      }
    }
    try (AutoGradMode _ = new AutoGradMode(false)) {
      wrappers.forEach(wrapper -> wrapper.begin(factor));
      wrappers.forEach(WrapperSteps::before);
      for (GroupSteps group : steps) {
        try (PointerScope _ = new PointerScope()) {
          group.step(factor);
        }
      }
      wrappers.reversed().forEach(WrapperSteps::after);
    } finally {
      wrappers.forEach(WrapperSteps::forget);
    }
    kept.remember();
    return Outcome.STEPPED;
  }

  private Outcome skip() {
    kept.restore();
    return Outcome.SKIPPED;
  }

  /** Whether {@link #step(double, Runnable)} asks for a second gradient. */
  public boolean needsSecondGradient() {
    return wrappers.stream().anyMatch(WrapperSteps::needsSecondGradient);
  }

  /**
   * Whether the coming step wants the gradient of a loss whose labels are drawn from the model's
   * predictions: compute it into the parameters, call {@link #observeCurvature}, clear it, then go
   * on with the step's own gradient.
   */
  public boolean curvatureIsDue() {
    return steps.stream().anyMatch(GroupSteps::curvatureIsDue);
  }

  /** Shows the gradients that are now in the parameters to the rules that want the curvature. */
  public void observeCurvature() {
    try (AutoGradMode _ = new AutoGradMode(false)) {
      for (GroupSteps group : steps) {
        try (PointerScope _ = new PointerScope()) {
          group.observeCurvature();
        }
      }
    }
  }

  /**
   * Moves every parameter to the point at which it is evaluated; closing the result moves it back,
   * to the bit. Most rules train and are evaluated at the same point; then nothing is done. No step
   * may be made in between.
   */
  public Evaluation evaluating() {
    if (evaluating) {
      throw new IllegalStateException("the parameters are at their evaluation points already");
    }
    evaluating = true;
    return new Evaluation(steps, wrappers, () -> evaluating = false);
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
   * Copies of everything that is needed to continue bit for bit: {@code "<parameter>/<buffer>"},
   * {@code "<parameter>/<number>"} and {@code "<parameter>/step"}, the latter an int64 scalar; of
   * wrappers {@code "<wrapper>:<parameter>/…"}. Parameters that never had a gradient are absent.
   * The caller, or the caller's pointer scope, owns the tensors.
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
    kept.remember();
  }

  /** Bytes of the tensors kept for all parameters now. */
  public long stateBytes() {
    return states().keySet().stream()
        .flatMap(parameter -> parameter.buffers().values().stream())
        .mapToLong(Tensor::nbytes)
        .sum();
  }

  @Override
  public void close() {
    steps.forEach(GroupSteps::close);
    wrappers.forEach(WrapperSteps::close);
    kept.close();
  }

  private boolean isFinite() {
    try (PointerScope _ = new PointerScope();
        AutoGradMode _ = new AutoGradMode(false)) {
      return finite.check(steps);
    }
  }

  private Map<ParameterState, OptimizerState.Kept> states() {
    Map<ParameterState, OptimizerState.Kept> states = new LinkedHashMap<>();
    Stream.concat(steps.stream().map(GroupSteps::kept), wrappers.stream().map(WrapperSteps::kept))
        .forEach(states::putAll);
    return states;
  }

  private static void refuseTwins(List<WrapperSteps> wrappers) {
    Set<String> names = new HashSet<>();
    for (WrapperSteps wrapper : wrappers) {
      if (!names.add(wrapper.name())) {
        throw new IllegalArgumentException(
            "two wrappers are called '"
                + wrapper.name()
                + "': their state would lie under the same names; use one of them");
      }
    }
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
