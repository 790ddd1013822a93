package dev.steepest.lab.model.denoise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.lab.diffusion.NoiseSchedule;
import dev.steepest.lab.model.GoldenImages;
import dev.steepest.lab.model.GoldenModel;
import dev.steepest.lab.model.Npy;
import dev.steepest.lab.model.SplitMix64;
import dev.steepest.optim.Parameter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Denoising networks against outputs of the original Python code; tolerances as for classifiers:
 * 1e-9 relative in float64, ten times the original's own error in float32.
 */
class GoldenDenoiserTest {
  private static final double TIGHT = 1e-9;

  private static final Map<String, Function<Conditions, DenoisingNetwork>> NETWORKS =
      Map.of(
          "mnist_contextunet",
          conditions -> new ContextUnet(new ContextUnet.Config(conditions, 128, 400), 1));

  @TestFactory
  Stream<DynamicTest> networkMatchesTheOriginal() {
    List<String> files = GoldenModel.denoisers();
    Assumptions.assumeFalse(files.isEmpty(), "no golden data in " + GoldenModel.FOLDER);
    assertThat(files).containsAll(NETWORKS.keySet());
    return files.stream().map(name -> DynamicTest.dynamicTest(name, () -> check(name)));
  }

  private static void check(String name) {
    Function<Conditions, DenoisingNetwork> maker = NETWORKS.get(name);
    Assumptions.assumeTrue(maker != null, "no network of this library stands for " + name);
    GoldenModel golden = GoldenModel.read(name);
    for (ScalarType type : List.of(ScalarType.Double, ScalarType.Float)) {
      try (PointerScope _ = new PointerScope();
          DenoisingNetwork network = maker.apply(new Conditions(1, 28, 10, 1))) {
        Map<String, Tensor> state = golden.state();
        assertThat(network.state().keySet()).containsExactlyElementsOf(state.keySet());
        assertThat(network.count())
            .isEqualTo(golden.json().get("counts").get("trainable").asLong());
        network.load(state);
        network.to(new Device("cpu"), type);
        new Comparison(network, golden.json(), type).run();
      }
    }
  }

  /** One network in one precision against the recorded numbers. */
  private record Comparison(DenoisingNetwork network, JsonNode json, ScalarType type) {
    private static final int ROW = 28;

    void run() {
      Tensor noise = noise();
      Tensor t = integers(json.get("input").get("ts"));
      Tensor noisy = noisy(noise, t);
      network.eval();
      try (AutoGradMode _ = new AutoGradMode(false)) {
        Tensor error = predict("eval", 0, noisy, t).sub(noise).square().mean();
        compare(error, "eval_mse", "eval_maxabs");
      }
      network.train();
      Tensor loss = predict("train", 1, noisy, t).sub(noise).square().mean();
      compare(loss, "train_loss_mse", "train_maxabs");
      loss.backward();
      gradients();
      for (JsonNode buffer : section().get("running_stats_after")) {
        String name = buffer.get("name").asString();
        double expected = buffer.get("l2").asDouble();
        assertThat(norm(network.buffers().get(name)))
            .as(name)
            .isCloseTo(expected, within(allowed("grad_l2_maxrel", expected)));
      }
    }

    /** The original keeps its tables in float32, in the float64 run too. */
    private Tensor noisy(Tensor noise, Tensor t) {
      JsonNode config = json.get("config");
      int steps = config.get("n_T").asInt();
      double first = config.get("betas").get(0).asDouble();
      double last = config.get("betas").get(1).asDouble();
      Tensor beta =
          torch
              .arange(new Scalar(0), new Scalar(steps + 1))
              .to(ScalarType.Float)
              .mul(new Scalar(last - first))
              .div(new Scalar((double) steps))
              .add(new Scalar(first));
      Tensor share = beta.neg().add(new Scalar(1.0)).log().cumsum(0).exp().index_select(0, t);
      Tensor signal = share.sqrt().to(type).view(-1, 1, 1, 1);
      Tensor left = share.neg().add(new Scalar(1.0)).sqrt().to(type).view(-1, 1, 1, 1);
      Tensor noisy = signal.mul(images()).add(left.mul(noise));
      double size = section().get("x_t_l2").asDouble();
      assertThat(norm(noisy)).isCloseTo(size, within(tolerance(1e-7, size)));
      Tensor ours = NoiseSchedule.counted(steps, first, last).addNoise(images(), noise, t);
      assertThat(norm(ours)).isCloseTo(size, within(1e-6 * size));
      return noisy;
    }

    private Tensor predict(String mode, int part, Tensor noisy, Tensor t) {
      Tensor noise = network.noise(noisy, t, labels());
      String file = json.get("eps_file").asString();
      double[] recorded =
          Npy.read(GoldenModel.FOLDER.resolve(file.substring(0, file.indexOf(' '))));
      Tensor values = noise.detach().to(ScalarType.Double).flatten();
      long count = values.numel();
      assertThat(recorded).hasSize((int) (2 * count));
      double float32 = 10 * json.get("fp32_vs_fp64").get(mode + "_maxabs").asDouble();
      double[] expected =
          Arrays.copyOfRange(recorded, part * (int) count, (part + 1) * (int) count);
      assertThat(values.sub(Tensor.create(expected)).abs().max().item_double())
          .as("%s ε", mode)
          .isLessThan(float32);
      JsonNode row = section().get(mode + "_eps_sample0_row14");
      for (int x = 0; x < ROW; x++) {
        assertThat(values.select(0, 14 * ROW + x).item_double())
            .as("%s ε[14][%d]", mode, x)
            .isCloseTo(row.get(x).asDouble(), within(tolerance(float32, 1)));
      }
      return noise;
    }

    private void compare(Tensor value, String key, String spread) {
      assertThat(value.detach().to(ScalarType.Double).item_double())
          .as(key)
          .isCloseTo(section().get(key).asDouble(), within(allowed(spread, 1)));
    }

    private void gradients() {
      // Up to rounding, which is in no proportion to their own size.
      Set<String> zeros =
          json.get("fp32_vs_fp64")
              .get("mathematically_zero_grads")
              .valueStream()
              .map(JsonNode::asString)
              .collect(Collectors.toSet());
      double total = section().get("total_grad_l2").asDouble();
      Map<String, Parameter> parameters = new LinkedHashMap<>();
      network.parameters().forEach(p -> parameters.put(p.name(), p));
      double squares = 0;
      for (JsonNode gradient : section().get("grads")) {
        Parameter parameter = parameters.remove(gradient.get("name").asString());
        double norm = norm(parameter.tensor().grad());
        double expected = gradient.get("l2").asDouble();
        assertThat(norm)
            .as(parameter.name())
            .isCloseTo(
                expected,
                within(
                    allowed(
                        "grad_l2_maxrel", zeros.contains(parameter.name()) ? total : expected)));
        squares += norm * norm;
      }
      assertThat(parameters).as("parameters without a recorded gradient").isEmpty();
      assertThat(Math.sqrt(squares)).isCloseTo(total, within(allowed("grad_l2_maxrel", total)));
    }

    private JsonNode section() {
      return json.get(type == ScalarType.Double ? "float64" : "float32");
    }

    private double allowed(String spread, double size) {
      return tolerance(10 * json.get("fp32_vs_fp64").get(spread).asDouble(), size);
    }

    private double tolerance(double float32, double size) {
      return Math.abs(size) * (type == ScalarType.Double ? TIGHT : float32);
    }

    /** Pixels of the golden formula over 256. */
    private Tensor images() {
      JsonNode input = json.get("input");
      ObjectNode formula = new ObjectMapper().createObjectNode();
      formula.set("seed", input.get("x_seed"));
      formula.set("formula", input.get("img_constants"));
      byte[] pixels = GoldenImages.pixels(formula, 4, 1, ROW, ROW);
      float[] values = new float[pixels.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = (pixels[i] & 0xFF) / 256f;
      }
      return Tensor.create(values, 4, 1, ROW, ROW).to(type);
    }

    private Tensor noise() {
      float[] values = new float[4 * ROW * ROW];
      for (int i = 0; i < values.length; i++) {
        values[i] =
            (float)
                (Math.sqrt(3) * SplitMix64.unit(json.get("input").get("x_seed").asLong(), 1, i));
      }
      return Tensor.create(values, 4, 1, ROW, ROW).to(type);
    }

    /** Class, or none where the mask says so; the original knows no quality. */
    private Tensor labels() {
      JsonNode input = json.get("input");
      long[] labels = new long[8];
      for (int n = 0; n < 4; n++) {
        boolean hidden = input.get("context_mask").get(n).asDouble() == 1;
        labels[2 * n] = hidden ? network.conditions().noClass() : input.get("c").get(n).asLong();
        labels[2 * n + 1] = network.conditions().noQuality();
      }
      return Tensor.create(labels, 4, 2);
    }

    private static Tensor integers(JsonNode values) {
      return Tensor.create(values.valueStream().mapToLong(JsonNode::asLong).toArray());
    }

    private static double norm(Tensor tensor) {
      return tensor.to(ScalarType.Double).norm().item_double();
    }
  }
}
