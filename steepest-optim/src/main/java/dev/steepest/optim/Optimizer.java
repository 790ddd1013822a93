package dev.steepest.optim;

import dev.steepest.optim.FiniteGradients.Finding;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.ToDoubleFunction;
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
    refuseDuplicates(built.groups);
    for (ParameterGroup group : built.groups) {
      steps.add(new GroupSteps(group, built));
    }
    for (Wrapper wrapper : built.wrappers) {
      wrappers.add(new WrapperSteps(wrapper, steps, built.shards));
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

  /** The groups, as given but for what {@link #adjust} has changed. */
  public List<ParameterGroup> groups() {
    return steps.stream().map(GroupSteps::group).toList();
  }

  /**
   * Changes hyper-parameters of a group from the coming step on; state and counts stay. Cheap
   * enough to be called before every step, as a schedule of momentum does; see {@link
   * KnobSchedule}.
   *
   * @param group its name
   * @param changed a rule of the same class that keeps the same buffers
   * @throws IllegalArgumentException where there is no such group, or the rule does not fit its
   *     state or its parameters; then nothing has changed
   */
  public void adjust(String group, Rule changed) {
    List<String> names = groups().stream().map(ParameterGroup::name).toList();
    if (!names.contains(group)) {
      throw new IllegalArgumentException(
          "no group '"
              + group
              + "'"
              + Suggestion.among(names, group)
              + "; known: "
              + String.join(", ", names));
    }
    steps.get(names.indexOf(group)).adjust(changed);
  }

  /** What stands around the rules, outermost first. */
  public List<Wrapper> wrappers() {
    return wrappers.stream().map(WrapperSteps::wrapper).toList();
  }

  /** One line for each group and each wrapper: its hyper-parameters and what it takes. */
  public List<String> describe() {
    return Stream.concat(
            groups().stream().map(ParameterGroup::describe),
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
    return step(_ -> factor);
  }

  /**
   * The same with a factor for each group; {@link GroupSchedules} puts such a function together.
   *
   * @param factors of a group: what multiplies its learning rate
   */
  public Outcome step(ToDoubleFunction<ParameterGroup> factors) {
    return step(
        factors,
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
    return step(_ -> factor, second);
  }

  /** The same with a factor for each group. */
  public Outcome step(ToDoubleFunction<ParameterGroup> factors, Runnable second) {
    if (evaluating) {
      throw new IllegalStateException(
          "the parameters are at their evaluation points; close what evaluating() returned first");
    }
    steps.forEach(group -> group.prepare(factors.applyAsDouble(group.group())));
    try (PointerScope _ = new PointerScope();
        AutoGradMode _ = new AutoGradMode(false)) {
      if (!gather() || !climb(second)) {
        kept.restore();
        return Outcome.SKIPPED;
      }
      wrappers.forEach(WrapperSteps::begin);
      wrappers.forEach(WrapperSteps::before);
      if (!wrappers.isEmpty()) {
        steps.forEach(GroupSteps::gather);
      }
      for (GroupSteps group : steps) {
        try (PointerScope _ = new PointerScope()) {
          group.step();
        }
      }
      wrappers.reversed().forEach(WrapperSteps::after);
    } finally {
      wrappers.forEach(WrapperSteps::forget);
    }
    kept.remember();
    return Outcome.STEPPED;
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
      for (ParameterGroup group : groups()) {
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

  /**
   * Writes {@link #state} to a safetensors file, whole or not at all, with the rules, their
   * hyper-parameters and the parameters' shapes. The parameters' values are not in it: they are the
   * model's to save.
   */
  public void save(java.nio.file.Path file) throws IOException {
    OptimizerFile.save(file, this, wrappers.stream().map(WrapperSteps::wrapper).toList());
  }

  /** Continues from a file of {@link #save}, with the same settings. */
  public void load(java.nio.file.Path file) throws IOException {
    load(file, Continuation.SAME_SETTINGS);
  }

  /**
   * Continues from a file of {@link #save}.
   *
   * @throws IllegalArgumentException where the file is of other parameters, shapes, rules, wrappers
   *     or, unless allowed, settings, naming each with what was and what is; then nothing has
   *     changed
   */
  public void load(java.nio.file.Path file, Continuation continuation) throws IOException {
    OptimizerFile.load(
        file, this, wrappers.stream().map(WrapperSteps::wrapper).toList(), continuation);
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

  /** Brings the gradients together; whether a step may be made from them. */
  private boolean gather() {
    List<Tensor> gradients = steps.stream().flatMap(group -> group.gather().stream()).toList();
    Finding finding = finite.check(gradients, groups());
    if (finding == Finding.CLIPPED) {
      steps.forEach(GroupSteps::gather);
    }
    return finding != Finding.UNUSABLE;
  }

  /** Has every wrapper that wants one see a second gradient; whether the step may go on. */
  private boolean climb(Runnable second) {
    for (WrapperSteps wrapper : wrappers) {
      if (!wrapper.secondGradient(second, this::gather, kept)) {
        return false;
      }
    }
    return true;
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
