package dev.steepest.optim.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.steepest.optim.OneCycle;
import dev.steepest.optim.Plateau;
import dev.steepest.optim.Schedule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
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
    assertThatThrownBy(() -> schedule("CyclicLR", Map.of(), 1))
        .hasMessage("no schedule for CyclicLR");
    assertThatThrownBy(() -> schedule("ExponentialLR", Map.of("gamma", 0.9, "odd", 1), 1))
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
    assertThatThrownBy(() -> schedule("ReduceLROnPlateau", plateau, 1))
        .hasMessageContaining("unknown threshold_mode percent");
  }

  private static Schedule schedule(String name, Map<String, Object> values, double base) {
    return RecordedSchedule.of(name, new ObjectMapper().valueToTree(values), base);
  }

  private static void compare(JsonNode recorded) {
    JsonNode given = recorded.get("hyper");
    double base =
        given.has("max_lr") ? given.get("max_lr").asDouble() : recorded.get("base_lr").asDouble();
    Schedule schedule = RecordedSchedule.of(recorded.get("schedule").asString(), given, base);
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
}
