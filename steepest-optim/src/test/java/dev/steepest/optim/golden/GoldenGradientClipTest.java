package dev.steepest.optim.golden;

import static dev.steepest.optim.golden.Closeness.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.steepest.optim.GradientClip;
import dev.steepest.optim.Parameter;
import dev.steepest.optim.Role;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/** Clipping by the global norm, against torch. */
class GoldenGradientClipTest {

  @TestFactory
  Stream<DynamicTest> clips() {
    return GoldenData.cases("kind", "grad_clip").stream()
        .map(file -> dynamicTest(GoldenData.name(file), () -> compare(file.getParent())));
  }

  private static void compare(Path folder) {
    JsonNode recorded = GoldenData.json(folder.resolve("case.json"));
    Map<String, Object> hyper =
        Recorded.of(recorded.get("hyper")).same("max_norm", "norm_type").finish();
    String order = String.valueOf(hyper.getOrDefault("norm_type", "2"));
    double max = ((Number) hyper.get("max_norm")).doubleValue();
    try (PointerScope _ = new PointerScope()) {
      List<Parameter> parameters = new ArrayList<>();
      for (JsonNode file : recorded.get("files")) {
        Tensor gradient = Npy.read(folder.resolve(file.get("input").asString()));
        Tensor tensor = torch.zeros_like(gradient).set_requires_grad(true);
        tensor.mutable_grad().put(gradient);
        parameters.add(new Parameter("p" + parameters.size(), Role.MATRIX, tensor));
      }
      Tensor norm =
          GradientClip.toNorm(
              parameters,
              max,
              order.equals("inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(order));
      // float64 sums of some fifty numbers near 1: rounding stays below 1e-13.
      assertThat(norm.item_double())
          .isCloseTo(recorded.get("total_norm").asDouble(), within(1e-13));
      for (int i = 0; i < parameters.size(); i++) {
        Tensor expected =
            Npy.read(folder.resolve(recorded.get("files").get(i).get("output").asString()));
        assertClose(parameters.get(i).tensor().grad(), expected, 1e-13, "gradient " + i);
      }
    }
  }
}
