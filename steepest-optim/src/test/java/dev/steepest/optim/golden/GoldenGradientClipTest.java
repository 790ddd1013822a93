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

/** Clipping by the global norm and by value, against torch. */
class GoldenGradientClipTest {

  @TestFactory
  Stream<DynamicTest> clips() {
    return GoldenData.cases("kind", "grad_clip").stream()
        .map(file -> dynamicTest(GoldenData.name(file), () -> compare(file.getParent())));
  }

  private static void compare(Path folder) {
    JsonNode recorded = GoldenData.json(folder.resolve("case.json"));
    Recorded r = Recorded.of(recorded.get("hyper"));
    r.defaults(Map.of("norm_type", 2.0));
    // Whether a norm that is no number is an error; none recorded is.
    r.drop("error_if_nonfinite");
    Map<String, Object> hyper =
        r.has("clip_value")
            ? r.same("clip_value").finish()
            : r.same("max_norm", "norm_type").finish();
    try (PointerScope _ = new PointerScope()) {
      List<Parameter> parameters = new ArrayList<>();
      for (JsonNode file : recorded.get("files")) {
        Tensor gradient = Npy.read(folder.resolve(file.get("input").asString()));
        Tensor tensor = torch.zeros_like(gradient).set_requires_grad(true);
        tensor.mutable_grad().put(gradient);
        parameters.add(new Parameter("p" + parameters.size(), Role.MATRIX, tensor));
      }
      if (hyper.containsKey("clip_value")) {
        GradientClip.toValue(parameters, (double) hyper.get("clip_value"));
      } else {
        double norm = clipToNorm(parameters, hyper);
        // float64 sums of some fifty numbers near 1: rounding stays below 1e-13.
        assertThat(norm).isCloseTo(recorded.get("total_norm").asDouble(), within(1e-13));
      }
      for (int i = 0; i < parameters.size(); i++) {
        Tensor expected =
            Npy.read(folder.resolve(recorded.get("files").get(i).get("output").asString()));
        assertClose(parameters.get(i).tensor().grad(), expected, 1e-13, "gradient " + i);
      }
    }
  }

  private static double clipToNorm(List<Parameter> parameters, Map<String, Object> hyper) {
    String order = String.valueOf(hyper.get("norm_type"));
    return GradientClip.toNorm(
            parameters,
            (double) hyper.get("max_norm"),
            order.equals("inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(order))
        .item_double();
  }
}
