package dev.steepest.lab.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.lab.model.GoldenModel;
import dev.steepest.lab.model.SplitMix64;
import dev.steepest.lab.model.denoise.Conditions;
import dev.steepest.lab.model.denoise.ContextUnet;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Guided sampling, step by step, against that of TeaPearce/Conditional_Diffusion_MNIST. */
class GoldenSamplerTest {
  private static final String FILE = "mnist_ddpm_sample";
  private static final int SIDE = 28;
  private static final int SAMPLES = 10;

  /** The original computes in float32, and so does this; its tables have 1e-6 of error. */
  private static final double FLOAT32 = 2e-5;

  @BeforeEach
  void needsGoldenData() {
    Assumptions.assumeTrue(
        Files.exists(GoldenModel.FOLDER.resolve(FILE + ".json")),
        "no golden data in " + GoldenModel.FOLDER);
  }

  @Test
  void guidedSamplingMatchesTheOriginal() {
    JsonNode json = GoldenModel.read(FILE).json();
    JsonNode config = json.get("config");
    int steps = config.get("n_T").asInt();
    NoiseSchedule schedule =
        NoiseSchedule.counted(
            steps, config.get("betas").get(0).asDouble(), config.get("betas").get(1).asDouble());
    long seed = json.get("noise_seed").asLong();
    try (PointerScope _ = new PointerScope();
        SmallPrior prior =
            new SmallPrior(network(json, steps), schedule, digits(), List.of("any"))) {
      Tensor told = Tensor.create(labels(prior), SAMPLES, 2);
      Guidance guidance =
          new Guidance(told, prior.condition(""), 1 + config.get("guide_w").asDouble());
      int[] drawn = {1};
      NoiseSource recorded = _ -> noise(seed, drawn[0]++);
      Tensor start = noise(seed, 0);
      Tensor x = start;
      Ddpm sampler = new Ddpm(1);
      List<Double> sizes = new ArrayList<>();
      try (AutoGradMode _ = new AutoGradMode(false)) {
        for (int t : sampler.timeSteps(schedule)) {
          Tensor when = Tensor.create(new long[] {t}).expand(SAMPLES);
          x = sampler.step(schedule, x, guidance.noise(prior, x, when), t, recorded);
          sizes.add(norm(x));
        }
      }
      JsonNode expected = json.get("x_per_step_l2");
      for (int i = 0; i < steps; i++) {
        assertThat(sizes.get(i)).as("step %d", i).isCloseTo(expected.get(i).asDouble(), near(100));
      }
      assertThat(drawn[0]).isEqualTo(steps);
      compare(x, json);
      drawn[0] = 1;
      compare(sampler.sample(prior, guidance, start, recorded), json);
    }
  }

  private static void compare(Tensor x, JsonNode json) {
    for (int n = 0; n < SAMPLES; n++) {
      assertThat(norm(x.select(0, n)))
          .isCloseTo(json.get("x0_per_sample_l2").get(n).asDouble(), near(30));
    }
    for (int column = 0; column < SIDE; column++) {
      assertThat(pixel(x, 0, 14, column))
          .isCloseTo(json.get("x0_sample0_row14").get(column).asDouble(), near(1));
      assertThat(pixel(x, 9, 3, column))
          .isCloseTo(json.get("x0_sample9_row3").get(column).asDouble(), near(1));
    }
  }

  private static double pixel(Tensor x, long n, long y, long column) {
    return x.select(0, n).select(0, 0).select(0, y).select(0, column).item_float();
  }

  /** The network of the golden file: filled as the larger one, of other shapes. */
  private static ContextUnet network(JsonNode json, int steps) {
    JsonNode config = json.get("config");
    ObjectMapper mapper = new ObjectMapper();
    ArrayNode state = mapper.createArrayNode();
    List<JsonNode> large = GoldenModel.read("mnist_contextunet").entries().toList();
    for (int k = 0; k < large.size(); k++) {
      JsonNode shape = json.get("state_l2").get(k).get(1);
      double inputs = 1;
      for (int i = 1; i < shape.size(); i++) {
        inputs *= shape.get(i).asDouble();
      }
      ObjectNode entry = ((ObjectNode) large.get(k)).deepCopy();
      entry.set("shape", shape);
      entry.put("scale", Math.sqrt(json.get("fill").get("gain2").asDouble() / inputs));
      state.add(entry);
    }
    ObjectNode filled = mapper.createObjectNode();
    filled.set("state", state);
    filled.set("fill", json.get("fill"));
    ContextUnet network =
        new ContextUnet(
            new ContextUnet.Config(
                new Conditions(1, SIDE, SAMPLES, 1), config.get("n_feat").asInt(), steps),
            1);
    network.load(new GoldenModel(filled).state());
    for (JsonNode entry : json.get("state_l2")) {
      double size = entry.get(2).asDouble();
      assertThat(norm(network.state().get(entry.get(0).asString())))
          .isCloseTo(size, within(1e-6 * size));
    }
    return network;
  }

  private static List<String> digits() {
    return List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
  }

  private static long[] labels(SmallPrior prior) {
    long[] labels = new long[2 * SAMPLES];
    for (int n = 0; n < SAMPLES; n++) {
      labels[2 * n] = n;
      labels[2 * n + 1] = prior.network().conditions().noQuality();
    }
    return labels;
  }

  private static Tensor noise(long seed, long call) {
    float[] values = new float[SAMPLES * SIDE * SIDE];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (Math.sqrt(3) * SplitMix64.unit(seed, call, i));
    }
    return Tensor.create(values, SAMPLES, 1, SIDE, SIDE);
  }

  private static Offset<Double> near(double size) {
    return within(FLOAT32 * size);
  }

  private static double norm(Tensor x) {
    return x.to(ScalarType.Double).norm().item_double();
  }
}
