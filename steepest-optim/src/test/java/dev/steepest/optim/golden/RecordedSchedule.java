package dev.steepest.optim.golden;

import dev.steepest.optim.Constant;
import dev.steepest.optim.Cosine;
import dev.steepest.optim.CosineCycles;
import dev.steepest.optim.CosineRestarts;
import dev.steepest.optim.Exponential;
import dev.steepest.optim.InverseSquareRoot;
import dev.steepest.optim.Linear;
import dev.steepest.optim.OneCycle;
import dev.steepest.optim.Plateau;
import dev.steepest.optim.Polynomial;
import dev.steepest.optim.Schedule;
import dev.steepest.optim.Sequence;
import dev.steepest.optim.Stairs;
import dev.steepest.optim.Trapezoid;
import dev.steepest.optim.Triangle;
import dev.steepest.optim.Warmup;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/** Recorded learning-rate schedules in this library's words; defaults are the references'. */
final class RecordedSchedule {

  private static final String SEQUENCE = "SequentialLR[";

  private RecordedSchedule() {}

  /**
   * The schedule called {@code name} by its source.
   *
   * @param base the learning rate that it multiplies, for settings that are rates
   */
  static Schedule of(String name, JsonNode given, double base) {
    return read(name, new Settings(given), base);
  }

  private static Schedule read(String name, Settings h, double base) {
    h.drop("last_epoch", "verbose"); // where a run goes on, which none here does; printing
    Schedule schedule = translate(name, h, base);
    h.requireEmpty();
    return schedule;
  }

  private static Schedule translate(String name, Settings h, double base) {
    return switch (name) {
      case "ConstantLR" -> {
        double factor = h.number("factor", 1.0 / 3);
        yield then(h.whole("total_iters", 5), new Linear(factor, factor, 1), new Constant(0));
      }
      case "CosineAnnealingLR" ->
          new Cosine(
              h.whole("T_max"),
              0,
              h.number("eta_min", 0) / base,
              Warmup.FROM_FIRST_STEP,
              Cosine.After.SWING);
      case "CosineAnnealingWarmRestarts" ->
          new CosineRestarts(h.whole("T_0"), h.whole("T_mult", 1), h.number("eta_min", 0) / base);
      case "ExponentialLR" -> new Exponential(h.number("gamma"));
      case "LinearLR" ->
          new Linear(
              h.number("start_factor", 1.0 / 3),
              h.number("end_factor", 1),
              h.whole("total_iters", 5));
      // Longer than any recorded run.
      case "StepLR" -> Stairs.every(h.whole("step_size"), 10_000, h.number("gamma", 0.1));
      case "MultiStepLR" -> new Stairs(h.wholes("milestones"), h.number("gamma", 0.1));
      case "PolynomialLR" -> new Polynomial(h.whole("total_iters", 5), h.number("power", 1));
      case "OneCycleLR" -> oneCycle(h);
      case "ReduceLROnPlateau" -> plateau(h, base);
      case "cosine with linear warm-up" ->
          new Cosine(
              h.whole("lr_decay_iters"),
              h.whole("warmup_iters"),
              h.number("min_lr") / h.number("learning_rate"),
              Warmup.FROM_ZERO,
              Cosine.After.STAY);
      case "trapezoidal" ->
          new Trapezoid(
              h.whole("num_iterations"),
              h.whole("warmup_iters", 0),
              h.whole("warmdown_iters", 0),
              0);
      case "triangular" -> {
        long total = h.whole("total");
        double peak = h.number("peak");
        yield Triangle.ofRun(
                total,
                h.number("warmup_fraction"),
                h.number("start") / peak,
                h.number("end") / peak)
            .times(peak);
      }
      default -> name.startsWith(SEQUENCE) ? sequence(name, h, base) : transformers(name, h, base);
    };
  }

  /** Those of huggingface/transformers. */
  private static Schedule transformers(String name, Settings h, double base) {
    if (name.equals("get_constant_schedule")) {
      return new Constant(0);
    }
    boolean known = name.startsWith("get_") && name.contains("schedule");
    if (!known) {
      throw new IllegalArgumentException("no schedule for " + name);
    }
    long warmup = h.whole("num_warmup_steps");
    return switch (name) {
      case "get_constant_schedule_with_warmup" -> new Constant(warmup, Warmup.FROM_ZERO);
      case "get_linear_schedule_with_warmup" ->
          new Linear(1, 0, afterwards(h, warmup)).after(warmup, Warmup.FROM_ZERO);
      case "get_cosine_schedule_with_warmup" -> waves(h, warmup, 0);
      case "get_cosine_with_min_lr_schedule_with_warmup" -> {
        double floor = h.isSet("min_lr") ? h.number("min_lr") / base : h.number("min_lr_rate", 0);
        h.drop("min_lr", "min_lr_rate"); // one of them is null
        yield waves(h, warmup, floor);
      }
      case "get_cosine_with_hard_restarts_schedule_with_warmup" ->
          new CosineCycles(afterwards(h, warmup), h.number("num_cycles", 1), 0)
              .after(warmup, Warmup.FROM_ZERO);
      case "get_polynomial_decay_schedule_with_warmup" ->
          new Polynomial(
                  afterwards(h, warmup), h.number("power", 1), h.number("lr_end", 1e-7) / base)
              .after(warmup, Warmup.FROM_ZERO);
      case "get_inverse_sqrt_schedule" -> {
        long timescale = h.isSet("timescale") ? h.whole("timescale") : warmup;
        h.drop("timescale");
        yield new InverseSquareRoot(warmup, timescale == 0 ? 10_000 : timescale, Warmup.FROM_ZERO);
      }
      default -> throw new IllegalArgumentException("no schedule for " + name);
    };
  }

  /** Half a wave is half a cycle; after the training it goes on. */
  private static Schedule waves(Settings h, long warmup, double floor) {
    long fall = afterwards(h, warmup);
    double halfWaves = 2 * h.number("num_cycles", 0.5);
    return new Cosine(
        warmup + fall, warmup, floor, Warmup.FROM_ZERO, Cosine.After.SWING, halfWaves);
  }

  private static long afterwards(Settings h, long warmup) {
    return Math.max(1, h.whole("num_training_steps") - warmup);
  }

  /**
   * SequentialLR[A, B, …]: the settings of each stand under the beginning of its class's name, as
   * "cosine" for CosineAnnealingLR, numbered where one comes twice; or in a list.
   */
  private static Schedule sequence(String name, Settings h, double base) {
    String[] names = name.substring(SEQUENCE.length(), name.length() - 1).split(",\\s*");
    List<Long> milestones = h.wholes("milestones");
    List<Schedule> parts = new ArrayList<>();
    List<Long> lengths = new ArrayList<>();
    Settings listed = h.isSet("schedulers") ? h.inner("schedulers") : null;
    for (int i = 0; i < names.length; i++) {
      Settings own =
          listed == null ? h.inner(h.named(names[i])) : listed.inner(Integer.toString(i));
      parts.add(read(names[i], own, base));
    }
    for (int i = 0; i < milestones.size(); i++) {
      lengths.add(milestones.get(i) - (i == 0 ? 0 : milestones.get(i - 1)));
    }
    return new Sequence(lengths, parts);
  }

  private static Schedule oneCycle(Settings h) {
    // The peak is the rate that is multiplied; momenta are compared on their own.
    h.drop("max_lr", "cycle_momentum", "base_momentum", "max_momentum");
    long steps =
        h.isSet("total_steps")
            ? h.whole("total_steps")
            : h.whole("epochs") * h.whole("steps_per_epoch");
    h.drop("total_steps", "epochs", "steps_per_epoch"); // torch asks for these only without it
    return new OneCycle(
        steps,
        h.number("pct_start", 0.3),
        h.number("div_factor", 25),
        h.number("final_div_factor", 1e4),
        h.word(
            "anneal_strategy",
            "cos",
            Map.of("cos", OneCycle.Shape.COSINE, "linear", OneCycle.Shape.LINEAR)),
        h.word(
            "three_phase",
            "false",
            Map.of("true", OneCycle.Phases.THREE, "false", OneCycle.Phases.TWO)));
  }

  private static Schedule plateau(Settings h, double base) {
    return new Plateau(
        h.word("mode", "min", Map.of("min", Plateau.Goal.MINIMUM, "max", Plateau.Goal.MAXIMUM)),
        h.number("factor", 0.1),
        h.whole("patience", 10),
        h.number("threshold", 1e-4),
        h.word(
            "threshold_mode",
            "rel",
            Map.of("rel", Plateau.Threshold.SIGNED_RELATIVE, "abs", Plateau.Threshold.ABSOLUTE)),
        h.whole("cooldown", 0),
        // A least rate above the rate keeps it, as a floor of 1 does.
        Math.min(1, h.number("min_lr", 0) / base),
        // torch compares rates, not factors.
        h.number("eps", 1e-8) / base);
  }

  private static Schedule then(long steps, Schedule first, Schedule second) {
    return new Sequence(List.of(steps), List.of(first, second));
  }

  /** Recorded settings, taken out one by one. */
  private static final class Settings {

    private final Map<String, JsonNode> left = new TreeMap<>();

    Settings(JsonNode given) {
      if (given.isArray()) {
        for (int i = 0; i < given.size(); i++) {
          left.put(Integer.toString(i), given.get(i));
        }
      } else {
        given.propertyStream().forEach(field -> left.put(field.getKey(), field.getValue()));
      }
    }

    /** Whether there is such a setting and it is not null. */
    boolean isSet(String name) {
      return left.containsKey(name) && !left.get(name).isNull();
    }

    double number(String name) {
      return take(name).asDouble();
    }

    double number(String name, double otherwise) {
      return isSet(name) ? number(name) : otherwise;
    }

    long whole(String name) {
      return take(name).asLong();
    }

    long whole(String name, long otherwise) {
      return isSet(name) ? whole(name) : otherwise;
    }

    List<Long> wholes(String name) {
      return take(name).valueStream().map(JsonNode::asLong).toList();
    }

    <E> E word(String name, String otherwise, Map<String, E> words) {
      String word = isSet(name) ? take(name).asString() : otherwise;
      if (!words.containsKey(word)) {
        throw new IllegalArgumentException("unknown " + name + " " + word);
      }
      return words.get(word);
    }

    Settings inner(String name) {
      return new Settings(take(name));
    }

    /** The first name left that the lower-case name of a class begins with, but for a number. */
    String named(String type) {
      return left.keySet().stream()
          .filter(key ->
              type.toLowerCase(Locale.ROOT)
                  .startsWith(key.replaceAll("_?\\d+$", "").toLowerCase(Locale.ROOT)))
          .findFirst()
          .orElseThrow(
              () -> new IllegalArgumentException("no settings of " + type + " are among " + left));
    }

    void drop(String... names) {
      List.of(names).forEach(left::remove);
    }

    void requireEmpty() {
      if (!left.isEmpty()) {
        throw new IllegalArgumentException("recorded settings without a translation: " + left);
      }
    }

    private JsonNode take(String name) {
      if (!left.containsKey(name)) {
        throw new IllegalArgumentException("no " + name + " is recorded, only " + left);
      }
      return left.remove(name);
    }
  }
}
