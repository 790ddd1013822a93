package dev.steepest.lab.bench;

import dev.steepest.optim.NonFinite;
import dev.steepest.optim.Optimizer;
import dev.steepest.optim.Parameter;
import dev.steepest.optim.ParameterGroup;
import dev.steepest.optim.Preset;
import dev.steepest.optim.Rule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Tensor;

/**
 * Times the steps of optimizers on one workload: in every round each side makes its steps in turn,
 * so that a drifting machine touches all alike.
 *
 * <p>The gradients are those of one real pass; the learning rate is so small that the weights stay.
 * A rule that changes gradients, a {@link Rule.KeepsGradient}, changes them for nobody else: every
 * turn begins with those of the pass, and so does whatever comes after the measurement.
 */
public final class OptimizerBenchmark {

  private static final double STILL = 1e-9; // factor of every learning rate

  /**
   * Most steps of a turn: a momentum of 0.9 in the gradient leaves 1e-23 of it, which float32 still
   * holds without denormal numbers, whose arithmetic is many times slower.
   */
  private static final int MOST = 500;

  private final List<Parameter> parameters;
  private final int rounds;
  private final double secondsPerSide;

  /**
   * A benchmark over parameters that have gradients.
   *
   * @param rounds measured; one more is made before them and thrown away
   * @param secondsPerSide about how long each side of a round takes; at least one step is made
   */
  public OptimizerBenchmark(List<Parameter> parameters, int rounds, double secondsPerSide) {
    this.parameters = List.copyOf(parameters);
    this.rounds = rounds;
    this.secondsPerSide = secondsPerSide;
  }

  /**
   * The cost of a preset with its default settings.
   *
   * @param passSeconds of forward and backward
   */
  public OptimizerCost cost(Preset preset, double passSeconds) {
    try (PointerScope _ = new PointerScope();
        Optimizer sgd = still(Preset.named("sgd"), Optimizer.Path.TOGETHER);
        Optimizer together = still(preset, Optimizer.Path.TOGETHER);
        Optimizer oneByOne = still(preset, Optimizer.Path.ONE_BY_ONE)) {
      double[][] seconds =
          inTurn(
              changed(together),
              () -> sgd.step(STILL),
              () -> together.step(STILL),
              () -> oneByOne.step(STILL));
      Spread own = Spread.of(seconds[1]);
      return new OptimizerCost(
          preset.name(),
          own,
          Spread.ofRatios(seconds[1], seconds[0]),
          Spread.ofRatios(seconds[2], seconds[1]),
          own.median() / passSeconds,
          together.stateBytes(),
          parameters.stream().mapToLong(p -> p.tensor().numel()).sum());
    }
  }

  /** How many times longer the plain program takes than the library, both without checks. */
  public Spread againstPlain(PlainOptimizer.Kind kind, Preset preset) {
    try (PointerScope _ = new PointerScope();
        Optimizer ours = still(preset, Optimizer.Path.TOGETHER)) {
      PlainOptimizer plain = new PlainOptimizer(kind, parameters);
      double[][] seconds = inTurn(changed(ours), () -> ours.step(STILL), plain::step);
      return Spread.ofRatios(seconds[1], seconds[0]);
    }
  }

  private Optimizer still(Preset preset, Optimizer.Path path) {
    List<ParameterGroup> groups;
    try (Optimizer whole = preset.on(parameters, Map.of(), 1)) {
      groups = whole.groups();
    }
    return Optimizer.builder(groups).path(path).nonFinite(NonFinite.UNCHECKED).build();
  }

  /** Copies of the gradients that the optimizer's rules change, in the caller's pointer scope. */
  private static Map<Parameter, Tensor> changed(Optimizer optimizer) {
    Map<Parameter, Tensor> copies = new LinkedHashMap<>();
    for (ParameterGroup group : optimizer.groups()) {
      if (group.rule() instanceof Rule.KeepsGradient) {
        for (Parameter parameter : group.parameters()) {
          copies.put(parameter, parameter.tensor().grad().clone());
        }
      }
    }
    return copies;
  }

  private static void restore(Map<Parameter, Tensor> gradients) {
    try (PointerScope _ = new PointerScope();
        AutoGradMode _ = new AutoGradMode(false)) {
      gradients.forEach((parameter, copy) -> parameter.tensor().grad().copy_(copy));
    }
  }

  /**
   * Seconds per step: one row per side, one column per round. A turn begins with an untimed step:
   * sides that both lay small parameters end to end take them from each other.
   *
   * @param gradients that some side changes, with what they are to be at the start of every turn
   */
  private double[][] inTurn(Map<Parameter, Tensor> gradients, Runnable... sides) {
    int[] steps = new int[sides.length];
    for (int side = 0; side < sides.length; side++) {
      steps[side] = (int) Math.clamp(secondsPerSide / turn(gradients, sides[side], 1), 1, MOST);
    }
    List<DoubleSupplier> turns = new ArrayList<>();
    for (int i = 0; i < sides.length; i++) {
      int side = i;
      turns.add(() -> turn(gradients, sides[side], steps[side]));
    }
    double[][] seconds = Turns.inTurn(rounds, turns, _ -> {});
    restore(gradients);
    return seconds;
  }

  private static double turn(Map<Parameter, Tensor> gradients, Runnable step, int times) {
    restore(gradients);
    step.run();
    return seconds(step, times);
  }

  private static double seconds(Runnable step, int times) {
    long start = System.nanoTime();
    for (int i = 0; i < times; i++) {
      step.run();
    }
    return (System.nanoTime() - start) / 1e9 / times;
  }
}
