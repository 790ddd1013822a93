package dev.steepest.lab.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.lab.data.Normalization;
import dev.steepest.lab.data.augment.TestTimeAugmentation;
import dev.steepest.lab.data.source.DataSources;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What surrounds airbench94's network, against outputs of the original Python code. */
class Airbench94GoldenTest {
  private static final Normalization AIRBENCH =
      DataSources.named("cifar10").normalization("airbench");
  private static final int VALUES = 12; // of a patch, 3·2·2

  private static GoldenModel golden(String name) {
    Assumptions.assumeTrue(
        Files.exists(GoldenModel.FOLDER.resolve(name + ".json")),
        "no golden data in " + GoldenModel.FOLDER);
    return GoldenModel.read(name);
  }

  /**
   * In both precisions and layouts: recorded are float32 logits only, so that ten times the
   * original's own float32 error is the tolerance.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {"airbench94_legacy_gelu", "airbench94_legacy_hardswish", "airbench94_muon"})
  void logitsOfViewsMatchTheOriginal(String name) {
    GoldenModel golden = golden(name);
    JsonNode eval = golden.section("float32", "eval");
    int[] shape = golden.imageShape();
    float[] values = normalised(eval.get("tta_input"), shape);
    Map<String, ?> settings =
        switch (name) {
          case "airbench94_legacy_hardswish" -> Map.of("activation", "hardswish");
          case "airbench94_muon" -> Map.of("logit_scale", 1 / 256.0);
          default -> Map.of();
        };
    double allowed = 10 * golden.json().get("fp32_vs_fp64").get("eval_logits_maxabs").asDouble();
    try (PointerScope _ = new PointerScope();
        AutoGradMode _ = new AutoGradMode(false);
        Network network = Networks.named("airbench94").create(Images.CIFAR10, settings, 1)) {
      network.load(inOrder(network, golden.state()));
      network.eval();
      Tensor plain = Tensor.create(values, longs(shape));
      for (ScalarType type : List.of(ScalarType.Float, ScalarType.Double)) {
        network.to(new Device("cpu"), type);
        for (MemoryFormat format : List.of(MemoryFormat.Contiguous, MemoryFormat.ChannelsLast)) {
          Tensor images = plain.to(type).contiguous(format);
          for (TestTimeAugmentation level : TestTimeAugmentation.values()) {
            Tensor logits = level.logits(images, network::forward);
            assertThat(logits.scalar_type().intern()).isEqualTo(type);
            check(logits, eval.get("tta_level_" + level.ordinal() + "_logits"), within(allowed));
          }
        }
      }
    }
  }

  /** The same input also shows the normalization: (v/255 − mean)/std in float32. */
  private static float[] normalised(JsonNode input, int[] shape) {
    float[] values = GoldenImages.normalised(GoldenImages.pixels(input, shape), AIRBENCH, shape);
    double squares =
        IntStream.range(0, values.length).mapToDouble(i -> values[i]).map(v -> v * v).sum();
    for (int i = 0; i < 3; i++) {
      assertThat((double) values[i]).isEqualTo(input.get("normalised_first3").get(i).asDouble());
    }
    // DoubleStream.sum carries the rounding errors along: nothing but the last roundings is left.
    double norm = input.get("normalised_l2").asDouble();
    assertThat(Math.sqrt(squares)).isCloseTo(norm, within(1e-15 * norm));
    return values;
  }

  private static Map<String, Tensor> inOrder(Network network, Map<String, Tensor> original) {
    var names = network.state().keySet().iterator();
    var state = new LinkedHashMap<String, Tensor>();
    original.values().forEach(tensor -> state.put(names.next(), tensor));
    return state;
  }

  private static void check(Tensor logits, JsonNode expected, Offset<Double> allowed) {
    double[] actual = doubles(logits);
    int columns = expected.get(0).size();
    assertThat(actual).hasSize(expected.size() * columns);
    for (int i = 0; i < actual.length; i++) {
      assertThat(actual[i])
          .as("logits[%d][%d]", i / columns, i % columns)
          .isCloseTo(expected.get(i / columns).get(i % columns).asDouble(), allowed);
    }
  }

  /**
   * The recorded covariance adds 4.8 million terms one after another, which a sum in blocks (or of
   * long doubles) does not repeat: each entry may be off by that many roundings of 2⁻⁵³ (5.3e-10),
   * and is by 5.4e-12. What follows from it is as far off as its sensitivity says, for a matrix of
   * 12 × 12 entries each off by δ: eigenvalues 12·δ, (Cov + εI)⁻¹ that times its squared norm,
   * directions that divided by the smallest gap. {@link #checkWhite} is tight and needs no record.
   */
  @Test
  void whiteningMatchesTheOriginal() {
    JsonNode json = golden("airbench_whitening").json();
    int[] shape = {json.get("input").get("N").asInt(), 3, 32, 32};
    float[] values = normalised(json.get("input"), shape);
    try (PointerScope _ = new PointerScope()) {
      Whitening whitening = Whitening.of(Tensor.create(values, longs(shape)), 2);
      double[] covariance = whitening.covariance();
      double[] recorded =
          json.get("covariance_float64")
              .valueStream()
              .flatMap(JsonNode::valueStream)
              .mapToDouble(JsonNode::asDouble)
              .toArray();
      double off = 0;
      for (int i = 0; i < recorded.length; i++) {
        off = Math.max(off, Math.abs(covariance[i] - recorded[i]));
      }
      assertThat(off).isLessThan(json.get("n_patches").asDouble() * 0x1p-53);
      double norm = VALUES * off;

      double[] eigenvalues = whitening.eigenvalues();
      double gap = Double.POSITIVE_INFINITY;
      for (int i = 0; i < VALUES; i++) {
        assertThat(eigenvalues[i])
            .isCloseTo(json.get("eigenvalues_descending_float64").get(i).asDouble(), within(norm));
        gap = i == 0 ? gap : Math.min(gap, eigenvalues[i - 1] - eigenvalues[i]);
      }
      double epsilon = json.get("eps").asDouble();
      double[] filters = doubles(whitening.filters(epsilon));
      assertThat(filters).hasSize(2 * VALUES * VALUES);
      for (int i = 0; i < VALUES * VALUES; i++) {
        assertThat(filters[i + VALUES * VALUES]).isEqualTo(-filters[i]);
      }
      checkWhite(filters, covariance, eigenvalues, epsilon);
      double inverse = 1 / (eigenvalues[VALUES - 1] + epsilon);
      check(
          filters,
          json.get("filters_descending_signfixed_float64"),
          Math.sqrt(inverse) * norm * (1 / gap + inverse));
      check(gram(filters), json.get("inv_cov_plus_eps_float64"), inverse * inverse * norm);
    }
  }

  /** W·Cov·Wᵀ is diagonal, λ/(λ + ε): the covariance of whitened patches. */
  private static void checkWhite(
      double[] filters, double[] covariance, double[] eigenvalues, double epsilon) {
    for (int a = 0; a < VALUES; a++) {
      for (int b = 0; b < VALUES; b++) {
        double sum = 0;
        for (int i = 0; i < VALUES; i++) {
          for (int j = 0; j < VALUES; j++) {
            sum += filters[a * VALUES + i] * covariance[i * VALUES + j] * filters[b * VALUES + j];
          }
        }
        double expected = a == b ? eigenvalues[a] / (eigenvalues[a] + epsilon) : 0;
        assertThat(sum).as("whitened covariance [%d][%d]", a, b).isCloseTo(expected, within(1e-9));
      }
    }
  }

  private static double[] gram(double[] filters) {
    double[] gram = new double[VALUES * VALUES];
    for (int i = 0; i < gram.length; i++) {
      for (int row = 0; row < VALUES; row++) {
        gram[i] += filters[row * VALUES + i / VALUES] * filters[row * VALUES + i % VALUES];
      }
    }
    return gram;
  }

  private static void check(double[] actual, JsonNode rows, double allowed) {
    for (int i = 0; i < VALUES * VALUES; i++) {
      assertThat(actual[i])
          .as("[%d][%d]", i / VALUES, i % VALUES)
          .isCloseTo(rows.get(i / VALUES).get(i % VALUES).asDouble(), within(allowed));
    }
  }

  private static double[] doubles(Tensor tensor) {
    double[] values = new double[(int) tensor.numel()];
    new DoublePointer(tensor.to(ScalarType.Double).contiguous().data_ptr()).get(values);
    return values;
  }

  private static long[] longs(int... shape) {
    return IntStream.of(shape).asLongStream().toArray();
  }
}
