package dev.steepest.lab.task;

import dev.steepest.lab.train.EarlyStopping;
import dev.steepest.lab.train.PlateauPlan;
import dev.steepest.lab.train.Watched;
import dev.steepest.lab.train.Watching;
import dev.steepest.optim.Plateau.Threshold;
import dev.steepest.study.plan.Settings;
import java.util.Locale;
import java.util.Optional;

/**
 * What a run's settings want to follow from looks on the way.
 *
 * @param all the settings of the run
 */
record WatchSettings(Settings all) {
  private static final String STOPPING = "training.early_stopping";

  Watching watching() {
    return new Watching(stopping(), plateau());
  }

  private Optional<EarlyStopping> stopping() {
    if (!all.has(STOPPING)) {
      return Optional.empty();
    }
    Settings given = all.section(STOPPING);
    return Optional.of(
        new EarlyStopping(watched(given), given.whole("patience"), given.number("min_delta")));
  }

  private Optional<PlateauPlan> plateau() {
    Settings given = all.section("schedule");
    if (!given.text("name").equals("plateau")) {
      return Optional.empty();
    }
    return Optional.of(
        new PlateauPlan(
            watched(given),
            given.number("factor"),
            given.whole("patience"),
            given.number("threshold"),
            Threshold.valueOf(given.text("threshold_kind").toUpperCase(Locale.ROOT)),
            given.whole("cooldown"),
            given.number("floor")));
  }

  private static Watched watched(Settings given) {
    return Watched.valueOf(given.text("metric").toUpperCase(Locale.ROOT));
  }
}
