package dev.steepest.optim.golden;

import static org.assertj.core.api.Assertions.assertThat;
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
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/** Every recorded learning-rate schedule, step by step. */
class GoldenSchedulesTest {

  @TestFactory
  Stream<DynamicTest> schedules() throws IOException {
    try (Stream<Path> files = Files.list(GoldenData.folder().resolve("schedules"))) {
      return files.sorted().toList().stream()
          .map(file ->
              dynamicTest(file.getFileName().toString(), () -> compare(GoldenData.json(file))));
    }
  }

  private static void compare(JsonNode recorded) {
    JsonNode hyper = recorded.get("hyper");
    double base =
        hyper.has("max_lr") ? hyper.get("max_lr").asDouble() : recorded.get("base_lr").asDouble();
    Schedule schedule =
        schedule(recorded.get("schedule").asString(), hyper, recorded.get("base_lr").asDouble());
    for (int t = 0; t < recorded.get("steps").asInt(); t++) {
      // torch multiplies from step to step and gathers rounding: 1e-12 of a rate below 1.
      assertThat(base * schedule.factor(t))
          .as("rate at step %d of %s", t, schedule)
          .isCloseTo(recorded.get("lrs").get(t).asDouble(), within(1e-12));
      if (schedule instanceof Plateau plateau) {
        plateau.observe(recorded.get("metrics").get(t).asDouble());
      }
    }
  }

  private static Schedule schedule(String name, JsonNode h, double base) {
    return switch (name) {
      case "ConstantLR" ->
          then(whole(h, "total_iters"), flat(number(h, "factor")), new Constant(0));
      case "CosineAnnealingLR" -> cosine(h, base);
      case "CosineAnnealingWarmRestarts" ->
          new CosineRestarts(whole(h, "T_0"), whole(h, "T_mult"), number(h, "eta_min") / base);
      case "ExponentialLR" -> new Exponential(number(h, "gamma"));
      case "LinearLR" -> linear(h);
      case "StepLR" -> Stairs.every(whole(h, "step_size"), 1000, number(h, "gamma"));
      case "MultiStepLR" ->
          new Stairs(
              h.get("milestones").valueStream().map(JsonNode::asLong).toList(), number(h, "gamma"));
      case "PolynomialLR" -> new Polynomial(whole(h, "total_iters"), number(h, "power"));
      case "OneCycleLR" ->
          new OneCycle(
              whole(h, "total_steps"),
              number(h, "pct_start"),
              number(h, "div_factor"),
              number(h, "final_div_factor"),
              h.get("anneal_strategy").asString().equals("cos")
                  ? OneCycle.Shape.COSINE
                  : OneCycle.Shape.LINEAR,
              h.has("three_phase") && h.get("three_phase").asBoolean()
                  ? OneCycle.Phases.THREE
                  : OneCycle.Phases.TWO);
      case "ReduceLROnPlateau" ->
          new Plateau(
              h.get("mode").asString().equals("min") ? Plateau.Goal.MINIMUM : Plateau.Goal.MAXIMUM,
              number(h, "factor"),
              whole(h, "patience"),
              number(h, "threshold"),
              h.get("threshold_mode").asString().equals("rel")
                  ? Plateau.Threshold.RELATIVE
                  : Plateau.Threshold.ABSOLUTE,
              whole(h, "cooldown"),
              number(h, "min_lr") / base);
      case "SequentialLR[LinearLR, CosineAnnealingLR]" ->
          then(
              h.get("milestones").get(0).asLong(),
              linear(h.get("linear")),
              cosine(h.get("cosine"), base));
      case "get_cosine_schedule_with_warmup" ->
          new Cosine(
              whole(h, "num_training_steps"),
              whole(h, "num_warmup_steps"),
              0,
              Warmup.FROM_ZERO,
              Cosine.After.SWING);
      case "get_linear_schedule_with_warmup" -> {
        long warmup = whole(h, "num_warmup_steps");
        yield then(
            warmup,
            new Linear(0, 1, warmup),
            new Linear(1, 0, whole(h, "num_training_steps") - warmup));
      }
      case "cosine with linear warm-up" ->
          new Cosine(
              whole(h, "lr_decay_iters"),
              whole(h, "warmup_iters"),
              number(h, "min_lr") / number(h, "learning_rate"),
              Warmup.FROM_ZERO,
              Cosine.After.STAY);
      case "trapezoidal" ->
          new Trapezoid(
              whole(h, "num_iterations"), whole(h, "warmup_iters"), whole(h, "warmdown_iters"), 0);
      case "triangular" -> {
        long total = whole(h, "total");
        long rise = (long) (total * number(h, "warmup_fraction"));
        yield then(
            rise,
            new Linear(number(h, "start"), number(h, "peak"), rise),
            new Linear(number(h, "peak"), number(h, "end"), total - rise));
      }
      default -> throw new IllegalArgumentException("no schedule for " + name);
    };
  }

  private static Schedule cosine(JsonNode h, double base) {
    return new Cosine(
        whole(h, "T_max"),
        0,
        number(h, "eta_min") / base,
        Warmup.FROM_FIRST_STEP,
        Cosine.After.SWING);
  }

  private static Schedule linear(JsonNode h) {
    double end = h.has("end_factor") ? number(h, "end_factor") : 1;
    return new Linear(number(h, "start_factor"), end, whole(h, "total_iters"));
  }

  private static Schedule flat(double factor) {
    return new Linear(factor, factor, 1);
  }

  private static Schedule then(long steps, Schedule first, Schedule second) {
    return new Sequence(List.of(steps), List.of(first, second));
  }

  private static long whole(JsonNode h, String name) {
    return h.get(name).asLong();
  }

  private static double number(JsonNode h, String name) {
    return h.get(name).asDouble();
  }
}
