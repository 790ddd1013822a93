package dev.steepest.lab.task;

import static java.lang.Math.PI;
import static java.lang.Math.cos;
import static java.lang.Math.min;
import static java.lang.Math.pow;
import static java.lang.Math.sqrt;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.lab.catalog.Catalog;
import dev.steepest.lab.train.Pace;
import dev.steepest.optim.Schedule;
import dev.steepest.study.experiment.ExperimentFile;
import dev.steepest.study.file.ProblemsException;
import dev.steepest.study.plan.Plan;
import dev.steepest.study.plan.Settings;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From the words of a file to the factor of every step: 12 epochs of 10 steps. */
class ScheduleFileTest {
  private static final Pace PACE = Pace.constant(10);
  private static final long TOTAL = 120;

  private static Settings settings(String schedule) {
    String text =
        """
        name: said
        title: Said
        model: mlp
        data: shapes
        optimizer: adamw
        schedule: {%s}
        training: {epochs: 12}
        seeds: 1
        """
            .formatted(schedule);
    return Plan.of(ExperimentFile.read(text, "said.yaml", List.of(), new Catalog()))
        .getFirst()
        .settings();
  }

  private static Schedule schedule(String words, Pace pace) {
    return new Schedules(settings(words).section("schedule"), TOTAL, pace).all().others();
  }

  private static void same(String words, LongToDoubleFunction expected) {
    Schedule made = schedule(words, PACE);
    for (long step = 0; step < TOTAL; step++) {
      assertThat(made.factor(step))
          .as("%s at step %d", words, step)
          .isCloseTo(expected.applyAsDouble(step), within(1e-12));
    }
  }

  /** The factor after so many falls. */
  private static double after(long falls, double gamma) {
    return pow(gamma, falls);
  }

  @Test
  void steplrFallsAfterEverySoManyEpochs() {
    same("name: steplr, every_epochs: 5, gamma: 0.1", t -> after(t / 50, 0.1));
    same("name: steplr, every_epochs: 30", _ -> 1);
    same("name: steplr, every_epochs: 0.5, gamma: 0.9", t -> after(t / 5, 0.9));
    same(
        "name: steplr, every_epochs: 1, gamma: 0.5, warmup_epochs: 2",
        t -> min(1, (t + 1) / 20.0) * after(t / 10, 0.5));
  }

  @Test
  void multistepFallsAtItsEpochs() {
    same(
        "name: multistep, milestones: '3 4.5 11', gamma: 0.2",
        t -> pow(0.2, (t >= 30 ? 1 : 0) + (t >= 45 ? 1 : 0) + (t >= 110 ? 1 : 0)));
    assertThat(settings("name: multistep, milestones: ' 3.0, 4.5 '").text("schedule.milestones"))
        .isEqualTo("3 4.5");
  }

  @Test
  void exponentialFallsByItsFactorOverEachEpoch() {
    same("name: exponential, gamma: 0.9", t -> pow(0.9, t / 10.0));
  }

  @Test
  void polynomialGoesDownBehindItsWarmUp() {
    same(
        "name: polynomial, power: 3, floor: 0.1, warmup_epochs: 2",
        t -> t < 20 ? (t + 1) / 20.0 : 0.1 + 0.9 * pow(1 - (t - 20) / 100.0, 3));
    same("name: polynomial, stretch: 2, power: 1", t -> 1 - t / 240.0);
  }

  @Test
  void cosinesStartAnew() {
    same("name: cosine_cycles, cycles: 3", t -> 0.5 * (1 + cos(PI * (t % 40) / 40)));
    same(
        "name: cosine_restarts, first_epochs: 3, growth: 2, floor: 0.2",
        t ->
            t < 30
                ? path(1, 0.2, t / 30.0)
                : t < 90 ? path(1, 0.2, (t - 30) / 60.0) : path(1, 0.2, (t - 90) / 120.0));
    same(
        "name: cosine_restarts, first_epochs: 1, warmup_epochs: 1",
        t -> t < 10 ? (t + 1) / 10.0 : 0.5 * (1 + cos(PI * ((t - 10) % 10) / 10)));
  }

  @Test
  void inverseSquareRootFallsFromItsWarmUp() {
    same(
        "name: inverse_square_root, warmup_epochs: 2",
        t -> min((t + 1) / 20.0, sqrt(20.0 / (t + 1))));
    same(
        "name: inverse_square_root, warmup_epochs: 0, timescale_epochs: 3",
        t -> sqrt(30.0 / (30 + t + 1)));
  }

  /** torch's OneCycleLR: the peak is the last step of the rise. */
  @Test
  void oneCycleGoesUpAndFarDown() {
    double first = 1 / 20.0;
    double last = first / 50;
    same(
        "name: one_cycle, rise: 0.25, start_divisor: 20, end_divisor: 50, shape: linear",
        t -> t <= 29 ? first + (1 - first) * t / 29 : 1 + (last - 1) * (t - 29) / 90);
    same(
        "name: one_cycle, rise: 0.25, start_divisor: 20, end_divisor: 50, phases: three",
        t ->
            t <= 29
                ? path(first, 1, t / 29.0)
                : t <= 58 ? path(1, first, (t - 29) / 29.0) : path(first, last, (t - 58) / 61.0));
  }

  private static double path(double from, double to, double done) {
    return to + (from - to) / 2 * (1 + cos(PI * done));
  }

  @Test
  void aRampStaysWhereItEnds() {
    same("name: ramp, from: 0.2, to: 0.8, epochs: 6", t -> 0.2 + 0.6 * min(t, 60) / 60);
    same("name: ramp, from: 1, to: 0", t -> 1 - t / 120.0);
  }

  /** The falls are the loop's, which sees the metric. */
  @Test
  void aPlateauIsConstantBehindItsWarmUp() {
    same("name: plateau, warmup_epochs: 1", t -> min(1, (t + 1) / 10.0));
    var watching =
        new WatchSettings(settings("name: plateau, patience: 3, floor: 0.01")).watching();
    var plateau = watching.plateau().orElseThrow();
    assertThat(plateau.watched()).hasToString("val_loss");
    assertThat(plateau.factor()).isEqualTo(0.1);
    assertThat(plateau.patience()).isEqualTo(3);
    assertThat(plateau.threshold()).isEqualTo(1e-4);
    assertThat(plateau.floor()).isEqualTo(0.01);
    assertThat(watching.stopping()).isEmpty();
  }

  /** 20 steps in each of 3 epochs, then 10: epochs are where they are, whatever their steps. */
  @Test
  void fallsFollowTheEpochsOfABatchSchedule() {
    Pace pace = Pace.of(new TreeMap<>(Map.of(0L, 20L, 3L, 10L)));
    Schedule stairs = schedule("name: steplr, every_epochs: 2, gamma: 0.5", pace);
    Schedule steady = schedule("name: exponential, gamma: 0.25", pace);
    for (long step = 0; step < TOTAL; step++) {
      double epoch = step < 60 ? step / 20.0 : 3 + (step - 60) / 10.0;
      assertThat(stairs.factor(step)).isEqualTo(after((long) epoch / 2, 0.5));
      assertThat(steady.factor(step)).isCloseTo(pow(0.25, epoch), within(1e-12));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "name: multistep, milestones: '3 x' | said.yaml:6: schedule.milestones = '3 x': 'x' is no number",
        "name: multistep, milestones: '5 3' | must rise from above 0, but there is 3",
        "name: multistep, milestones: '0 3' | must rise from above 0, but there is 0",
        "name: multistep, milestones: '3 12' | epoch 12.0 is never trained",
        "name: steplr, every_epochs: 0 | every_epochs",
        "name: steplr, step_size: 3 | step_size",
        "name: plateau, factor: 1 | factor",
        "name: plateau, metric: test_loss | test_loss",
        "name: plato | plateau",
        "name: cosine_restarts, growth: 0 | growth",
      })
  void whatIsWrongIsSaid(String words, String said) {
    assertThatThrownBy(() -> settings(words))
        .isInstanceOf(ProblemsException.class)
        .hasMessageContaining(said);
  }

  @Test
  void aRootWithoutAWarmUpOrATimescaleIsRefused() {
    assertThatThrownBy(() -> schedule("name: inverse_square_root, warmup_epochs: 0", PACE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("timescale_epochs");
  }
}
