package dev.steepest.lab.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.bytedeco.pytorch.global.torch.cross_entropy_loss;

import dev.steepest.optim.Parameter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/**
 * Every network against outputs of the original Python code.
 *
 * <p>Tolerances: in float64 1e-9 relative, a thousand times what summation order can do there; in
 * float32 ten times the distance that the original's own float32 run keeps from its float64 run, as
 * the golden README advises.
 */
class GoldenModelTest {
  static final double TIGHT = 1e-9;

  /** at::Reduction */
  private static final int MEAN = 1;

  private static final int SUM = 2;

  private static final Map<String, Supplier<Network>> NETWORKS =
      Map.ofEntries(
          Map.entry(
              "seed000_resnet18cifar", () -> new ResNet18(ResNet18.Config.of(Images.CIFAR10), 1)),
          Map.entry(
              "seed000_minivit",
              () -> new MiniViT(MiniViT.Config.of(Images.CIFAR10).withDropout(0), 1)),
          Map.entry(
              "hw3_simplemlp_c10", () -> new Mlp(Mlp.Config.of(Images.CIFAR10).withDropout(0), 1)),
          Map.entry(
              "airbench94_legacy_gelu",
              () -> new Airbench94(Airbench94.Config.legacy(Images.CIFAR10), 1)),
          Map.entry(
              "airbench94_legacy_hardswish",
              () ->
                  Networks.named("airbench94")
                      .create(Images.CIFAR10, Map.of("activation", "hardswish"), 1)),
          Map.entry(
              "airbench94_muon", () -> new Airbench94(Airbench94.Config.muon(Images.CIFAR10), 1)),
          Map.entry("torchvision_resnet18_c10_32px", resNet("timm-resnet18", 32, 10)),
          Map.entry("torchvision_resnet18_c100_64px", resNet("timm-resnet18", 64, 100)),
          Map.entry("torchvision_resnet50_c10_32px", resNet("timm-resnet50", 32, 10)),
          Map.entry("torchvision_resnet50_c100_64px", resNet("timm-resnet50", 64, 100)),
          Map.entry("timm_resnest14d_c10_32px", resNet("resnest14d", 32, 10)),
          Map.entry("timm_resnest26d_c100_32px", resNet("resnest26d", 32, 100)),
          Map.entry("timm_resnest26d_c37_64px", resNet("resnest26d", 64, 37)));

  private static Supplier<Network> resNet(String name, int size, int classes) {
    return () -> Networks.named(name).create(new Images(3, size, classes), Map.of(), 1);
  }

  /** Networks whose original has no names but positions. */
  private static final Set<String> IN_ORDER =
      Set.of("airbench94_legacy_gelu", "airbench94_legacy_hardswish");

  private static final Map<String, Supplier<LanguageNetwork>> LANGUAGE_NETWORKS =
      Map.of(
          "nanogpt_record5",
          () -> new Gpt(new Gpt.Config(128, 32, 2, 2, 64), 1),
          "blueberry_moe",
          () -> new MoeGpt(new MoeGpt.Config(97, 32, 2, 4, 48, 96, 4, 2, 0, 0), 1));

  @Test
  void numberSourceMatchesItsVectors() {
    assertThat(SplitMix64.hash(0, 0, 0)).isEqualTo(0xe220a8397b1dcdafL);
    assertThat(SplitMix64.hash(1001, 3, 5)).isEqualTo(0xaaa3583457b7268bL);
    assertThat(SplitMix64.unit(1002, 0, 0)).isEqualTo(0.8670102952391596);
  }

  @TestFactory
  Stream<DynamicTest> networkMatchesTheOriginal() {
    List<String> files = GoldenModel.classifiers();
    Assumptions.assumeFalse(files.isEmpty(), "no golden data in " + GoldenModel.FOLDER);
    assertThat(files).containsAll(NETWORKS.keySet());
    return files.stream().map(name -> DynamicTest.dynamicTest(name, () -> check(name)));
  }

  @TestFactory
  Stream<DynamicTest> languageNetworkMatchesTheOriginal() {
    List<String> files = GoldenModel.languages();
    Assumptions.assumeFalse(files.isEmpty(), "no golden data in " + GoldenModel.FOLDER);
    assertThat(files).containsAll(LANGUAGE_NETWORKS.keySet());
    return files.stream().map(name -> DynamicTest.dynamicTest(name, () -> checkLanguage(name)));
  }

  private static void checkLanguage(String name) {
    Supplier<LanguageNetwork> maker = LANGUAGE_NETWORKS.get(name);
    Assumptions.assumeTrue(maker != null, "no network of this library stands for " + name);
    GoldenModel golden = GoldenModel.read(name);
    try (PointerScope _ = new PointerScope()) {
      for (ScalarType type : List.of(ScalarType.Double, ScalarType.Float)) {
        try (LanguageNetwork network = maker.get()) {
          Map<String, Tensor> state = network.fromOriginal(golden.state());
          assertThat(network.state().keySet()).containsExactlyElementsOf(state.keySet());
          network.load(state);
          network.to(new Device("cpu"), type);
          new LanguageComparison(network, golden, GoldenTokens.of(golden.json()), type).run();
        }
      }
    }
  }

  private static void check(String name) {
    Supplier<Network> maker = NETWORKS.get(name);
    Assumptions.assumeTrue(maker != null, "no network of this library stands for " + name);
    GoldenModel golden = GoldenModel.read(name);
    try (PointerScope _ = new PointerScope()) {
      for (ScalarType type : List.of(ScalarType.Double, ScalarType.Float)) {
        try (Network network = maker.get()) {
          Map<String, String> names = names(name, network, golden);
          checkShape(network, names, golden.json());
          var state = new LinkedHashMap<String, Tensor>();
          golden.state().forEach((original, value) -> state.put(names.get(original), value));
          network.load(state);
          network.to(new Device("cpu"), type);
          new Comparison(network, golden, names, type).run();
        }
      }
    }
  }

  /** Ours by the original's. */
  private static Map<String, String> names(String file, Network network, GoldenModel golden) {
    List<String> originals = golden.entries().map(entry -> entry.get("name").asString()).toList();
    List<String> ours = IN_ORDER.contains(file) ? List.copyOf(network.state().keySet()) : originals;
    assertThat(ours).hasSameSizeAs(originals);
    var names = new LinkedHashMap<String, String>();
    for (int i = 0; i < ours.size(); i++) {
      names.put(originals.get(i), ours.get(i));
    }
    return names;
  }

  private static void checkShape(Network network, Map<String, String> names, JsonNode json) {
    var expected = new LinkedHashMap<String, List<Long>>();
    json.get("state")
        .forEach(entry ->
            expected.put(
                names.get(entry.get("name").asString()),
                entry.get("shape").valueStream().map(JsonNode::asLong).toList()));
    assertThat(network.state().keySet()).containsExactlyElementsOf(expected.keySet());
    network
        .state()
        .forEach((entry, tensor) ->
            assertThat(State.shape(tensor))
                .as(entry)
                .containsExactly(
                    expected.get(entry).stream().mapToLong(Long::longValue).toArray()));
    assertThat(network.count()).isEqualTo(json.get("counts").get("trainable").asLong());
    assertThat(count(network.buffers())).isEqualTo(json.get("counts").get("buffers").asLong());
    assertThat(count(network.frozen())).isEqualTo(json.get("counts").get("frozen").asLong());
    assertThat(network.frozen().keySet())
        .containsExactlyElementsOf(
            json.get("state")
                .valueStream()
                .filter(entry -> !entry.path("trainable").asBoolean(true))
                .map(entry -> names.get(entry.get("name").asString()))
                .toList());
  }

  private static long count(Map<String, Tensor> tensors) {
    return tensors.values().stream().mapToLong(Tensor::numel).sum();
  }

  /** One network in one precision against the recorded numbers. */
  private record Comparison(
      Network network, GoldenModel golden, Map<String, String> names, ScalarType type) {
    void run() {
      network.eval();
      forward("eval");
      network.train();
      Tensor loss = forward("train");
      loss.backward();
      JsonNode train = section("train");
      double total = train.get("total_grad_l2").asDouble();
      // Up to rounding, which is in no proportion to their own size.
      Set<String> zeros =
          golden
              .json()
              .get("fp32_vs_fp64")
              .get("mathematically_zero_grads")
              .valueStream()
              .map(JsonNode::asString)
              .collect(Collectors.toSet());
      double squares = 0;
      Map<String, Parameter> parameters = new LinkedHashMap<>();
      network.parameters().forEach(p -> parameters.put(p.name(), p));
      for (JsonNode gradient : train.get("grads")) {
        Parameter parameter = parameters.remove(ours(gradient));
        double norm = norm(parameter.tensor().grad());
        double expected = gradient.get("l2").asDouble();
        assertThat(norm)
            .as(parameter.name())
            .isCloseTo(
                expected,
                zeros.contains(parameter.name())
                    ? within(tolerance("grad_l2_maxrel", total))
                    : relative(expected, "grad_l2_maxrel"));
        squares += norm * norm;
      }
      assertThat(parameters).as("parameters without a recorded gradient").isEmpty();
      assertThat(Math.sqrt(squares)).isCloseTo(total, relative(total, "grad_l2_maxrel"));
      for (JsonNode buffer : train.get("running_stats_after")) {
        double expected = buffer.get("l2").asDouble();
        assertThat(norm(network.buffers().get(ours(buffer))))
            .as(ours(buffer))
            .isCloseTo(expected, relative(expected, "grad_l2_maxrel"));
      }
      network.buffers().entrySet().stream()
          .filter(buffer -> buffer.getKey().endsWith("num_batches_tracked"))
          .forEach(buffer -> assertThat(buffer.getValue().item_long()).isEqualTo(1));
    }

    private Tensor forward(String mode) {
      Tensor logits = network.forward(golden.input().to(type));
      JsonNode section = section(mode);
      double allowed = tolerance(mode + "_logits_maxabs", 1);
      for (int n = 0; n < logits.size(0); n++) {
        for (int c = 0; c < logits.size(1); c++) {
          assertThat(logits.select(0, n).select(0, c).to(ScalarType.Double).item_double())
              .as("%s logits[%d][%d]", mode, n, c)
              .isCloseTo(section.get("logits").get(n).get(c).asDouble(), within(allowed));
        }
      }
      double smoothing = golden.json().get("loss").get("label_smoothing").asDouble();
      boolean sum = golden.json().get("loss").get("reduction").asString().equals("sum");
      Tensor loss =
          cross_entropy_loss(
              logits, golden.targets(), new TensorOptional(), sum ? SUM : MEAN, -100, smoothing);
      double terms = sum ? logits.size(0) : 1;
      assertThat(loss.to(ScalarType.Double).item_double())
          .isCloseTo(section.get("loss").asDouble(), within(terms * allowed));
      return loss;
    }

    private String ours(JsonNode entry) {
      return names.get(entry.get("name").asString());
    }

    private JsonNode section(String mode) {
      return golden.section(type == ScalarType.Double ? "float64" : "float32", mode);
    }

    private Offset<Double> relative(double expected, String key) {
      return within(tolerance(key, Math.abs(expected)));
    }

    private double tolerance(String key, double size) {
      return size
          * (type == ScalarType.Double
              ? TIGHT
              : 10 * golden.json().get("fp32_vs_fp64").get(key).asDouble());
    }

    private static double norm(Tensor tensor) {
      return tensor.to(ScalarType.Double).norm().item_double();
    }
  }
}
