package dev.steepest.optim.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.steepest.optim.Linear;
import dev.steepest.optim.Optimizer;
import dev.steepest.optim.Parameter;
import dev.steepest.optim.ParameterGroup;
import dev.steepest.optim.Preset;
import dev.steepest.optim.Role;
import dev.steepest.optim.Schedule;
import dev.steepest.optim.Triangle;
import dev.steepest.optim.rule.Sgd;
import dev.steepest.optim.wrap.Lookahead;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/** What KellerJordan/cifar10-airbench computes, by the names under which experiments say it. */
class GoldenAirbenchTest {

  /** The main slot's settings of airbench94_muon.py; the rest are the preset's defaults. */
  private static final Map<String, Object> MUON =
      Map.of(
          "lr",
          0.24,
          "momentum",
          0.6,
          "momentum_form",
          "sum",
          "ns_steps",
          3,
          "weight_norm",
          "reset",
          "scale",
          "none");

  private static JsonNode schedules(String program) {
    Path file = GoldenData.folder().resolve("models/schedules.json");
    assumeTrue(Files.exists(file), "no recorded schedules at " + file);
    return GoldenData.json(file).get(program);
  }

  @Test
  void the_triangle_has_the_recorded_bits() {
    JsonNode recorded = schedules("airbench94_legacy");
    int total = recorded.get("total_steps").asInt();
    Triangle triangle = Triangle.ofRun(total, 0.23, 0.2, 0.07);
    assertThat(triangle.peakStep()).isEqualTo(recorded.get("warmup_steps").asLong());
    for (int step = 0; step <= total; step++) {
      assertThat(triangle.factor(step))
          .as("step %d", step)
          .isEqualTo(recorded.get("lr_factor").get(step).asDouble());
    }
  }

  /** Where the recorded factor falls below 0 its parameter has no gradient any more. */
  @Test
  void the_whitening_bias_fades_and_stays_at_zero() {
    JsonNode recorded = schedules("airbench94_muon");
    Schedule all = new Linear(1, 0, recorded.get("total_steps").asLong());
    Schedule whitening = new Linear(1, 0, recorded.get("whiten_bias_steps").asLong());
    for (JsonNode example : recorded.get("examples")) {
      long step = example.get(0).asLong();
      assertThat(all.factor(step)).isCloseTo(example.get(1).asDouble(), within(1e-15));
      assertThat(whitening.factor(step))
          .isCloseTo(Math.max(0, example.get(2).asDouble()), within(1e-15));
    }
  }

  /** From what each synchronisation makes of a state dict's tensor and its average. */
  @Test
  void lookahead_decays_as_recorded() {
    JsonNode recorded = schedules("airbench94_legacy");
    int total = recorded.get("total_steps").asInt();
    JsonNode updates = recorded.get("lookahead").get("updates");
    try (PointerScope _ = new PointerScope()) {
      Tensor weight = torch.zeros(1).to(ScalarType.Double).set_requires_grad(true);
      Tensor running = torch.zeros(1).to(ScalarType.Double);
      ParameterGroup group =
          new ParameterGroup(
              "all", new Sgd(1, 0, 0, 0, false), List.of(new Parameter("w", Role.VECTOR, weight)));
      try (Optimizer optimizer =
          Optimizer.builder(List.of(group))
              .wrap(Lookahead.builder().curve(Lookahead.Curve.AIRBENCH).build())
              .alongside(Map.of("running", running))
              .runOf(total)
              .build()) {
        double slow = 0;
        int seen = 0;
        for (int t = 1; t <= total; t++) {
          double fast = slow < 0.5 ? 1 : 0;
          running.fill_(new Scalar(fast));
          optimizer.step();
          double now = running.item_double();
          if (t % 5 == 0) {
            assertThat(updates.get(seen).get(0).asInt()).isEqualTo(t);
            // slow and fast are at least ½ apart and at most 1: a rounding or two.
            assertThat((now - fast) / (slow - fast))
                .as("decay at %d", t)
                .isCloseTo(updates.get(seen).get(1).asDouble(), within(1e-15));
            slow = now;
            seen++;
          } else {
            assertThat(now).isEqualTo(t == total ? slow : fast);
          }
        }
        assertThat(seen).isEqualTo(updates.size());
      }
    }
  }

  @TestFactory
  Stream<DynamicTest> muon_as_experiments_say_it() {
    return GoldenData.cases("optimizer", "muon_airbench").stream()
        .flatMap(file ->
            Stream.of(Optimizer.Path.values())
                .map(path ->
                    dynamicTest(GoldenData.name(file) + " " + path, () -> follow(file, path))));
  }

  private static void follow(Path file, Optimizer.Path path) {
    JsonNode recorded = GoldenData.json(file);
    Path folder = file.getParent();
    boolean exact = recorded.get("dtype").asString().equals("float64");
    Map<String, Object> settings = new TreeMap<>(MUON);
    if (exact) {
      settings.put("precision", "parameter");
    }
    try (PointerScope _ = new PointerScope()) {
      List<Parameter> parameters = new ArrayList<>();
      for (JsonNode p : recorded.get("params")) {
        Tensor start = Npy.read(folder.resolve(p.get("init").asString())).set_requires_grad(true);
        parameters.add(new Parameter(p.get("init").asString(), Role.CONV, start));
      }
      try (Optimizer optimizer =
          Preset.named("muon-sgd").builder(parameters, settings).path(path).build()) {
        for (int step = 0; step < recorded.get("steps").asInt(); step++) {
          for (int i = 0; i < parameters.size(); i++) {
            Tensor grads = Npy.read(folder.resolve("param_" + i + "_grads.npy"));
            parameters.get(i).tensor().mutable_grad().put(grads.select(0, step).clone());
          }
          optimizer.step();
          for (int i = 0; i < parameters.size(); i++) {
            Tensor after = Npy.read(folder.resolve("param_" + i + "_after.npy")).select(0, step);
            Closeness.assertClose(
                parameters.get(i).tensor().detach(),
                after,
                exact ? 1e-12 : twiceTheRecordedDeparture(recorded),
                "parameter " + i + " after step " + (step + 1));
          }
        }
      }
    }
  }

  /** As {@link Trajectory#tolerance}: both may depart from exact arithmetic, to either side. */
  private static double twiceTheRecordedDeparture(JsonNode recorded) {
    return 2
        * recorded
            .get("tolerance_hint")
            .get("max_abs_diff_same_code_in_float64_exact_arithmetic")
            .asDouble();
  }
}
