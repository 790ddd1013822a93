package dev.steepest.optim.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.optim.Plateau;
import dev.steepest.optim.Schedule;
import java.util.function.LongToDoubleFunction;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.ObjectMapper;

/** Schedules of which no run is recorded on this machine, against their sources' formulas. */
class RecordedScheduleTest {

  private static final double BASE = 0.1;
  private static final int STEPS = 30;

  private static Schedule schedule(String name, String settings) {
    return RecordedSchedule.of(
        name, new ObjectMapper().readTree(settings.replace('\'', '"')), BASE);
  }

  /** A dozen operations near 1. */
  private static void same(Schedule ours, LongToDoubleFunction source) {
    for (long t = 0; t < STEPS; t++) {
      assertThat(ours.factor(t))
          .as("step %d of %s", t, ours)
          .isCloseTo(source.applyAsDouble(t), within(1e-14));
    }
  }

  @Test
  void cosines_of_transformers() {
    String settings = "{'num_warmup_steps': 4, 'num_training_steps': 21, 'num_cycles': 1.3%s}";
    LongToDoubleFunction wave = t -> 0.5 * (1 + Math.cos(Math.PI * 2 * 1.3 * (t - 4) / 17.0));
    same(
        schedule("get_cosine_schedule_with_warmup", settings.formatted("")),
        t -> t < 4 ? t / 4.0 : wave.applyAsDouble(t));
    same(
        schedule(
            "get_cosine_with_min_lr_schedule_with_warmup", settings.formatted(", 'min_lr': 0.02")),
        t -> t < 4 ? t / 4.0 : 0.2 + 0.8 * wave.applyAsDouble(t));
    same(
        schedule(
            "get_cosine_with_hard_restarts_schedule_with_warmup",
            "{'num_warmup_steps': 4, 'num_training_steps': 21, 'num_cycles': 3}"),
        t ->
            t < 4
                ? t / 4.0
                : t >= 21 ? 0 : 0.5 * (1 + Math.cos(Math.PI * (3 * ((t - 4) / 17.0) % 1))));
  }

  @Test
  void other_schedules_of_transformers() {
    same(
        schedule("get_constant_schedule_with_warmup", "{'num_warmup_steps': 7}"),
        t -> Math.min(1, t / 7.0));
    same(
        schedule("get_inverse_sqrt_schedule", "{'num_warmup_steps': 5, 'timescale': null}"),
        t -> t < 5 ? t / 5.0 : 1 / Math.sqrt(t / 5.0));
    same(
        schedule("get_inverse_sqrt_schedule", "{'num_warmup_steps': 5, 'timescale': 9}"),
        t -> t < 5 ? t / 5.0 : 1 / Math.sqrt((t + 4) / 9.0));
    same(
        schedule(
            "get_polynomial_decay_schedule_with_warmup",
            "{'num_warmup_steps': 3, 'num_training_steps': 20, 'lr_end': 0.01, 'power': 2.0}"),
        t ->
            t < 3
                ? t / 3.0
                : t > 20 ? 0.1 : (0.09 * Math.pow(1 - (t - 3) / 17.0, 2) + 0.01) / BASE);
  }

  @Test
  void sequences_of_any_parts() {
    same(
        schedule(
            "SequentialLR[LinearLR, ConstantLR, ExponentialLR]",
            "{'linear': {'start_factor': 0.5, 'total_iters': 4},"
                + " 'constant': {'factor': 0.7, 'total_iters': 100},"
                + " 'exponential': {'gamma': 0.9}, 'milestones': [4, 10]}"),
        t -> t < 4 ? 0.5 + 0.125 * t : t < 10 ? 0.7 : Math.pow(0.9, t - 10));
    same(
        schedule(
            "SequentialLR[LinearLR, LinearLR]",
            "{'linear_1': {'start_factor': 0.5, 'total_iters': 4}, 'linear_2': {'start_factor':"
                + " 1.0, 'end_factor': 0.0, 'total_iters': 10}, 'milestones': [6]}"),
        t -> t < 6 ? Math.min(1, 0.5 + 0.125 * t) : Math.max(0, 1 - (t - 6) / 10.0));
  }

  @Test
  void one_cycle_of_epochs_is_one_of_their_steps() {
    assertThat(schedule("OneCycleLR", "{'max_lr': 0.4, 'epochs': 3, 'steps_per_epoch': 10}"))
        .isEqualTo(schedule("OneCycleLR", "{'max_lr': 0.4, 'total_steps': 30}"));
  }

  @Test
  void a_triangle_may_begin_at_its_peak() {
    same(
        schedule(
            "triangular",
            "{'total': 30, 'warmup_fraction': 0.02, 'start': 0.2, 'peak': 1.0, 'end': 0.1}"),
        t -> 1 - 0.9 * t / 30.0);
  }

  /** torch's own code, with rates in place of factors. */
  @Test
  void plateaus_are_torchs_with_negative_metrics_and_any_eps() {
    for (String mode : new String[] {"min", "max"}) {
      for (String kind : new String[] {"rel", "abs"}) {
        for (double eps : new double[] {1e-8, 4e-3}) {
          Plateau ours =
              (Plateau)
                  schedule(
                      "ReduceLROnPlateau",
                      ("{'mode': '%s', 'factor': 0.6, 'patience': 1, 'threshold': 0.05,"
                              + " 'threshold_mode': '%s', 'cooldown': 2, 'min_lr': 0.002,"
                              + " 'eps': %s}")
                          .formatted(mode, kind, eps));
          double sign = mode.equals("min") ? -1 : 1;
          double best = sign * Double.NEGATIVE_INFINITY;
          double rate = BASE;
          int bad = 0;
          int cooling = 0;
          for (int t = 0; t < 3 * STEPS; t++) {
            assertThat(BASE * ours.factor(t))
                .as("%s %s %s at %d", mode, kind, eps, t)
                .isCloseTo(rate, within(1e-15));
            double metric = -3 + Math.sin(1.7 * t) * 2 / (1 + t);
            double bound = kind.equals("rel") ? best * (1 + sign * 0.05) : best + sign * 0.05;
            if (sign * metric > sign * bound) {
              best = metric;
              bad = 0;
            } else {
              bad++;
            }
            if (cooling > 0) {
              cooling--;
              bad = 0;
            }
            if (bad > 1) {
              double lower = Math.max(rate * 0.6, 0.002);
              rate = rate - lower > eps ? lower : rate;
              cooling = 2;
              bad = 0;
            }
            ours.observe(metric);
          }
          assertThat(rate).isLessThan(BASE);
        }
      }
    }
  }
}
