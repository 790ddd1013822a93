package dev.steepest.study.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steepest.study.compare.Comparison;
import dev.steepest.study.compare.ProblemVerdict;
import dev.steepest.study.compare.Quantity;
import dev.steepest.study.compare.Runs;
import dev.steepest.study.record.Metric;
import dev.steepest.study.record.Outcome.Status;
import dev.steepest.study.record.RunRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LearningRatesTest {
  private static final Quantity ACCURACY = Quantity.of(Metric.TEST_ACCURACY);

  private final List<RunRecord> records = new ArrayList<>();

  private void arm(String arm, Map<String, Object> optimizer, double... accuracies) {
    for (int seed = 0; seed < accuracies.length; seed++) {
      Runs.Run run = Runs.of(Runs.PROBLEM, arm, seed).setting("optimizer", optimizer);
      records.add(
          Double.isNaN(accuracies[seed])
              ? run.ended(Status.DIVERGED).record()
              : run.accuracy(accuracies[seed]).record());
    }
  }

  private Optional<LearningRates> rates() {
    ProblemVerdict problem =
        Comparison.of(records, Runs.accuracyRule(Optional.empty())).problems().getFirst();
    return LearningRates.of(problem);
  }

  @Test
  void armsThatDifferInTheRateAloneStandInOneRow() {
    arm("sgd lr=1", Map.of("name", "sgd", "lr", 1), .7, .72);
    arm("muon lr=0.02", Map.of("name", "muon", "lr", .02), .8, .82);
    arm("sgd lr=0.1", Map.of("name", "sgd", "lr", .1), .9, .92);
    arm("sgd lr=0.1 momentum=0", Map.of("name", "sgd", "lr", .1, "momentum", 0), .5, .52);
    LearningRates rates = rates().orElseThrow();
    assertThat(rates.rates()).containsExactly(.02, .1, 1.0);
    assertThat(rates.rows())
        .extracting(LearningRates.Row::label)
        .containsExactly("sgd", "muon", "sgd momentum=0");
    assertThat(rates.rows().getFirst().arms().keySet()).containsExactly(.1, 1.0);
    assertThat(rates.rows().getFirst().best(ACCURACY)).hasValue(.1);
  }

  @Test
  void ratesOfOtherGroupsMayFollowTheFirstButDoNotHideArms() {
    arm("a", Map.of("name", "muon", "lr", .02, "rest", Map.of("lr", .002)), .8);
    arm("b", Map.of("name", "muon", "lr", .04, "rest", Map.of("lr", .004)), .9);
    LearningRates followed = rates().orElseThrow();
    assertThat(followed.rows()).hasSize(1);
    assertThat(followed.rows().getFirst().label()).isEqualTo("muon");
    arm("c", Map.of("name", "muon", "lr", .04, "rest", Map.of("lr", .002)), .7);
    LearningRates crossed = rates().orElseThrow();
    assertThat(crossed.rows())
        .extracting(row -> List.copyOf(row.arms().keySet()))
        .containsExactly(List.of(.02, .04), List.of(.04));
  }

  @Test
  void theBestAtTheEndOfItsRangeIsNoted() {
    arm("sgd lr=0.1", Map.of("name", "sgd", "lr", .1), .9, .92);
    arm("sgd lr=1", Map.of("name", "sgd", "lr", 1), .7, .72);
    arm("sgd lr=10", Map.of("name", "sgd", "lr", 10), Double.NaN, Double.NaN);
    LearningRates rates = rates().orElseThrow();
    assertThat(rates.sentences(ACCURACY))
        .containsExactly(
            "sgd is best at lr 0.1: test accuracy 91.00 % (78.29 to 103.71), the smallest rate that was tried, so that a better one may lie beyond.");
    RatePlot plot = RatePlot.of(rates, ACCURACY).orElseThrow();
    RatePlot.Line line = plot.lines().getFirst();
    assertThat(line.lost())
        .singleElement()
        .satisfies(lost -> {
          assertThat(lost.said()).isEqualTo("sgd at lr 10: 2 of 2 diverged");
          assertThat(lost.x()).isEqualTo(1);
        });
    assertThat(line.points()).extracting(RatePlot.Point::best).containsExactly(true, false);
    assertThat(line.points().getFirst().y()).isGreaterThan(line.points().getLast().y());
    assertThat(line.points().getFirst().runs()).hasSize(2);
    // a share is not shown beyond 100 %
    assertThat(plot.places().to()).isLessThan(105);
  }

  @Test
  void oneRateForEachIsNoSensitivity() {
    arm("sgd", Map.of("name", "sgd", "lr", .1), .9);
    arm("adam", Map.of("name", "adam", "lr", .001), .8);
    assertThat(rates()).isEmpty();
  }
}
