package dev.steepest.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What the recorded schedules do not show. */
class ScheduleTest {

  @Test
  void the_first_step_of_a_warm_up_moves() {
    for (Schedule schedule :
        List.of(new Constant(4), new Cosine(20, 4, 0), new Trapezoid(20, 4, 5, 0))) {
      assertThat(schedule.factor(0)).isEqualTo(0.25);
      assertThat(schedule.factor(3)).isEqualTo(1);
    }
    assertThat(new Constant(4, Warmup.FROM_ZERO).factor(0)).isZero();
  }

  @Test
  void cosine_reaches_its_floor_and_stays() {
    Cosine cosine = new Cosine(100, 10, 0.1);
    assertThat(cosine.factor(10)).isEqualTo(1);
    assertThat(cosine.factor(55)).isCloseTo(0.55, within(1e-15));
    assertThat(cosine.factor(100)).isEqualTo(0.1);
    assertThat(cosine.factor(1000)).isEqualTo(0.1);
  }

  @Test
  void trapezoid_decays_to_its_floor() {
    Trapezoid trapezoid = new Trapezoid(100, 0, 50, 0.2);
    assertThat(trapezoid.factor(49)).isEqualTo(1);
    assertThat(trapezoid.factor(75)).isCloseTo(0.6, within(1e-15));
    assertThat(trapezoid.factor(100)).isEqualTo(0.2);
  }

  @Test
  void inverse_square_root_peaks_at_the_end_of_its_warm_up() {
    InverseSquareRoot schedule = new InverseSquareRoot(10);
    assertThat(schedule.factor(0)).isEqualTo(0.1);
    assertThat(schedule.factor(9)).isEqualTo(1);
    assertThat(schedule.factor(39)).isEqualTo(0.5);
  }

  @Test
  void impossible_schedules_are_refused() {
    assertThatThrownBy(() -> new Cosine(10, 10, 0))
        .hasMessage("total steps is 10 but must be at least 11");
    assertThatThrownBy(() -> new Cosine(10, 1, 1.5))
        .hasMessage("floor is 1.5 but must be in [0, 1]");
    assertThatThrownBy(() -> new Trapezoid(10, 6, 6, 0))
        .hasMessage("total steps is 10 but must be at least 12");
    assertThatThrownBy(() -> new Stairs(List.of(5L, 3L), 0.1))
        .hasMessage("milestones [5, 3] must rise");
    assertThatThrownBy(() -> new Sequence(List.of(), List.of()))
        .hasMessageContaining("0 parts need");
  }
}
