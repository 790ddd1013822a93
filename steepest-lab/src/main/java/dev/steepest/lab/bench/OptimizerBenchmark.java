package dev.steepest.lab.bench;

import dev.steepest.optim.NonFinite;
import dev.steepest.optim.Optimizer;
import dev.steepest.optim.Parameter;
import dev.steepest.optim.ParameterGroup;
import dev.steepest.optim.Preset;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;

/**
 * Times the steps of optimizers on one workload: in every round each side makes its steps in turn,
 * so that a drifting machine touches all alike.
 *
 * <p>The gradients are those of one real pass; the learning rate is so small that the weights stay.
 */
public final class OptimizerBenchmark {

  private static final double STILL = 1e-9; // factor of every learning rate

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
    try (Optimizer sgd = still(Preset.named("sgd"), Optimizer.Path.TOGETHER);
        Optimizer together = still(preset, Optimizer.Path.TOGETHER);
        Optimizer oneByOne = still(preset, Optimizer.Path.ONE_BY_ONE)) {
      double[][] seconds =
          inTurn(() -> sgd.step(STILL), () -> together.step(STILL), () -> oneByOne.step(STILL));
      Spread own = Spread.of(seconds[1]);
      return new OptimizerCost(
          preset.name(),
          own,
          ratio(seconds[1], seconds[0]),
          ratio(seconds[2], seconds[1]),
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
      double[][] seconds = inTurn(() -> ours.step(STILL), plain::step);
      return ratio(seconds[1], seconds[0]);
    }
  }

  private Optimizer still(Preset preset, Optimizer.Path path) {
    List<ParameterGroup> groups;
    try (Optimizer whole = preset.on(parameters, Map.of(), 1)) {
      groups = whole.groups();
    }
    return Optimizer.builder(groups).path(path).nonFinite(NonFinite.UNCHECKED).build();
  }

  /** Seconds per step: one row per side, one column per round. */
  private double[][] inTurn(Runnable... sides) {
    int[] steps = new int[sides.length];
    for (int side = 0; side < sides.length; side++) {
      sides[side].run(); // makes the state
      steps[side] = (int) Math.clamp(secondsPerSide / seconds(sides[side], 1), 1, 1000);
    }
    double[][] seconds = new double[sides.length][rounds];
    for (int round = -1; round < rounds; round++) {
      for (int turn = 0; turn < sides.length; turn++) {
        int side = (turn + Math.max(round, 0)) % sides.length;
        double measured = seconds(sides[side], steps[side]);
        if (round >= 0) {
          seconds[side][round] = measured;
        }
      }
    }
    return seconds;
  }

  private static double seconds(Runnable step, int times) {
    long start = System.nanoTime();
    for (int i = 0; i < times; i++) {
      step.run();
    }
    return (System.nanoTime() - start) / 1e9 / times;
  }

  private static Spread ratio(double[] above, double[] below) {
    double[] ratios = new double[above.length];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = above[i] / below[i];
    }
    return Spread.of(ratios);
  }
}
