package dev.steepest.optim.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.steepest.optim.Constant;
import dev.steepest.optim.Cosine;
import dev.steepest.optim.CosineRestarts;
import dev.steepest.optim.Exponential;
import dev.steepest.optim.Linear;
import dev.steepest.optim.OneCycle;
import dev.steepest.optim.Plateau;
import dev.steepest.optim.Polynomial;
import dev.steepest.optim.Schedule;
import dev.steepest.optim.Sequence;
import dev.steepest.optim.Stairs;
import dev.steepest.optim.Trapezoid;
import dev.steepest.optim.Warmup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Every recorded learning-rate schedule, step by step. */
class GoldenSchedulesTest {

  @TestFactory
  Stream<DynamicTest> schedules() throws IOException {
    try (Stream<Path> files = Files.walk(GoldenData.folder())) {
      return files
          .filter(file -> file.toString().endsWith(".json"))
          .filter(GoldenSchedulesTest::isSchedule)
          .sorted()
          .toList()
          .stream()
          .map(file ->
              dynamicTest(file.getFileName().toString(), () -> compare(GoldenData.json(file))));
    }
  }

  private static boolean isSchedule(Path file) {
    JsonNode kind = GoldenData.json(file).get("kind");
    return kind != null && kind.asString().equals("schedule");
  }

  @Test
  void what_has_no_translation_fails() {
    assertThatThrownBy(() -> schedule("CyclicLR", hyper(Map.of()), 1))
        .hasMessage("no schedule for CyclicLR");
    assertThatThrownBy(() -> schedule("ExponentialLR", hyper(Map.of("gamma", 0.9, "odd", 1)), 1))
        .hasMessageContaining("without a translation: {odd=1}");
    Map<String, Object> plateau =
        Map.of(
            "mode",
            "min",
            "factor",
            0.5,
            "patience",
            1,
            "threshold",
            0.1,
            "cooldown",
            0,
            "min_lr",
            0,
            "threshold_mode",
            "percent");
    assertThatThrownBy(() -> schedule("ReduceLROnPlateau", hyper(plateau), 1))
        .hasMessageContaining("unknown threshold_mode percent");
  }

  private static Hyper hyper(Map<String, Object> values) {
    return new Hyper(new ObjectMapper().valueToTree(values));
  }

  private static void compare(JsonNode recorded) {
    JsonNode given = recorded.get("hyper");
    double base =
        given.has("max_lr") ? given.get("max_lr").asDouble() : recorded.get("base_lr").asDouble();
    Schedule schedule =
        schedule(
            recorded.get("schedule").asString(),
            new Hyper(given),
            recorded.get("base_lr").asDouble());
    for (int t = 0; t < recorded.get("steps").asInt(); t++) {
      // torch multiplies from step to step and gathers rounding: 1e-12 of a rate below 1.
      assertThat(base * schedule.factor(t))
          .as("rate at step %d of %s", t, schedule)
          .isCloseTo(recorded.get("lrs").get(t).asDouble(), within(1e-12));
      if (recorded.has("momenta")) {
        assertThat(momentum(schedule, given).factor(t))
            .as("momentum at step %d of %s", t, schedule)
            .isCloseTo(recorded.get("momenta").get(t).asDouble(), within(1e-12));
      }
      if (schedule instanceof Plateau plateau) {
        plateau.observe(recorded.get("metrics").get(t).asDouble());
      }
    }
  }

  /** The momentum that torch's one-cycle schedule moves too, with its defaults. */
  private static Schedule momentum(Schedule schedule, JsonNode given) {
    if (schedule instanceof OneCycle cycle) {
      return cycle.momentum(
          given.path("base_momentum").asDouble(0.85), given.path("max_momentum").asDouble(0.95));
    }
    throw new IllegalArgumentException("no momentum goes with " + schedule);
  }

  private static Schedule schedule(String name, Hyper h, double base) {
    Schedule schedule = translate(name, h, base);
    h.requireEmpty();
    return schedule;
  }

  private static Schedule translate(String name, Hyper h, double base) {
    return switch (name) {
      case "ConstantLR" -> then(h.whole("total_iters"), flat(h.number("factor")), new Constant(0));
      case "CosineAnnealingLR" -> cosine(h, base);
      case "CosineAnnealingWarmRestarts" ->
          new CosineRestarts(
              h.whole("T_0"), (long) h.number("T_mult", 1), h.number("eta_min", 0) / base);
      case "ExponentialLR" -> new Exponential(h.number("gamma"));
      case "LinearLR" -> linear(h);
      case "StepLR" -> Stairs.every(h.whole("step_size"), 1000, h.number("gamma", 0.1));
      case "MultiStepLR" -> new Stairs(h.wholes("milestones"), h.number("gamma", 0.1));
      case "PolynomialLR" -> new Polynomial(h.whole("total_iters"), h.number("power", 1));
      case "OneCycleLR" -> oneCycle(h);
      case "ReduceLROnPlateau" -> plateau(h, base);
      case "SequentialLR[LinearLR, CosineAnnealingLR]" -> {
        Hyper rise = h.inner("linear");
        Hyper fall = h.inner("cosine");
        Schedule both = then(h.wholes("milestones").getFirst(), linear(rise), cosine(fall, base));
        rise.requireEmpty();
        fall.requireEmpty();
        yield both;
      }
      case "get_cosine_schedule_with_warmup" -> {
        long total = h.whole("num_training_steps");
        long warmup = h.whole("num_warmup_steps");
        // Half a wave is half a cycle: more cycles are shorter waves, on and on.
        double wave = (total - warmup) / (2 * h.number("num_cycles", 0.5));
        if (wave != Math.rint(wave)) {
          throw new IllegalArgumentException("half a cycle is " + wave + " steps, no whole number");
        }
        yield new Cosine(warmup + (long) wave, warmup, 0, Warmup.FROM_ZERO, Cosine.After.SWING);
      }
      case "get_linear_schedule_with_warmup" -> {
        long warmup = h.whole("num_warmup_steps");
        long fall = h.whole("num_training_steps") - warmup;
        yield new Linear(1, 0, fall).after(warmup, Warmup.FROM_ZERO);
      }
      case "cosine with linear warm-up" ->
          new Cosine(
              h.whole("lr_decay_iters"),
              h.whole("warmup_iters"),
              h.number("min_lr") / h.number("learning_rate"),
              Warmup.FROM_ZERO,
              Cosine.After.STAY);
      case "trapezoidal" ->
          new Trapezoid(
              h.whole("num_iterations"), h.whole("warmup_iters"), h.whole("warmdown_iters"), 0);
      case "triangular" -> {
        long total = h.whole("total");
        long rise = (long) (total * h.number("warmup_fraction"));
        double peak = h.number("peak");
        yield then(
            rise,
            new Linear(h.number("start"), peak, rise),
            new Linear(peak, h.number("end"), total - rise));
      }
      default -> throw new IllegalArgumentException("no schedule for " + name);
    };
  }

  private static Schedule oneCycle(Hyper h) {
    h.drop("max_lr", "cycle_momentum", "base_momentum", "max_momentum");
    return new OneCycle(
        h.whole("total_steps"),
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

  private static Schedule plateau(Hyper h, double base) {
    return new Plateau(
        h.word("mode", "min", Map.of("min", Plateau.Goal.MINIMUM, "max", Plateau.Goal.MAXIMUM)),
        h.number("factor", 0.1),
        (long) h.number("patience", 10),
        h.number("threshold", 1e-4),
        h.word(
            "threshold_mode",
            "rel",
            Map.of("rel", Plateau.Threshold.RELATIVE, "abs", Plateau.Threshold.ABSOLUTE)),
        (long) h.number("cooldown", 0),
        h.number("min_lr", 0) / base);
  }

  private static Schedule cosine(Hyper h, double base) {
    return new Cosine(
        h.whole("T_max"),
        0,
        h.number("eta_min", 0) / base,
        Warmup.FROM_FIRST_STEP,
        Cosine.After.SWING);
  }

  private static Schedule linear(Hyper h) {
    return new Linear(
        h.number("start_factor", 1.0 / 3), h.number("end_factor", 1), h.whole("total_iters"));
  }

  private static Schedule flat(double factor) {
    return new Linear(factor, factor, 1);
  }

  private static Schedule then(long steps, Schedule first, Schedule second) {
    return new Sequence(List.of(steps), List.of(first, second));
  }

  /** Recorded settings, taken out one by one; defaults are the reference's. */
  private static final class Hyper {

    private final Map<String, JsonNode> left = new TreeMap<>();

    Hyper(JsonNode given) {
      given.propertyStream().forEach(field -> left.put(field.getKey(), field.getValue()));
    }

    double number(String name) {
      return take(name).asDouble();
    }

    double number(String name, double otherwise) {
      return left.containsKey(name) ? number(name) : otherwise;
    }

    long whole(String name) {
      return take(name).asLong();
    }

    List<Long> wholes(String name) {
      return take(name).valueStream().map(JsonNode::asLong).toList();
    }

    <T> T word(String name, String otherwise, Map<String, T> words) {
      String word = left.containsKey(name) ? take(name).asString() : otherwise;
      if (!words.containsKey(word)) {
        throw new IllegalArgumentException("unknown " + name + " " + word);
      }
      return words.get(word);
    }

    Hyper inner(String name) {
      return new Hyper(take(name));
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
