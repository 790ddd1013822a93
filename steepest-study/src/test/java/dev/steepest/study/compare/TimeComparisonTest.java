package dev.steepest.study.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.study.experiment.DecisionRule;
import dev.steepest.study.record.Evaluation;
import dev.steepest.study.record.Metric;
import dev.steepest.study.record.Outcome.Status;
import dev.steepest.study.record.RunRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TimeComparisonTest {
  private static final DecisionRule RULE = Runs.accuracyRule(Optional.of("adamw"), .7);

  /** Seconds of the reference; muon takes .8 of them, give or take. */
  private static final double[] SECONDS = {100, 104, 98, 110, 101, 99, 105, 97};

  private static final double[] RATIOS = {.80, .82, .79, .81, .78, .80, .83, .77};

  @Test
  void ratioIsTheGeometricMeanOfPairs() {
    TimeComparison c = only(Comparison.of(runs(), RULE));
    // python3: math.exp(statistics.mean(map(math.log, RATIOS))) = 0.7997816
    assertThat(c.ratio().getAsDouble()).isCloseTo(.7997816, within(5e-7));
    assertThat(c.claim()).isEqualTo(Claim.FIRST_BETTER);
    assertThat(c.interval().orElseThrow().contains(.8)).isTrue();
    assertThat(c.sentence())
        .isEqualTo(
            "muon reaches 70 % validation accuracy in 0.80× the time of adamw (95 % CI 0.78 to 0.82,"
                + " n = 8 pairs, Holm p < .0001).");
  }

  @Test
  void theSlowerArmIsSpokenOfFromTheFaster() {
    TimeComparison c = only(Comparison.of(runs(), Runs.accuracyRule(Optional.of("muon"), .7)));
    assertThat(c.first()).isEqualTo("adamw");
    assertThat(c.ratio().getAsDouble()).isCloseTo(1 / .7997816, within(1e-6));
    assertThat(c.sentence()).startsWith("muon reaches 70 % validation accuracy in 0.80× the time");
  }

  @Test
  void missesAreCountedAndNamedAndWeighAgainstTheClaim() {
    List<RunRecord> runs = runs();
    runs.set(8 + 2, run("muon", 2, 80, .65));
    TimeComparison c = only(Comparison.of(runs, RULE));
    assertThat(c.firstMissed()).containsExactly(2L);
    assertThat(c.basis()).isEqualTo(Basis.PAIRED_T_AND_SIGN);
    assertThat(c.claim()).isEqualTo(Claim.NOT_SHOWN);
    assertThat(c.sentence()).endsWith("; muon missed it on seed 2.");
    TargetArrival arrival =
        Comparison.of(runs, RULE).problems().getFirst().arms().get(1).arrivals().getFirst();
    assertThat(arrival.reached()).isEqualTo(7);
    assertThat(arrival.runs()).isEqualTo(8);
  }

  @Test
  void anUnfinishedRunMightStillArrive() {
    List<RunRecord> runs = runs();
    runs.set(
        8 + 2, Runs.of(Runs.PROBLEM, "muon", 2).evaluations(at(80, .65)).unfinished().record());
    TimeComparison c = only(Comparison.of(runs, RULE));
    assertThat(c.firstMissed()).isEmpty();
    assertThat(c.seeds()).hasSize(7);
    assertThat(c.claim()).isEqualTo(Claim.FIRST_BETTER);
  }

  @Test
  void aRunThatArrivedBeforeItDivergedHasArrived() {
    List<RunRecord> runs = runs();
    runs.set(
        8 + 2,
        Runs.of(Runs.PROBLEM, "muon", 2).evaluations(at(78, .71)).ended(Status.DIVERGED).record());
    assertThat(only(Comparison.of(runs, RULE)).seeds()).hasSize(8);
  }

  @Test
  void aTargetThatNobodyReached() {
    TimeComparison c = only(Comparison.of(runs(), Runs.accuracyRule(Optional.of("adamw"), .99)));
    assertThat(c.claim()).isEqualTo(Claim.NOT_COMPARABLE);
    assertThat(c.ratio()).isEmpty();
    assertThat(c.sentence()).isEqualTo("neither muon nor adamw reached 99 % validation accuracy.");
  }

  @Test
  void lossesAreReachedFromAbove() {
    RunRecord run =
        Runs.of(Runs.PROBLEM, "muon", 0)
            .evaluations(
                new Evaluation(1, 1, 1, 10, 0, Map.of(Metric.VAL_LOSS, 3.4)),
                new Evaluation(2, 2, 2, 20, 0, Map.of(Metric.VAL_LOSS, 3.27)))
            .record();
    assertThat(Quantity.of(Metric.VAL_LOSS).secondsTo(run, 3.28)).hasValue(20);
    assertThat(Quantity.of(Metric.VAL_LOSS).secondsTo(run, 3.0)).isEmpty();
  }

  @Test
  void aClockThatWasNotRecordedGivesNoTime() {
    RunRecord run = Runs.of(Runs.PROBLEM, "muon", 0).evaluations(at(Double.NaN, .9)).record();
    assertThat(Quantity.of(Metric.VAL_ACCURACY).secondsTo(run, .7)).isEmpty();
  }

  private static TimeComparison only(Verdict verdict) {
    return verdict.problems().getFirst().times().getFirst();
  }

  private static List<RunRecord> runs() {
    List<RunRecord> runs = new ArrayList<>();
    for (int seed = 0; seed < SECONDS.length; seed++) {
      runs.add(run("adamw", seed, SECONDS[seed], .72));
    }
    for (int seed = 0; seed < SECONDS.length; seed++) {
      runs.add(run("muon", seed, RATIOS[seed] * SECONDS[seed], .72));
    }
    return runs;
  }

  private static RunRecord run(String arm, int seed, double seconds, double reached) {
    return Runs.of(Runs.PROBLEM, arm, seed)
        .accuracy(reached)
        .evaluations(at(seconds, reached))
        .record();
  }

  private static Evaluation at(double seconds, double accuracy) {
    return new Evaluation(1, 49, 50_000, seconds, 1, Map.of(Metric.VAL_ACCURACY, accuracy));
  }
}
