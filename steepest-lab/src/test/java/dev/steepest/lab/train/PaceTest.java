package dev.steepest.lab.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PaceTest {
  /** 8 steps in epochs 0 and 1, 4 in epochs 2 to 4, then 2. */
  private static final Pace PACE = Pace.of(new TreeMap<>(Map.of(0L, 8L, 2L, 4L, 5L, 2L)));

  @Test
  void epochsAndStepsAreTwoWordsForOnePlace() {
    long step = 0;
    for (long epoch = 0; epoch < 9; epoch++) {
      assertThat(PACE.steps(epoch)).isEqualTo(step);
      assertThat(PACE.epochs(step)).isEqualTo(epoch);
      for (long within = 0; within < PACE.batches(epoch); within++) {
        assertThat(PACE.epochOf(step)).isEqualTo(epoch);
        assertThat(PACE.epochs(step)).isEqualTo(epoch + within / (double) PACE.batches(epoch));
        step++;
      }
    }
    assertThat(step).isEqualTo(2 * 8 + 3 * 4 + 4 * 2);
  }

  @Test
  void aPartOfAnEpochIsAPartOfItsOwnSteps() {
    assertThat(new Span.Epochs(1.5).steps(PACE)).isEqualTo(12);
    assertThat(new Span.Epochs(2.5).steps(PACE)).isEqualTo(18);
    assertThat(new Span.Epochs(5.2).steps(PACE)).as("a part of a step is one").isEqualTo(29);
    assertThat(new Span.Steps(18).epochs(PACE)).isEqualTo(2.5);
  }

  /** Records of runs with one size have had these numbers before there were several. */
  @Test
  void aConstantPaceIsAProductAndAQuotient() {
    Pace constant = Pace.constant(469);
    for (long step = 0; step < 5000; step += 7) {
      assertThat(constant.epochs(step)).isEqualTo((double) step / 469);
      double epochs = step / 100.0;
      assertThat(constant.steps(epochs)).isEqualTo(epochs * 469);
    }
    assertThat(constant).hasToString("469");
  }
}
