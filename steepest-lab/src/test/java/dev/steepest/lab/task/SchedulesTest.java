package dev.steepest.lab.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.lab.train.Pace;
import dev.steepest.study.plan.Settings;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs of a few steps, whose epochs round to nothing. */
class SchedulesTest {

  private static Settings shaped(String name, double warmup, Map<String, ?> more) {
    Map<String, Object> settings =
        new TreeMap<>(Map.of("name", name, "warmup_epochs", warmup, "floor", 0.0, "decay", 0.5));
    settings.putAll(more);
    return new Settings(settings);
  }

  @ParameterizedTest
  @ValueSource(strings = {"cosine", "linear", "trapezoid"})
  void aRunOfOneStepHasASchedule(String name) {
    var schedules = new Schedules(shaped(name, 0.1, Map.of()), 1, Pace.constant(3)).all();
    assertThat(schedules.others().factor(0)).isEqualTo(1);
    assertThat(schedules.others().factor(1)).isCloseTo(0, within(1e-15));
  }

  @ParameterizedTest
  @ValueSource(strings = {"cosine", "linear", "trapezoid"})
  void aWarmUpAsLongAsTheRunIsRefusedByItsKey(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Schedules(shaped(name, 0.5, Map.of()), 2, Pace.constant(4)).all())
        .withMessage(
            "schedule.warmup_epochs = 0.5 is 2 steps, but the whole schedule has 2: choose less than 0.5 epochs, or a longer schedule.");
  }

  @Test
  void aGroupsOwnEpochsAreAStepAtLeast() {
    Map<String, Object> bias =
        Map.of("shape", "linear", "epochs", 0.05, "warmup_epochs", 0.0, "floor", 0.0);
    var schedules =
        new Schedules(shaped("cosine", 0, Map.of("vectors", bias)), 10, Pace.constant(4)).all();
    assertThat(schedules.named().get("vectors").factor(0)).isEqualTo(1);
    assertThat(schedules.named().get("vectors").factor(1)).isZero();
    Map<String, Object> warm =
        Map.of("shape", "linear", "epochs", 0.25, "warmup_epochs", 0.5, "floor", 0.0);
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            new Schedules(shaped("cosine", 0, Map.of("vectors", warm)), 10, Pace.constant(4)).all())
        .withMessageContaining("schedule.vectors.warmup_epochs = 0.5 is 2 steps");
  }
}
