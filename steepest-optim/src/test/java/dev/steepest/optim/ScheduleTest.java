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
  void a_triangle_rises_falls_and_stays() {
    Triangle triangle = new Triangle(10, 4, 0.5, 0.25);
    assertThat(triangle.factor(0)).isEqualTo(0.5);
    assertThat(triangle.factor(2)).isEqualTo(0.75);
    assertThat(triangle.factor(4)).isEqualTo(1);
    assertThat(triangle.factor(8)).isCloseTo(0.5, within(1e-15));
    assertThat(triangle.factor(10)).isEqualTo(0.25);
    assertThat(triangle.factor(99)).isEqualTo(0.25);
    assertThat(new Triangle(10, 0, 0.5, 0).factor(0)).as("the peak is first").isEqualTo(1);
    assertThat(new Triangle(10, 10, 0, 0).factor(9)).as("only a rise").isEqualTo(0.9);
    assertThat(Triangle.ofRun(476, 0.23, 0.2, 0.07)).isEqualTo(new Triangle(476, 109, 0.2, 0.07));
    assertThatThrownBy(() -> new Triangle(10, 11, 0, 0))
        .hasMessage("step of the peak is 11 but must be in [0, 10]");
    assertThatThrownBy(() -> Triangle.ofRun(10, 1.5, 0, 0))
        .hasMessage("share of the rise is 1.5 but must be in [0, 1]");
    assertThatThrownBy(() -> new Triangle(10, 5, -1, 0))
        .hasMessage("first factor is -1 but must be at least 0");
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

  @Test
  void a_warm_up_goes_before_any_schedule() {
    Schedule warmed = new Stairs(List.of(2L), 0.5).times(0.8).after(4, Warmup.FROM_FIRST_STEP);
    assertThat(List.of(0.2, 0.4, 0.6, 0.8, 0.8, 0.8, 0.4))
        .zipSatisfy(
            List.of(0L, 1L, 2L, 3L, 4L, 5L, 6L),
            (expected, step) -> assertThat(warmed.factor(step)).isCloseTo(expected, within(1e-15)));
    assertThat(new WarmedUp(0, Warmup.FROM_ZERO, new Constant(0)).factor(0)).isEqualTo(1);
    assertThatThrownBy(() -> new Constant(0).times(-1))
        .hasMessage("multiple is -1 but must be at least 0");
  }

  @Test
  void a_peak_at_the_very_first_step_is_a_number() {
    OneCycle cycle = new OneCycle(10, 0.1, 25, 1e4, OneCycle.Shape.COSINE, OneCycle.Phases.TWO);
    assertThat(cycle.factor(0)).isEqualTo(1);
    assertThat(cycle.factor(9)).isCloseTo(1 / 25e4, within(1e-18));
  }

  @Test
  void momentum_cycles_against_the_rate() {
    OneCycle three = new OneCycle(30, 0.4, 10, 100, OneCycle.Shape.LINEAR, OneCycle.Phases.THREE);
    Schedule momentum = three.momentum(0.85, 0.95);
    assertThat(momentum.factor(0)).isEqualTo(0.95);
    assertThat(momentum.factor(11)).isCloseTo(0.85, within(1e-15));
    assertThat(momentum.factor(22)).isCloseTo(0.95, within(1e-15));
    assertThat(momentum.factor(26)).isCloseTo(0.95, within(1e-15));
    assertThatThrownBy(() -> three.momentum(0.95, 0.85))
        .hasMessage("high momentum is 0.85 but must be in [0.95, 1]");
  }

  @Test
  void restarts_of_one_length_need_no_walk_from_the_start() {
    CosineRestarts waves = new CosineRestarts(7, 1, 0);
    long far = 7L << 55; // a walk wave by wave would not end
    assertThat(waves.factor(far + 3)).isEqualTo(waves.factor(3));
  }

  @Test
  void a_plateau_goes_on_from_what_it_remembered() {
    double[] metrics = {5, 4, 4, 4, 4, 3.99, 3.5, 3.5, 3.5, 3.5, 3.5, 3.5};
    Plateau straight = plateau();
    for (double metric : metrics) {
      straight.observe(metric);
    }
    assertThat(straight.factor(0)).as("it has fallen").isLessThan(1);
    for (int stop = 0; stop <= metrics.length; stop++) {
      Plateau first = plateau();
      for (int i = 0; i < stop; i++) {
        first.observe(metrics[i]);
      }
      Plateau second = plateau();
      second.restore(first.state());
      for (int i = stop; i < metrics.length; i++) {
        second.observe(metrics[i]);
      }
      assertThat(second.state()).as("stopped after %d", stop).isEqualTo(straight.state());
    }
    assertThatThrownBy(() -> new Plateau.State(2, 0, 0, 0))
        .hasMessage("factor is 2 but must be in [0, 1]");
    assertThatThrownBy(() -> new Plateau.State(1, Double.NaN, 0, 0))
        .hasMessage("best metric is NaN but must be a number or infinite");
  }

  /** As torch: "Factor should be < 1.0". */
  @Test
  void a_plateau_falls() {
    assertThatThrownBy(() -> plateau(1)).hasMessage("factor is 1 but must be in [0, 1)");
    assertThatThrownBy(() -> plateau(-0.5)).hasMessage("factor is -0.5 but must be in [0, 1)");
    Plateau toFloor = plateau(0);
    for (double metric : new double[] {5, 5, 5}) {
      toFloor.observe(metric);
    }
    assertThat(toFloor.factor(3)).isEqualTo(0.05);
  }

  private static Plateau plateau() {
    return plateau(0.5);
  }

  private static Plateau plateau(double factor) {
    return new Plateau(Plateau.Goal.MINIMUM, factor, 1, 0.01, Plateau.Threshold.RELATIVE, 1, 0.05);
  }

  @Test
  void a_cosine_of_several_half_waves_rises_again() {
    Cosine swing = new Cosine(20, 0, 0.2, Warmup.FROM_ZERO, Cosine.After.SWING, 1.5);
    for (long step = 0; step < 50; step++) {
      assertThat(swing.factor(step))
          .isCloseTo(0.2 + 0.4 * (1 + Math.cos(1.5 * Math.PI * step / 20)), within(1e-15));
    }
    Cosine stay = new Cosine(20, 0, 0.2, Warmup.FROM_ZERO, Cosine.After.STAY, 2);
    assertThat(stay.factor(10)).isCloseTo(0.2, within(1e-15));
    assertThat(stay.factor(1000)).isEqualTo(1);
  }

  @Test
  void cycles_start_again_between_steps_and_end_at_the_floor() {
    CosineCycles cycles = new CosineCycles(10, 2.5, 0.1);
    assertThat(cycles.factor(0)).isEqualTo(1);
    assertThat(cycles.factor(2)).isCloseTo(0.55, within(1e-15));
    assertThat(cycles.factor(4)).isEqualTo(1);
    assertThat(cycles.factor(5)).isCloseTo(0.1 + 0.45 * (1 + Math.sqrt(0.5)), within(1e-15));
    assertThat(cycles.factor(10)).isEqualTo(0.1);
  }

  @Test
  void a_polynomial_falls_to_its_floor() {
    Polynomial fall = new Polynomial(10, 2, 0.2);
    assertThat(fall.factor(5)).isCloseTo(0.2 + 0.8 * 0.25, within(1e-15));
    assertThat(fall.factor(11)).isEqualTo(0.2);
  }

  @Test
  void inverse_square_root_falls_by_its_timescale() {
    InverseSquareRoot fall = new InverseSquareRoot(5, 8, Warmup.FROM_ZERO);
    assertThat(fall.factor(0)).isEqualTo(0);
    assertThat(fall.factor(5)).isEqualTo(1);
    assertThat(fall.factor(13)).isCloseTo(Math.sqrt(0.5), within(1e-15));
    assertThat(new InverseSquareRoot(0, 8, Warmup.FROM_ZERO).factor(0)).isEqualTo(1);
  }

  @Test
  void a_threshold_with_the_metrics_sign_takes_a_worse_negative_value_for_better() {
    for (Plateau.Threshold kind : Plateau.Threshold.values()) {
      Plateau plateau = new Plateau(Plateau.Goal.MINIMUM, 0.5, 0, 0.1, kind, 0, 0);
      plateau.observe(-10);
      plateau.observe(-9.5); // torch: -9.5 < -10 · 0.9
      assertThat(plateau.factor(0))
          .as(kind.toString())
          .isEqualTo(kind == Plateau.Threshold.SIGNED_RELATIVE ? 1 : 0.5);
    }
  }

  @Test
  void a_plateau_skips_falls_that_are_too_small() {
    Plateau.Threshold kind = Plateau.Threshold.ABSOLUTE;
    Plateau plateau = new Plateau(Plateau.Goal.MINIMUM, 0.5, 0, 0, kind, 0, 0, 0.3);
    for (int i = 0; i < 5; i++) {
      plateau.observe(1);
    }
    assertThat(plateau.factor(0)).as("0.25 would be less than 0.3 below").isEqualTo(0.5);
  }
}
