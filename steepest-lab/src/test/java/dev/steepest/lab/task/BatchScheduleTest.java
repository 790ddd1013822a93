package dev.steepest.lab.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.lab.task.BatchSchedule.Rule;
import dev.steepest.lab.train.Pace;
import dev.steepest.optim.Cosine;
import dev.steepest.optim.GroupSchedules;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class BatchScheduleTest {
  private static final Cosine COSINE = new Cosine(20, 4, 0.1);

  /** 8 steps in epochs 0 and 1 of 64 images each, 2 in those that follow, of 256. */
  private static final Pace PACE = Pace.of(new TreeMap<>(Map.of(0L, 8L, 2L, 2L)));

  private static double[] ratios(Rule rule, long step) {
    var given = new GroupSchedules(new TreeMap<>(Map.of("vectors", _ -> 0.5)), COSINE);
    var made = new BatchSchedule(BatchSchedule.read("0:64 2:256", 1), rule).over(given, PACE);
    return new double[] {
      made.others().factor(step) / COSINE.factor(step),
      made.named().get("vectors").factor(step) / 0.5
    };
  }

  @Test
  void theRateFollowsTheSizeOfTheBatchThatItIsFor() {
    for (long step = 0; step < 20; step++) {
      boolean large = step >= 16;
      assertThat(ratios(Rule.KEEP, step)).containsExactly(1, 1);
      assertThat(ratios(Rule.LINEAR, step))
          .containsExactly(new double[] {large ? 4 : 1, large ? 4 : 1}, within(1e-15));
      assertThat(ratios(Rule.SQRT, step))
          .containsExactly(new double[] {large ? 2 : 1, large ? 2 : 1}, within(1e-15));
    }
  }

  @Test
  void whatIsReadIsWrittenInTheOrderOfEpochs() {
    assertThat(BatchSchedule.text(BatchSchedule.read("30:128  0:64", 1))).isEqualTo("0:64 30:128");
    assertThat(BatchSchedule.text(BatchSchedule.read("30:128", 32))).isEqualTo("0:32 30:128");
  }
}
