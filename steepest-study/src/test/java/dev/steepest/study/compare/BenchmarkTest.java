package dev.steepest.study.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.study.record.Metric;
import dev.steepest.study.record.RunRecord;
import dev.steepest.study.stats.Adjustment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class BenchmarkTest {
  private static final double[] BASE = {.9401, .9388, .9412, .9395, .9407, .9399};
  private static final double[] ARM = {.9391, .9379, .9401, .9388, .9395};
  private static final double[] BASE_SECONDS = {4.05, 4.07, 4.04, 4.06, 4.05, 4.08};
  private static final double[] ARM_SECONDS = {4.01, 4.02, 4.03, 4.00, 4.01};

  /**
   * python3 with a, b, s, t the arrays ARM, BASE, ARM_SECONDS, BASE_SECONDS: {@code
   * scipy.stats.ttest_ind(a, b, equal_var=False)}, its {@code .confidence_interval(.95)} and {@code
   * .df}, {@code scipy.stats.ttest_rel(a, b[:5])}, the same of s and t, {@code (1 - s.mean() /
   * t.mean()) * 100}.
   */
  @Test
  void agreesWithScipy() {
    Benchmark benchmark = Benchmark.of(verdict(records())).getFirst();
    BenchmarkContrast c = benchmark.accuracies().getFirst();
    assertThat(c.arm()).isEqualTo("arm");
    assertThat(benchmark.baseline()).contains("base");
    assertThat(c.difference().getAsDouble()).isCloseTo(-0.0009533333333331395, within(1e-14));
    assertThat(c.welch().orElseThrow().t()).isCloseTo(-1.8859921603608254, within(1e-9));
    assertThat(c.welch().orElseThrow().degrees()).isCloseTo(8.763893798082234, within(1e-9));
    assertThat(c.welch().orElseThrow().p()).isCloseTo(0.09280543125603705, within(1e-12));
    assertThat(c.welch().orElseThrow().interval().low())
        .isCloseTo(-0.002101524185222024, within(1e-12));
    assertThat(c.welch().orElseThrow().interval().high())
        .isCloseTo(0.0001948575185557451, within(1e-12));
    assertThat(c.paired().orElseThrow().n()).isEqualTo(5);
    assertThat(c.paired().orElseThrow().p())
        .isCloseTo(0.0003386294575683679, Percentage.withPercentage(1e-7));
    assertThat(c.ratio()).isEmpty();
    BenchmarkContrast t = benchmark.times().getFirst();
    assertThat(t.welch().orElseThrow().p())
        .isCloseTo(0.0003268360204028561, Percentage.withPercentage(1e-7));
    assertThat(t.speedUpPercent().getAsDouble()).isCloseTo(1.0924024640657115, within(1e-10));
    assertThat(t.ratioInterval().orElseThrow().contains(1)).isFalse();
    Benchmark.Sample seconds = benchmark.arms().getFirst().seconds().orElseThrow();
    assertThat(seconds.summary().n()).isEqualTo(6);
    assertThat(seconds.bootstrap().orElseThrow().percentile().contains(seconds.summary().mean()))
        .isTrue();
  }

  @Test
  void holmCoversTheArmsOfOneQuantity() {
    Benchmark benchmark =
        Benchmark.of(Comparison.of(SpeedRuns.records(12), SpeedRuns.rule(Metric.TTA_ACCURACY)))
            .getFirst();
    for (List<BenchmarkContrast> family : List.of(benchmark.accuracies(), benchmark.times())) {
      double[] p = family.stream().mapToDouble(c -> c.welch().orElseThrow().p()).toArray();
      assertThat(family.stream().mapToDouble(c -> c.holm().getAsDouble()).toArray())
          .containsExactly(Adjustment.holm(p));
    }
    assertThat(benchmark.accuracies())
        .extracting(BenchmarkContrast::arm)
        .containsExactly("hardswish", "lion");
    assertThat(benchmark.arms().getLast().result().counts().diverged()).isEqualTo(1);
    assertThat(benchmark.arms().getLast().runs()).hasSize(12);
  }

  @Test
  void accuracyIsWithAugmentationOnlyWhereAllRunsHaveIt() {
    List<RunRecord> records = new ArrayList<>(SpeedRuns.records(3));
    assertThat(Benchmark.of(verdict(records)).getFirst().accuracy().metric())
        .isEqualTo(Metric.TTA_ACCURACY);
    records.add(
        Runs.of(SpeedRuns.PROBLEM, "plain", 0)
            .accuracy(.93)
            .result(Metric.TOTAL_SECONDS, 4)
            .record());
    Benchmark mixed = Benchmark.of(verdict(records)).getFirst();
    assertThat(mixed.accuracy().metric()).isEqualTo(Metric.TEST_ACCURACY);
    assertThat(mixed.arms()).allSatisfy(arm -> assertThat(arm.accuracy()).isPresent());
  }

  @Test
  void singleRunsHaveADifferenceButNoTest() {
    Benchmark one =
        Benchmark.of(Comparison.of(SpeedRuns.records(1), SpeedRuns.rule(Metric.TTA_ACCURACY)))
            .getFirst();
    BenchmarkContrast c = one.times().getFirst();
    assertThat(c.difference()).isPresent();
    assertThat(c.speedUpPercent()).isPresent();
    assertThat(c.welch()).isEmpty();
    assertThat(c.holm()).isEmpty();
    assertThat(c.ratioInterval()).isEmpty();
    assertThat(one.arms().getFirst().accuracy().orElseThrow().bootstrap()).isEmpty();
  }

  @Test
  void experimentsWithoutATotalTimeHaveNoBenchmark() {
    List<RunRecord> records = Runs.arm("adamw", .93, .94);
    assertThat(Benchmark.of(Comparison.of(records, Runs.accuracyRule(Optional.empty())))).isEmpty();
    assertThat(VerdictText.of(Comparison.of(records, Runs.accuracyRule(Optional.empty()))))
        .doesNotContain("whole runs", "Welch");
  }

  @Test
  void theTextHasALinePerArmAndOneAgainstTheBaseline() {
    String text =
        VerdictText.of(Comparison.of(SpeedRuns.records(20), SpeedRuns.rule(Metric.TTA_ACCURACY)));
    assertThat(text.lines())
        .allSatisfy(
            line -> assertThat(line.codePointCount(0, line.length())).isLessThanOrEqualTo(100));
    assertThat(text)
        .contains("TTA accuracy, % [95 % CI] (n)", "total time, s [95 % CI] (n)")
        .containsPattern(
            "baseline +94\\.\\d\\d ± 0\\.\\d\\d \\[9\\d\\.\\d\\d, 94\\.\\d\\d] \\(20\\) +4\\.\\d{3} ± 0\\.\\d{3} \\[4")
        .containsPattern(
            "hardswish +−0\\.\\d\\d \\[−0\\.\\d\\d, −0\\.\\d\\d] +<\\.0001 +0\\.9\\d\\d \\[.*] +\\+\\d\\.\\d\\d %")
        .containsPattern("lion .* −\\d\\.\\d\\d %");
  }

  @Test
  void theVerdictDecidesByTimeAndBySingleNumbersOfTheWholeRun() {
    Verdict byTime = Comparison.of(SpeedRuns.records(20), SpeedRuns.rule(Metric.TOTAL_SECONDS));
    assertThat(byTime.headline())
        .startsWith("In total time, hardswish beats baseline (by 0.0")
        .contains(" s)", "baseline beats lion (by 0.");
    Verdict byViews = Comparison.of(SpeedRuns.records(20), SpeedRuns.rule(Metric.TTA_ACCURACY));
    assertThat(byViews.headline())
        .startsWith("In TTA accuracy, baseline beats hardswish (by 0.2")
        .contains("points) and lion (by 1.");
  }

  @Test
  void targetsAreOfTheTestCurveWhereThereIsNoOther() {
    Verdict verdict = Comparison.of(SpeedRuns.records(8), SpeedRuns.rule(Metric.TTA_ACCURACY, .9));
    assertThat(verdict.rule().curve()).isEqualTo(Metric.TEST_ACCURACY);
    assertThat(verdict.problems().getFirst().arms().getFirst().arrivals().getFirst().reached())
        .isEqualTo(8);
    assertThat(verdict.problems().getFirst().times().getFirst().sentence())
        .contains("90 % test accuracy");
    assertThat(verdict.sentences())
        .anySatisfy(
            s -> assertThat(s).contains("of the test set", "Steepest selected nothing by them"));
    // a validation curve, where there is one, is the rule's
    List<RunRecord> others = Runs.arm("baseline", .9, .91);
    Verdict usual = Comparison.of(others, SpeedRuns.rule(Metric.TEST_ACCURACY, .9));
    assertThat(usual.rule().curve()).isEqualTo(Metric.VAL_ACCURACY);
    assertThat(usual.sentences()).noneSatisfy(s -> assertThat(s).contains("of the test set"));
  }

  @Test
  void nothingIsTheBestOfATestCurve() {
    RunRecord run = SpeedRuns.records(1).getFirst();
    assertThat(Quantity.of("best_" + Metric.TEST_ACCURACY).atEnd(run)).isEmpty();
    assertThat(Quantity.of("best_" + Metric.TRAIN_LOSS).atEnd(run)).isPresent();
  }

  private static List<RunRecord> records() {
    List<RunRecord> runs = new ArrayList<>();
    for (int seed = 0; seed < BASE.length; seed++) {
      runs.add(run("base", seed, BASE[seed], BASE_SECONDS[seed]));
    }
    for (int seed = 0; seed < ARM.length; seed++) {
      runs.add(run("arm", seed, ARM[seed], ARM_SECONDS[seed]));
    }
    return runs;
  }

  private static RunRecord run(String arm, int seed, double accuracy, double seconds) {
    return Runs.of(Runs.PROBLEM, arm, seed)
        .accuracy(accuracy)
        .result(Metric.TOTAL_SECONDS, seconds)
        .record();
  }

  private static Verdict verdict(List<RunRecord> records) {
    return Comparison.of(records, Runs.accuracyRule(Optional.empty()));
  }
}
