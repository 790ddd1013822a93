package dev.steepest.study.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.study.compare.Runs;
import dev.steepest.study.record.Evaluation;
import dev.steepest.study.record.Metric;
import dev.steepest.study.record.RunRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CurveTest {
  @Test
  void alignedRunsAreAveragedWhereTheyWereMeasured() {
    Curve curve =
        Curve.of(
                List.of(run(1, 10, .2, .4), run(2, 12, .4, .8)),
                Axis.EPOCHS,
                Metric.VAL_ACCURACY,
                .95)
            .orElseThrow();
    assertThat(curve.x()).containsExactly(1, 2);
    assertThat(curve.mean()[0]).isCloseTo(.3, within(1e-15));
    assertThat(curve.mean()[1]).isCloseTo(.6, within(1e-15));
    // t(.975; 1) = 12.7062 (NIST), standard error .1
    assertThat(curve.high()[0] - curve.mean()[0]).isCloseTo(1.27062, within(1e-5));
    assertThat(curve.runs()).isEqualTo(2);
  }

  @Test
  void overSecondsRunsAreInterpolatedUntilTheFirstEnds() {
    Curve curve =
        Curve.of(
                List.of(run(1, 10, .2, .4), run(2, 20, .2, .4)),
                Axis.SECONDS,
                Metric.VAL_ACCURACY,
                .95)
            .orElseThrow();
    // run 1 from 10 to 20 s, run 2 from 20 to 40 s: they share one instant
    assertThat(curve.x()).containsExactly(20);
    assertThat(curve.mean()[0]).isCloseTo((.4 + .2) / 2, within(1e-15));
  }

  @Test
  void interpolationIsExactOnStraightLines() {
    List<RunRecord> runs = List.of(line(3, 1.0), line(5, 1.1));
    Curve curve = Curve.of(runs, Axis.SECONDS, Metric.VAL_ACCURACY, .95).orElseThrow();
    for (int i = 0; i < curve.x().length; i++) {
      assertThat(curve.mean()[i])
          .isCloseTo((curve.x()[i] / 3 + curve.x()[i] / 5) / 2, within(1e-9));
    }
    assertThat(curve.x()[curve.x().length - 1]).isEqualTo(30);
  }

  @Test
  void aSingleRunHasNoBand() {
    Curve curve =
        Curve.of(List.of(run(1, 10, .2, .4)), Axis.STEPS, Metric.VAL_ACCURACY, .95).orElseThrow();
    assertThat(curve.low()).containsOnly(Double.NaN);
    assertThat(Curve.of(List.of(run(1, 10, .2, .4)), Axis.STEPS, "unknown", .95)).isEmpty();
    assertThat(Curve.of(List.of(), Axis.STEPS, Metric.VAL_ACCURACY, .95)).isEmpty();
  }

  @Test
  void manyPointsAreThinned() {
    List<Evaluation> many = new ArrayList<>();
    for (int i = 1; i <= 5000; i++) {
      many.add(new Evaluation(i, i, i, i, 0, Map.of(Metric.TRAIN_LOSS, 1.0 / i)));
    }
    RunRecord run = Runs.of(Runs.PROBLEM, "a", 0).evaluations(many).record();
    Curve curve = Curve.of(List.of(run), Axis.STEPS, Metric.TRAIN_LOSS, .95).orElseThrow();
    assertThat(curve.x()).hasSize(Curve.MOST_POINTS);
    assertThat(curve.x()[0]).isEqualTo(1);
    assertThat(curve.x()[curve.x().length - 1]).isEqualTo(5000);
  }

  @Test
  void ticksAreRoundAndInside() {
    Places places = Places.around(92.6, 95.1);
    assertThat(places.ticks()).allSatisfy(t -> assertThat(places.share(t)).isBetween(0.0, 1.0));
    assertThat(places.ticks().stream().map(places::label))
        .containsExactly("92.5", "93.0", "93.5", "94.0", "94.5", "95.0");
    assertThat(Places.around(.5, .5).share(.5)).isCloseTo(.5, within(1e-12));
  }

  private static RunRecord run(long seed, double epochSeconds, double first, double second) {
    return Runs.of(Runs.PROBLEM, "a", seed)
        .evaluations(
            new Evaluation(1, 49, 50, epochSeconds, 0, Map.of(Metric.VAL_ACCURACY, first)),
            new Evaluation(2, 98, 100, 2 * epochSeconds, 0, Map.of(Metric.VAL_ACCURACY, second)))
        .record();
  }

  /**
   * A run whose value is its time divided by {@code slowness}, looked at every {@code step} of
   * slowness.
   */
  private static RunRecord line(double slowness, double step) {
    List<Evaluation> points = new ArrayList<>();
    for (int i = 1; i <= 10; i++) {
      double seconds = i * slowness;
      points.add(
          new Evaluation(i * step, i, i, seconds, 0, Map.of(Metric.VAL_ACCURACY, (double) i)));
    }
    return Runs.of(Runs.PROBLEM, "a", (long) slowness).evaluations(points).record();
  }
}
