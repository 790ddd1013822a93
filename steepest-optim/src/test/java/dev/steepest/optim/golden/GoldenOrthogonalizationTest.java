package dev.steepest.optim.golden;

import static dev.steepest.optim.golden.Closeness.assertClose;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.steepest.optim.linalg.Form;
import dev.steepest.optim.linalg.NormGuard;
import dev.steepest.optim.linalg.Orthogonalizer;
import dev.steepest.optim.linalg.Precision;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Every recorded orthogonalisation: in both forms, alone, and all matrices of a case at once. */
class GoldenOrthogonalizationTest {

  private static final Pattern EPS = Pattern.compile("\\+ (1e-\\d+)\\)");

  /**
   * Rounding of a Gram matrix, 2⁻⁵³, times the square of the growth of the smallest singular values
   * in the steepest set: (8.24·4.08·3.93·3.30·2.30)² = 10⁶.
   */
  private static final double GRAM_TOLERANCE = 1.1e-10;

  @TestFactory
  Stream<DynamicTest> orthogonalizations() {
    return GoldenData.cases("kind", "orthogonalization").stream()
        .flatMap(file ->
            Stream.of(Form.values())
                .filter(form -> form != Form.GRAM || isDouble(file))
                .map(form ->
                    dynamicTest(
                        GoldenData.name(file) + " " + form,
                        () -> compare(file.getParent(), form))));
  }

  @Test
  void what_has_no_translation_fails() {
    ObjectMapper json = new ObjectMapper();
    Map<String, Object> unknown = Map.of("precision", "float64", "method", "Householder");
    assertThatThrownBy(() -> orthogonalizer(json.valueToTree(unknown)))
        .hasMessage("no orthogonalisation for Householder");
    Map<String, Object> triples =
        Map.of(
            "precision",
            "float64",
            "method",
            "X",
            "steps",
            1,
            "coefficients",
            List.of(List.of(1, 2, 3)));
    assertThatThrownBy(() -> orthogonalizer(json.valueToTree(triples)))
        .hasMessageContaining("no set of triples is");
  }

  /** In float32 and bfloat16 the Gram form keeps the band of singular values, not the digits. */
  private static boolean isDouble(Path file) {
    return GoldenData.json(file).get("precision").asString().equals("float64");
  }

  private static void compare(Path folder, Form form) {
    JsonNode recorded = GoldenData.json(folder.resolve("case.json"));
    Orthogonalizer orthogonalizer = orthogonalizer(recorded).with(form);
    try (PointerScope _ = new PointerScope()) {
      List<JsonNode> matrices = recorded.get("matrices").valueStream().toList();
      List<Tensor> inputs = matrices.stream().map(m -> matrix(folder, m, "input")).toList();
      List<Tensor> together = orthogonalizer.applyAll(inputs);
      for (int i = 0; i < inputs.size(); i++) {
        Tensor expected = matrix(folder, matrices.get(i), "output");
        double tolerance = tolerance(recorded, matrices.get(i));
        if (form == Form.GRAM) {
          tolerance = Math.max(tolerance, GRAM_TOLERANCE);
        }
        assertClose(
            orthogonalizer.apply(inputs.get(i)), expected, tolerance, "matrix " + i + " alone");
        assertClose(together.get(i), expected, tolerance, "matrix " + i + " among all");
      }
    }
  }

  private static Tensor matrix(Path folder, JsonNode matrix, String which) {
    Tensor read = Npy.read(folder.resolve(matrix.get(which).asString()));
    return read.dim() == 2 ? read.unsqueeze(0) : read;
  }

  private static Orthogonalizer orthogonalizer(JsonNode recorded) {
    Precision precision =
        recorded.get("precision").asString().equals("bfloat16")
            ? Precision.BFLOAT16
            : Precision.PARAMETER;
    String words = recorded.get("method").asString();
    if (!recorded.has("coefficients")) {
      if (!words.contains("SVD")) {
        throw new IllegalArgumentException("no orthogonalisation for " + words);
      }
      return new Orthogonalizer(Orthogonalizer.Method.SVD, 1, 1e-7, NormGuard.ADD, precision);
    }
    Matcher eps = EPS.matcher(words);
    return new Orthogonalizer(
        RecordedOrthogonalization.ofTriples(recorded.get("coefficients").valueStream().toList()),
        recorded.get("steps").asInt(),
        eps.find() ? Double.parseDouble(eps.group(1)) : 1e-7,
        NormGuard.ADD,
        precision);
  }

  /**
   * float64: 1e-12, or twenty times the recorder's float32 error brought to float64's rounding
   * (2⁻²⁹) for ill-conditioned inputs. float32: three times that error. bfloat16: twice the
   * recorded departure from exact arithmetic, as both may depart to either side.
   */
  private static double tolerance(JsonNode recorded, JsonNode matrix) {
    return switch (recorded.get("precision").asString()) {
      case "float64" ->
          Math.max(1e-12, 20 * 0x1p-29 * matrix.get("max_abs_diff_float32_vs_exact").asDouble());
      case "float32" -> 3 * matrix.get("max_abs_diff_float32_vs_exact").asDouble();
      case "bfloat16" -> 2 * matrix.get("max_abs_diff_bfloat16_vs_exact").asDouble();
      default ->
          throw new IllegalArgumentException("unknown precision " + recorded.get("precision"));
    };
  }
}
