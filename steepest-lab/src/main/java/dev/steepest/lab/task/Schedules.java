package dev.steepest.lab.task;

import dev.steepest.lab.train.Pace;
import dev.steepest.optim.Constant;
import dev.steepest.optim.Cosine;
import dev.steepest.optim.GroupSchedules;
import dev.steepest.optim.Schedule;
import dev.steepest.optim.Stairs;
import dev.steepest.optim.Trapezoid;
import dev.steepest.optim.Triangle;
import dev.steepest.study.plan.Settings;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The learning-rate schedules of a run in optimizer steps.
 *
 * @param settings the section {@code schedule}
 * @param total optimizer steps of the run
 * @param pace what its epochs are counted in
 */
record Schedules(Settings settings, long total, Pace pace) {

  /** The schedule of all groups, and those of groups that have their own. */
  GroupSchedules all() {
    SortedMap<String, Schedule> named = new TreeMap<>();
    settings
        .tree()
        .forEach((key, value) -> {
          if (value instanceof Map) {
            named.put(key, ofGroup("schedule." + key, settings.section(key)));
          }
        });
    return new GroupSchedules(named, main());
  }

  private Schedule main() {
    return switch (settings.text("name")) {
      case "triangle" -> triangle();
      case "trapezoid" -> trapezoid();
      case "stairs" -> stairs();
      case String name -> shape(name, "schedule", settings, laidOut());
    };
  }

  /** The steps that a schedule is made for: those of the run, or more where it is to be cut off. */
  private long laidOut() {
    return settings.has("stretch") ? Math.round(total * settings.number("stretch")) : total;
  }

  /** Ends with its own epochs, after a step at least, and stays at its floor. */
  private Schedule ofGroup(String section, Settings group) {
    double epochs = group.number("epochs");
    if (steps(epochs) > total) {
      throw new IllegalArgumentException(
          "%s.epochs = %s is %d steps, but the run has %d: choose up to %s epochs, or 0 for the whole run."
              .formatted(section, epochs, steps(epochs), total, pace.epochs(total)));
    }
    long length = epochs == 0 ? laidOut() : Math.max(1, steps(epochs));
    return shape(group.text("shape"), section, group, length);
  }

  private Schedule shape(String name, String section, Settings given, long length) {
    if (name.equals("constant")) {
      return new Constant(warmupSteps(given, length));
    }
    long warmup = warmup(section, given, length);
    return switch (name) {
      case "cosine" -> new Cosine(length, warmup, given.number("floor"));
      case "linear" -> new Trapezoid(length, warmup, length - warmup, given.number("floor"));
      default -> throw new IllegalArgumentException("no schedule '" + name + "'");
    };
  }

  private Schedule trapezoid() {
    long length = laidOut();
    long warmup = warmup("schedule", settings, length);
    long decay = Math.round(settings.number("decay") * length);
    if (warmup + decay > length + 1) { // one step for rounding
      throw new IllegalArgumentException(
          "schedule's warm-up of %d steps and its decay = %s, %d steps, overlap within %d steps: shorten one of them."
              .formatted(warmup, settings.number("decay"), decay, length));
    }
    return new Trapezoid(
        length, warmup, Math.clamp(decay, 1, length - warmup), settings.number("floor"));
  }

  /** The parts are parts of the whole; the warm-up lies over the first ones. */
  private Schedule stairs() {
    long length = laidOut();
    Schedule warmup = new Constant(warmup("schedule", settings, length));
    long stair = Math.ceilDiv(length, settings.whole("parts"));
    Schedule stairs = Stairs.every(stair, length, settings.number("factor"));
    return step -> warmup.factor(step) * stairs.factor(step);
  }

  /** Steps of rising rate: at least one is left for what comes behind them. */
  private long warmup(String section, Settings given, long length) {
    long warmup = warmupSteps(given, length);
    if (warmup >= length) {
      double epochs = given.number("warmup_epochs");
      throw new IllegalArgumentException(
          "%s.warmup_epochs = %s is %d steps, but the whole schedule has %d: choose less than %s epochs, or a longer schedule."
              .formatted(section, epochs, warmup, length, pace.epochs(length)));
    }
    return warmup;
  }

  private long warmupSteps(Settings given, long length) {
    return given.has("warmup")
        ? Math.min(Math.round(given.number("warmup") * length), length - 1)
        : steps(given.number("warmup_epochs"));
  }

  private Schedule triangle() {
    return Triangle.ofRun(
        total, settings.number("peak"), settings.number("start"), settings.number("end"));
  }

  private long steps(double epochs) {
    return Math.round(pace.steps(epochs));
  }
}
