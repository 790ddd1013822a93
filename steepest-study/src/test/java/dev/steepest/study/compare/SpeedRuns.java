package dev.steepest.study.compare;

import dev.steepest.study.experiment.DecisionRule;
import dev.steepest.study.record.Evaluation;
import dev.steepest.study.record.Metric;
import dev.steepest.study.record.Outcome;
import dev.steepest.study.record.RunRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * An invented speed benchmark: 9.9 epochs on all training images, curves of the test set, test-time
 * augmentation and a total time at the end.
 */
public final class SpeedRuns {
  public static final String PROBLEM = "airbench94 · cifar10";

  private SpeedRuns() {}

  /** The baseline and two arms like the published ones; one run of the last arm diverged. */
  public static List<RunRecord> records(int seeds) {
    List<RunRecord> runs = new ArrayList<>();
    runs.addAll(arm("baseline", seeds, .9401, 4.052));
    runs.addAll(arm("hardswish", seeds, .9376, 4.016));
    runs.addAll(arm("lion", seeds, .9266, 4.124));
    runs.add(of("lion", seeds).ended(Outcome.Status.DIVERGED).record());
    return runs;
  }

  public static DecisionRule rule(String metric, Double... targets) {
    return new DecisionRule(
        metric,
        metric.endsWith("accuracy") ? DecisionRule.Goal.MAXIMIZE : DecisionRule.Goal.MINIMIZE,
        Optional.of("baseline"),
        .05,
        List.of(targets),
        Metric.VAL_ACCURACY,
        List.of());
  }

  private static List<RunRecord> arm(String arm, int seeds, double accuracy, double seconds) {
    List<RunRecord> runs = new ArrayList<>();
    for (int seed = 0; seed < seeds; seed++) {
      SplittableRandom random = new SplittableRandom(31L * arm.hashCode() + seed);
      runs.add(
          run(
              arm,
              seed,
              accuracy + .0013 * random.nextGaussian(),
              seconds + .02 * random.nextGaussian(),
              random));
    }
    return runs;
  }

  private static RunRecord run(
      String arm, int seed, double accuracy, double seconds, SplittableRandom random) {
    return of(arm, seed)
        .evaluations(curve(accuracy - .008, random))
        .accuracy(accuracy - .008)
        .result(Metric.TTA_ACCURACY, accuracy)
        .result(Metric.TTA_LOSS, .9 - accuracy / 2)
        .result(Metric.TOTAL_SECONDS, seconds)
        .record();
  }

  private static Runs.Run of(String arm, int seed) {
    return Runs.of(PROBLEM, arm, seed)
        .setting("model", Map.of("name", "airbench94", "activation", arm))
        .evaluations();
  }

  private static List<Evaluation> curve(double last, SplittableRandom random) {
    List<Evaluation> rows = new ArrayList<>();
    for (int k = 1; k <= 10; k++) {
      double epoch = k < 10 ? k : 9.9;
      double gap = .33 * Math.exp(-.45 * (epoch - 1)) * (1 - epoch / 9.9) * 1.1;
      double noise = (.04 * (1 - epoch / 9.9)) * random.nextGaussian();
      double train = Math.min(.99, last + .045 - 1.1 * gap + .006 * random.nextGaussian());
      rows.add(
          new Evaluation(
              epoch,
              Math.round(48 * epoch),
              Math.round(49_152 * epoch),
              .39 * epoch,
              .05 * k,
              Map.of(
                  Metric.TRAIN_LOSS,
                  1.93 - train + .01 * random.nextGaussian(),
                  Metric.TRAIN_ACCURACY,
                  train,
                  Metric.TEST_LOSS,
                  1.9 - last + gap,
                  Metric.TEST_ACCURACY,
                  last - gap - noise)));
    }
    return rows;
  }
}
