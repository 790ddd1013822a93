package dev.steepest.optim;

import dev.steepest.optim.FiniteGradients.Finding;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
 * parameter first has a gradient; a parameter without one is neither changed nor decayed, but by a
 * {@link Wrapper.WholeState}. Not thread-safe.
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
    /** A gradient was not finite and the policy is {@link NonFinite#SKIP}; as {@link #skip}. */
    SKIPPED
  }

  private final List<GroupSteps> steps = new ArrayList<>();
  private final List<WrapperSteps> wrappers = new ArrayList<>();
  private final FiniteGradients finite;
  private final KeptGradients kept;
  private final Standing standing = new Standing();

  /** An optimizer with every default of {@link OptimizerBuilder}. */
  public Optimizer(List<ParameterGroup> groups) {
    this(groups, 0);
  }

  /** An optimizer with every default of {@link OptimizerBuilder} but the seed. */
  public Optimizer(List<ParameterGroup> groups, long seed) {
    this(builder(groups).seed(seed));
  }

  Optimizer(OptimizerBuilder built) {
    Distinct.requireParameters(built.groups, built.alongside);
    Distinct.requireWrappers(built.wrappers);
    for (ParameterGroup group : built.groups) {
      steps.add(new GroupSteps(group, built));
    }
    for (Wrapper wrapper : built.wrappersOfRun()) {
      wrappers.add(new WrapperSteps(wrapper, steps, built));
    }
    finite = new FiniteGradients(built.nonFinite, built.shards);
    boolean mayGoBack = needsSecondGradient() || built.nonFinite == NonFinite.SKIP;
    kept = new KeptGradients(mayGoBack ? steps : List.of());
    wrappers.forEach(WrapperSteps::start);
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
    standing.requireFit("step");
    steps.forEach(group -> group.prepare(factors.applyAsDouble(group.group())));
    try {
      if (!gather() || !climb(second)) {
        leaveOut();
        return Outcome.SKIPPED;
      }
    } catch (RuntimeException | Error failed) {
      kept.restore();
      throw failed;
    }
    try (PointerScope _ = new PointerScope();
        AutoGradMode _ = new AutoGradMode(false)) {
      update();
    } catch (RuntimeException | Error failed) {
      standing.broke(failed);
      throw failed;
    } finally {
      wrappers.forEach(WrapperSteps::forget);
    }
    kept.remember();
    return Outcome.STEPPED;
  }

  /**
   * Tells of a step of the run that the caller leaves out, such as one whose scaled gradient
   * overflowed; {@link #step} tells itself of those that it leaves out. Nothing is updated, but
   * wrappers that count the steps of the run ({@link Wrapper.WholeState#countsLeftOut}) go on, so
   * that what they do at its end is not missed.
   */
  public void skip() {
    standing.requireFit("leave out a step");
    leaveOut();
  }

  private void leaveOut() {
    kept.restore();
    try (PointerScope _ = new PointerScope();
        AutoGradMode _ = new AutoGradMode(false)) {
      wrappers.reversed().forEach(WrapperSteps::leaveOut);
    } catch (RuntimeException | Error failed) {
      standing.broke(failed);
      throw failed;
    }
  }

  private void update() {
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

  /**
   * Shows the gradients that are now in the parameters to the rules that want the curvature.
   *
   * @return whether they were used: not if they are not finite and the policy is {@link
   *     NonFinite#SKIP}
   * @throws ArithmeticException as {@link #step}
   */
  public Outcome observeCurvature() {
    standing.requireFit("observe the curvature");
    if (!gather()) {
      return Outcome.SKIPPED;
    }
    try (AutoGradMode _ = new AutoGradMode(false)) {
      for (GroupSteps group : steps) {
        try (PointerScope _ = new PointerScope()) {
          group.observeCurvature();
        }
      }
    }
    return Outcome.STEPPED;
  }

  /**
   * Moves every parameter to the point at which it is evaluated; closing the result moves it back,
   * to the bit. Most rules train and are evaluated at the same point; then nothing is done. In
   * between no step may be made, and no state saved or loaded.
   */
  public Evaluation evaluating() {
    standing.requireFit("evaluate");
    Evaluation evaluation = new Evaluation(steps, wrappers, standing::trains);
    standing.evaluates();
    return evaluation;
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
   * wrappers {@code "<wrapper>:<parameter>/…"}. Parameters that never had a gradient are absent,
   * but from the state of a {@link Wrapper.WholeState}, which also has what is alongside. The
   * caller, or the caller's pointer scope, owns the tensors.
   */
  public SortedMap<String, Tensor> state() {
    standing.requireFit("save its state");
    return OptimizerState.save(states());
  }

  /**
   * Continues from a saved state, which is copied. State that the map does not speak of is dropped.
   *
   * @throws IllegalArgumentException naming every key that is missing, unexpected, or of the wrong
   *     shape; then nothing has changed
   */
  public void load(Map<String, Tensor> state) {
    standing.requireLoadable();
    OptimizerState.load(states(), state);
    steps.forEach(GroupSteps::forgetBatches);
    kept.remember();
    standing.trains();
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

  /**
   * Bytes of the tensors kept for all parameters now. The memory into which the gradients of small
   * parameters are gathered is not among them.
   */
  public long stateBytes() {
    return kept.bytes()
        + states().keySet().stream()
            .flatMap(parameter -> parameter.buffers().values().stream())
            .mapToLong(Tensor::nbytes)
            .sum();
  }

  @Override
  public void close() {
    standing.closed();
    steps.forEach(GroupSteps::close);
    wrappers.forEach(WrapperSteps::close);
    kept.close();
  }

  /** Brings the gradients together; whether anything may be made of them. */
  private boolean gather() {
    try (PointerScope _ = new PointerScope();
        AutoGradMode _ = new AutoGradMode(false)) {
      List<Tensor> gradients = steps.stream().flatMap(group -> group.gather().stream()).toList();
      Finding finding = finite.check(gradients, groups());
      if (finding == Finding.CLIPPED) {
        steps.forEach(GroupSteps::gather);
      }
      return finding != Finding.UNUSABLE;
    }
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
}
