package dev.steepest.lab.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.optim.Parameter;
import dev.steepest.optim.Role;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every network promises, on small variants. */
class NetworkTest {
  /** Of a size that every network takes: patches of 4 pixels, and no less than airbench94 pools. */
  private static final Images SMALL = new Images(3, 28, 7);

  private PointerScope scope;

  static Stream<NetworkKind<Images>> kinds() {
    return Networks.all().stream();
  }

  private static Network small(NetworkKind<Images> kind, long seed) {
    Map<String, ?> values =
        switch (kind.name()) {
          case "resnet18" -> Map.of("width", 8);
          case "mini-vit" -> Map.of("dim", 48, "depth", 2, "mlp_dim", 64);
          case "mlp" -> Map.of("hidden", "64, 32, 16");
          case "airbench94" -> Map.of("widths", "8 16 16");
          case "small-cnn" -> Map.of("width", 8);
          // A last norm of zero leaves the branch in front of it without a gradient.
          default -> Map.of("width", 8, "last_norm", "one");
        };
    return kind.create(SMALL, values, seed);
  }

  @BeforeEach
  void open() {
    scope = new PointerScope();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private static Tensor images(long seed, int count) {
    torch.manual_seed(seed);
    return torch.randn(count, 3, 28, 28);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void givesLogitsAndAGradientToEveryParameter(NetworkKind<Images> kind) {
    try (Network network = small(kind, 1)) {
      Tensor logits = network.forward(images(3, 4));
      assertThat(State.shape(logits)).containsExactly(4, 7);
      logits.square().sum().backward();
      assertThat(network.parameters())
          .allSatisfy(p -> assertThat(p.tensor().grad().abs().sum().item_float()).isPositive());
      assertThat(network.parameters().stream().map(Parameter::role))
          .contains(Role.INPUT, Role.HEAD, Role.VECTOR);
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void oneDimensionalTensorsAndOnlyTheyAreVectors(NetworkKind<Images> kind) {
    try (Network network = small(kind, 1)) {
      assertThat(network.parameters())
          .filteredOn(p -> !isAllThatIsTrainedOfTheFirstLayer(network, p))
          .allSatisfy(p -> assertThat(p.role() == Role.VECTOR).isEqualTo(p.tensor().dim() == 1));
      assertThat(network.parameters().stream().filter(p -> p.role() == Role.HEAD)).hasSize(1);
      assertThat(network.parameters().stream().filter(p -> p.role() == Role.INPUT)).hasSize(1);
    }
  }

  /** The bias of a layer whose weight is frozen stands for it. */
  private static boolean isAllThatIsTrainedOfTheFirstLayer(Network network, Parameter parameter) {
    return parameter.role() == Role.INPUT
        && network.frozen().containsKey(parameter.name().replace("bias", "weight"));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void theSeedDecidesTheInitialValuesWhateverElseWasDrawn(NetworkKind<Images> kind) {
    try (Network a = small(kind, 5);
        Network b = drawnAfter(kind, 5);
        Network c = small(kind, 6)) {
      a.state().forEach((name, t) -> assertThat(t.equal(b.state().get(name))).as(name).isTrue());
      assertThat(a.state().entrySet())
          .filteredOn(entry -> entry.getValue().dim() > 1)
          .anyMatch(entry -> !entry.getValue().equal(c.state().get(entry.getKey())));
    }
  }

  private static Network drawnAfter(NetworkKind<Images> kind, long seed) {
    torch.manual_seed(99);
    torch.randn(17);
    return small(kind, seed);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void survivesTheScopeItWasMadeIn(NetworkKind<Images> kind) {
    Network made;
    try (PointerScope _ = new PointerScope()) {
      made = small(kind, 2);
    }
    try (Network network = made) {
      network.forward(images(1, 2));
      assertThat(network.parameters()).noneMatch(p -> p.tensor().isNull());
    }
    assertThat(made.parameters()).allMatch(p -> p.tensor().isNull());
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void stateLoadsIntoAnotherNetwork(NetworkKind<Images> kind) {
    try (Network a = small(kind, 1);
        Network b = small(kind, 2)) {
      b.load(a.state());
      a.eval();
      b.eval();
      Tensor x = images(4, 3);
      assertThat(a.forward(x).equal(b.forward(x))).isTrue();
    }
  }

  @Test
  void loadReportsAllThatDoesNotFit() {
    try (Network network = small(Networks.named("mlp"), 1)) {
      var values = new LinkedHashMap<>(network.state());
      values.remove("layers.0.bias");
      values.put("layers.3.weight", torch.zeros(2, 2));
      values.put("extra", torch.zeros(1));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> network.load(values))
          .withMessageContaining("missing layers.0.bias")
          .withMessageContaining("layers.3.weight has shape [2, 2], expected [32, 64]")
          .withMessageContaining("unknown extra");
    }
  }

  /** bf16 has 8 significant bits; two percent of the logits' norm is a few roundings deep. */
  @ParameterizedTest
  @MethodSource("kinds")
  void autocastStaysCloseToFullPrecision(NetworkKind<Images> kind) {
    try (Network network = small(kind, 1);
        AutoGradMode _ = new AutoGradMode(false)) {
      network.eval();
      Tensor x = images(5, 16);
      Tensor exact = network.forward(x);
      torch.set_autocast_dtype(DeviceType.CPU, ScalarType.BFloat16);
      torch.set_autocast_enabled(DeviceType.CPU, true);
      Tensor rounded = network.forward(x);
      torch.set_autocast_enabled(DeviceType.CPU, false);
      torch.clear_cache();
      assertThat(rounded.scalar_type().intern()).isEqualTo(ScalarType.BFloat16);
      double error = rounded.to(ScalarType.Float).sub(exact).norm().item_float();
      assertThat(error / exact.norm().item_float()).isBetween(1e-6, 0.02);
    }
  }

  /** The same sums in another order: 1e-5 relative is about a hundred float32 roundings. */
  @ParameterizedTest
  @MethodSource("kinds")
  void memoryFormatDoesNotChangeTheFunction(NetworkKind<Images> kind) {
    try (Network network = small(kind, 1);
        AutoGradMode _ = new AutoGradMode(false)) {
      network.eval();
      Tensor x = images(6, 8);
      Tensor plain = network.forward(x);
      Tensor channelsLast = network.forward(x.contiguous(MemoryFormat.ChannelsLast));
      double error = channelsLast.sub(plain).norm().item_float();
      assertThat(error / plain.norm().item_float()).isCloseTo(0, within(1e-5));
    }
  }

  @Test
  void dropoutFollowsTheDefaultGeneratorAndStopsInEvaluation() {
    try (Network network = small(Networks.named("mini-vit"), 1)) {
      Tensor x = images(7, 4);
      torch.manual_seed(1);
      Tensor first = network.forward(x);
      torch.manual_seed(1);
      assertThat(network.forward(x).equal(first)).isTrue();
      assertThat(network.forward(x).equal(first)).isFalse();
      network.eval();
      assertThat(network.forward(x).equal(network.forward(x))).isTrue();
    }
  }

  @Test
  void encoderLayersBeginDifferent() {
    try (Network network = small(Networks.named("mini-vit"), 1)) {
      Tensor first = network.state().get("encoder.layers.0.linear1.weight");
      Tensor second = network.state().get("encoder.layers.1.linear1.weight");
      assertThat(first.equal(second)).isFalse();
    }
  }

  @Test
  void thePackedProjectionCountsAsThreeMatrices() {
    try (Network network = small(Networks.named("mini-vit"), 1)) {
      assertThat(network.parameters())
          .filteredOn(p -> p.blocks() == 3)
          .hasSize(2)
          .allMatch(p -> p.name().endsWith("in_proj_weight") && p.role() == Role.MATRIX);
    }
  }

  /** Standard deviation of U(±b) is b/√3; 3×3×64 fan-in gives b = 1/24. */
  @Test
  void initialValuesHaveTheDocumentedSpread() {
    try (Network network = new ResNet18(ResNet18.Config.of(Images.CIFAR10), 3);
        Network vit = new MiniViT(MiniViT.Config.of(Images.CIFAR10), 3)) {
      Tensor conv = network.state().get("layer1.0.conv1.weight");
      assertThat((double) conv.std().item_float())
          .isCloseTo(1 / (24 * Math.sqrt(3)), within(3e-4)); // 36,864 draws: ±0.3 % is one sigma
      assertThat((double) conv.abs().max().item_float()).isLessThanOrEqualTo(1 / 24.0);
      assertThat((double) vit.state().get("pos_embed").std().item_float())
          .isCloseTo(0.02, within(5e-4)); // 12,480 draws: 1.3e-4 is one sigma
    }
  }

  @Test
  void registryNamesItsEntriesAndTheirSettings() {
    assertThat(Networks.all()).extracting(NetworkKind::name).doesNotHaveDuplicates();
    assertThat(Networks.all())
        .allSatisfy(kind -> {
          assertThat(kind.description()).isNotBlank();
          assertThat(kind.settings()).extracting(Setting::key).doesNotHaveDuplicates();
          assertThat(kind.settings())
              .allSatisfy(setting ->
                  assertThat(setting.check(setting.standard())).isEqualTo(setting.standard()));
        });
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Networks.named("resnet"))
        .withMessageContaining("resnet18, mini-vit");
  }

  @Test
  void wrongSettingsAreExplained() {
    NetworkKind<Images> vit = Networks.named("mini-vit");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> vit.create(SMALL, Map.of("depht", 3), 1))
        .withMessageContaining("no setting 'depht'")
        .withMessageContaining("depth");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> vit.create(SMALL, Map.of("dropout", 1.5), 1))
        .withMessageContaining("dropout = 1.5 is out of range: allowed is 0 to 0.9");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> vit.create(SMALL, Map.of("patch", 5), 1))
        .withMessageContaining("does not divide the image size 28");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Networks.named("mlp").create(SMALL, Map.of("hidden", List.of("a")), 1))
        .withMessageContaining("not an integer");
  }

  @Test
  void smallNetworkIsAsSmallAsItSays() {
    try (Network network = new SmallCnn(SmallCnn.Config.of(Images.CIFAR10), 1)) {
      assertThat(network.count()).isBetween(90_000L, 98_000L);
    }
  }
}
