package dev.steepest.lab.task;

import dev.steepest.lab.train.Pace;
import dev.steepest.lab.train.Span;
import dev.steepest.optim.Constant;
import dev.steepest.optim.Cosine;
import dev.steepest.optim.CosineCycles;
import dev.steepest.optim.CosineRestarts;
import dev.steepest.optim.GroupSchedules;
import dev.steepest.optim.InverseSquareRoot;
import dev.steepest.optim.Linear;
import dev.steepest.optim.OneCycle;
import dev.steepest.optim.Polynomial;
import dev.steepest.optim.Schedule;
import dev.steepest.optim.Stairs;
import dev.steepest.optim.Trapezoid;
import dev.steepest.optim.Triangle;
import dev.steepest.optim.Warmup;
import dev.steepest.study.plan.Settings;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.LongStream;

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
      case "one_cycle" -> oneCycle();
      case "ramp" -> ramp();
      case "plateau" -> new Constant(warmup("schedule", settings, total)); // the loop does the rest
      case "polynomial", "cosine_cycles", "cosine_restarts" -> behindWarmup();
      case "inverse_square_root" -> inverseSquareRoot();
      case "steplr", "multistep", "exponential" -> overEpochs();
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

  private Schedule behindWarmup() {
    long length = settings.text("name").equals("cosine_restarts") ? total : laidOut();
    long warmup = warmup("schedule", settings, length);
    double floor = settings.number("floor");
    Schedule behind =
        switch (settings.text("name")) {
          case "polynomial" -> new Polynomial(length - warmup, settings.number("power"), floor);
          case "cosine_cycles" ->
              new CosineCycles(length - warmup, settings.number("cycles"), floor);
          default -> {
            long first = Math.max(1, steps(settings.number("first_epochs")));
            yield new CosineRestarts(first, settings.whole("growth"), floor);
          }
        };
    return behind.after(warmup, Warmup.FROM_FIRST_STEP);
  }

  private Schedule inverseSquareRoot() {
    long warmup = warmup("schedule", settings, total);
    double epochs = settings.number("timescale_epochs");
    long timescale = epochs > 0 ? Math.max(1, steps(epochs)) : warmup;
    if (timescale == 0) {
      throw new IllegalArgumentException(
          "schedule.timescale_epochs = 0 is the length of the warm-up, but there is none: choose schedule.warmup_epochs or timescale_epochs above 0.");
    }
    return new InverseSquareRoot(warmup, timescale, Warmup.FROM_FIRST_STEP);
  }

  /** Whatever the length of the run; the warm-up lies over the first epochs. */
  private Schedule overEpochs() {
    Schedule warmup = new Constant(warmup("schedule", settings, total));
    double gamma = settings.number("gamma");
    Schedule falling =
        switch (settings.text("name")) {
          case "steplr" -> new Stairs(stepsOf(settings.number("every_epochs")), gamma);
          case "multistep" ->
              new Stairs(
                  Milestones.read(settings.text("milestones")).stream()
                      .map(this::firstStep)
                      .toList(),
                  gamma);
          default -> step -> Math.pow(gamma, pace.epochs(step));
        };
    return step -> warmup.factor(step) * falling.factor(step);
  }

  /** The first steps of stairs of so many epochs. */
  private List<Long> stepsOf(double epochs) {
    return LongStream.iterate(1, stair -> firstStep(stair * epochs) < total, stair -> stair + 1)
        .mapToObj(stair -> firstStep(stair * epochs))
        .distinct()
        .toList();
  }

  /** The first step, from 0, that is made after so many epochs. */
  private long firstStep(double epochs) {
    return new Span.Epochs(epochs).steps(pace);
  }

  private Schedule oneCycle() {
    return new OneCycle(
        laidOut(),
        settings.number("rise"),
        settings.number("start_divisor"),
        settings.number("end_divisor"),
        OneCycle.Shape.valueOf(settings.text("shape").toUpperCase(Locale.ROOT)),
        OneCycle.Phases.valueOf(settings.text("phases").toUpperCase(Locale.ROOT)));
  }

  private Schedule ramp() {
    double epochs = settings.number("epochs");
    return new Linear(
        settings.number("from"),
        settings.number("to"),
        epochs == 0 ? total : Math.max(1, steps(epochs)));
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
