package dev.steepest.study.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steepest.study.record.Metric;
import java.util.List;
import org.junit.jupiter.api.Test;

class NumbersTest {
  @Test
  void pValuesHaveNoLeadingZeroAndAreNeverZero() {
    assertThat(Numbers.p(.0004)).isEqualTo("= .0004");
    assertThat(Numbers.p(0)).isEqualTo("< .0001");
    assertThat(Numbers.bareP(.25)).isEqualTo(".25");
    assertThat(Numbers.bareP(.0312)).isEqualTo(".031");
    assertThat(Numbers.bareP(1)).isEqualTo("1.00");
  }

  @Test
  void smallNumbersAreNotRoundedAway() {
    assertThat(Numbers.fixed(1.005e-7, 4)).isEqualTo("1.0e-07");
    assertThat(Numbers.fixed(-1.5, 2)).isEqualTo("−1.50");
    assertThat(Numbers.fixed(0, 2)).isEqualTo("0.00");
    assertThat(Numbers.shortest(70.0)).isEqualTo("70");
    assertThat(Numbers.shortest(100 * (1 - .05))).isEqualTo("95");
    assertThat(Numbers.shortest(3.28)).isEqualTo("3.28");
    assertThat(Numbers.shortest(5e-5)).isEqualTo("5e-5");
    assertThat(Numbers.shortest(1e12)).isEqualTo("1e12");
    assertThat(Numbers.shortest(0)).isEqualTo("0");
  }

  @Test
  void durationsAreReadable() {
    assertThat(Numbers.duration(3.828)).isEqualTo("3.83 s");
    assertThat(Numbers.duration(910.5)).isEqualTo("15 min 11 s");
    assertThat(Numbers.duration(7320)).isEqualTo("2 h 02 min");
    assertThat(Numbers.duration(119.96)).isEqualTo("2 min 00 s");
  }

  @Test
  void listsReadLikeSpeech() {
    assertThat(Numbers.and(List.of("a"))).isEqualTo("a");
    assertThat(Numbers.and(List.of("a", "b", "c"))).isEqualTo("a, b and c");
    assertThat(Numbers.seeds(List.of(5L))).isEqualTo("seed 5");
    assertThat(Numbers.seeds(List.of(2L, 0L, 5L))).isEqualTo("seeds 0, 2 and 5");
    assertThat(Numbers.seeds(List.of(0L, 1L, 2L, 3L))).isEqualTo("seeds 0–3");
  }

  @Test
  void whatTheMachineGivesHasItsUnits() {
    Quantity speed = Quantity.of("tokens_per_second");
    assertThat(speed.value(16285.4)).isEqualTo("16285 /s");
    assertThat(speed.sign()).isEqualTo(1);
    Quantity memory = Quantity.of("peak_memory_bytes");
    assertThat(memory.value(314_572_800)).isEqualTo("300.0 MiB");
    assertThat(memory.sign()).isEqualTo(-1);
    assertThat(Quantity.of("flops_utilisation").value(.412)).isEqualTo("41.20 %");
    assertThat(Quantity.of("flops_utilisation").sign()).isEqualTo(1);
    assertThat(Quantity.of("val_perplexity").value(299.4409)).isEqualTo("299.44");
    assertThat(Quantity.of("val_perplexity").sign()).isEqualTo(-1);
    assertThat(Quantity.of("test_loss").difference(-.05)).isEqualTo("0.0500 nats");
  }

  @Test
  void accuraciesAreSpokenOfInPointsAndLossesInNats() {
    Quantity accuracy = Quantity.of(Metric.TEST_ACCURACY);
    assertThat(accuracy.value(.94009)).isEqualTo("94.01 %");
    assertThat(accuracy.amount(-.0132)).isEqualTo("1.32 points of test accuracy");
    assertThat(accuracy.signed(-.0132)).isEqualTo("−1.32");
    assertThat(accuracy.target(.7)).isEqualTo("70 %");
    assertThat(accuracy.sign()).isEqualTo(1);
    Quantity loss = Quantity.of(Metric.VAL_LOSS);
    assertThat(loss.label()).isEqualTo("validation loss");
    assertThat(loss.amount(.012)).isEqualTo("0.0120 nats of validation loss");
    assertThat(loss.target(3.28)).isEqualTo("3.28");
    assertThat(loss.sign()).isEqualTo(-1);
    assertThat(Quantity.of("best_val_accuracy").label()).isEqualTo("best validation accuracy");
  }

  @Test
  void timesAreSpokenOfInSecondsAndLess() {
    Quantity time = Quantity.of(Metric.TOTAL_SECONDS);
    assertThat(time.label()).isEqualTo("total time");
    assertThat(time.value(4.05154)).isEqualTo("4.052 s");
    assertThat(time.value(152.341)).isEqualTo("152.3 s");
    assertThat(time.amount(-.0351)).isEqualTo("0.035 s of total time");
    assertThat(time.signed(-.0351)).isEqualTo("−0.035");
    assertThat(time.target(4)).isEqualTo("4 s");
    assertThat(time.sign()).isEqualTo(-1);
    assertThat(Quantity.of(Metric.TTA_ACCURACY).amount(.0025))
        .isEqualTo("0.25 points of TTA accuracy");
    assertThat(Quantity.of(Metric.TTA_LOSS).label()).isEqualTo("TTA loss");
  }
}
