package dev.steepest.lab.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.lab.kernel.FusedBody;
import dev.steepest.optim.Parameter;
import dev.steepest.optim.Role;
import dev.steepest.tensor.NativeHeap;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class Airbench94Test {
  private PointerScope scope;

  @BeforeEach
  void open() {
    scope = new PointerScope();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private static Network network(Images images, Map<String, ?> settings) {
    return Networks.named("airbench94").create(images, settings, 1);
  }

  private static Network small(Map<String, ?> settings) {
    var all = new LinkedHashMap<String, Object>(settings);
    all.putIfAbsent("widths", "8 16 12");
    return network(new Images(3, 25, 10), all);
  }

  private static Tensor images(int count, int size) {
    torch.manual_seed(3);
    return torch.randn(count, 3, size, size);
  }

  @Test
  void defaultsAreThoseOfTheLegacyFile() {
    try (Network named = network(Images.CIFAR10, Map.of());
        Network legacy = new Airbench94(Airbench94.Config.legacy(Images.CIFAR10), 1)) {
      assertThat(named.count()).isEqualTo(1_971_352);
      assertThat(named.preparationImages()).isEqualTo(5000);
      named
          .state()
          .forEach((name, t) -> assertThat(t.equal(legacy.state().get(name))).as(name).isTrue());
      Tensor x = images(2, 32);
      assertThat(named.forward(x).equal(legacy.forward(x))).isTrue();
      assertThat(named.state().get("whiten.bias").abs().max().item_float()).isZero();
      // U(±1/16), 2,560 draws: std 1/(16·√3) = .0361, one sigma of it is 1 %.
      assertThat((double) named.state().get("head.weight").std().item_float())
          .isCloseTo(1 / (16 * Math.sqrt(3)), within(0.0015));
    }
  }

  @Test
  void muonsStartsAreAsItsFileHasThem() {
    try (Network muon = new Airbench94(Airbench94.Config.muon(Images.CIFAR10), 1)) {
      // torch's standard deviation divides by n − 1; float32.
      assertThat((double) muon.state().get("head.weight").std().item_float())
          .isCloseTo(1, within(1e-6));
      Tensor bias = muon.state().get("whiten.bias");
      double bound = 1 / Math.sqrt(12);
      assertThat((double) bias.abs().max().item_float()).isBetween(bound / 2, bound);
      assertThat(bias.sum().item_float()).isNotZero();
    }
  }

  @Test
  void rolesAreThoseThatTheRecipesGroupBy() {
    try (Network network = small(Map.of())) {
      var roles = new LinkedHashMap<String, Role>();
      network.parameters().forEach(p -> roles.put(p.name(), p.role()));
      assertThat(roles).hasSize(14).containsEntry("whiten.bias", Role.INPUT);
      assertThat(roles).containsEntry("head.weight", Role.HEAD);
      roles.forEach((name, role) -> {
        if (name.startsWith("layers.")) {
          assertThat(role).as(name).isEqualTo(name.contains("conv") ? Role.CONV : Role.VECTOR);
        }
      });
    }
  }

  @Test
  void frozenStateHasNoGradientAndMovesAndLoads() {
    try (Network a = small(Map.of());
        Network b = small(Map.of())) {
      assertThat(a.frozen().keySet())
          .containsExactly(
              "whiten.weight",
              "layers.1.norm1.weight",
              "layers.1.norm2.weight",
              "layers.2.norm1.weight",
              "layers.2.norm2.weight",
              "layers.3.norm1.weight",
              "layers.3.norm2.weight");
      assertThat(a.state().keySet()).containsAll(a.frozen().keySet());
      assertThat(a.buffers().keySet()).doesNotContainAnyElementsOf(a.frozen().keySet());
      assertThat(a.parameters())
          .extracting(Parameter::name)
          .doesNotContainAnyElementsOf(a.frozen().keySet());
      a.prepare(images(6, 25));
      a.forward(images(4, 25)).square().sum().backward();
      a.frozen()
          .forEach((name, tensor) -> {
            assertThat(tensor.requires_grad()).as(name).isFalse();
            assertThat(tensor.grad().defined()).as(name).isFalse();
          });
      b.load(a.state());
      Tensor filters = a.frozen().get("whiten.weight");
      assertThat(b.frozen().get("whiten.weight").equal(filters)).isTrue();
      Tensor before = filters.to(ScalarType.Double);
      a.to(new Device("cpu"), ScalarType.Double);
      assertThat(filters.scalar_type().intern()).isEqualTo(ScalarType.Double);
      assertThat(filters.equal(before)).isTrue();
    }
  }

  /** Written to the state in the network's own precision, with the published ε. */
  @Test
  void preparingSetsTheWhiteningFiltersAndNothingElse() {
    try (Network network = small(Map.of())) {
      var before = new LinkedHashMap<String, Tensor>();
      network.state().forEach((name, tensor) -> before.put(name, tensor.clone()));
      Tensor images = images(9, 25);
      network.prepare(images);
      Tensor expected = Whitening.of(images, 2).filters(5e-4).to(ScalarType.Float);
      assertThat(network.state().get("whiten.weight").equal(expected)).isTrue();
      before.remove("whiten.weight");
      before.forEach((name, t) -> assertThat(t.equal(network.state().get(name))).isTrue());
      assertThatIllegalArgumentException()
          .isThrownBy(() -> network.prepare(torch.zeros(5, 1, 25, 25)))
          .withMessage("airbench94 prepares from images [N, 3, H, W], not [5, 1, 25, 25].");
    }
  }

  /** More, as many and fewer filters than channels. */
  @ParameterizedTest
  @ValueSource(longs = {9, 6, 4})
  void filtersBeginAsTheIdentity(long out) {
    Site site = Site.root(5);
    try (State _ = site.state()) {
      Convolution conv = Convolution.passing(site.at("conv"), 6, out);
      Tensor x = images(2, 7).repeat(1, 2, 1, 1);
      Tensor y = conv.apply(x).detach();
      long passed = Math.min(6, out);
      assertThat(y.narrow(1, 0, passed).equal(x.narrow(1, 0, passed))).isTrue();
      assertThat(State.shape(y)).containsExactly(2, out, 7, 7);
      if (out > 6) {
        Tensor rest = conv.weight().detach().narrow(0, 6, out - 6);
        // Distinct draws of U(±1/√(6·9)), one in 162 of which may be small.
        assertThat((double) rest.abs().max().item_float())
            .isBetween(0.9 / Math.sqrt(54), 1 / Math.sqrt(54));
      }
    }
  }

  /** r ← (1 − m)·r + m·batch from r = 0 and 1, with the m of each step's progress. */
  @Test
  void normMomentumFollowsTheRunsProgress() {
    try (Network network = small(Map.of("norm_momentum", 0.8, "norm_momentum_end", 0.4));
        AutoGradMode _ = new AutoGradMode(false)) {
      network.to(new Device("cpu"), ScalarType.Double);
      Map<String, Tensor> state = network.state();
      Tensor x = images(4, 25).to(ScalarType.Double);
      // Behind the first convolution and pooling, as the network computes it.
      Tensor y =
          torch
              .conv2d(x, state.get("whiten.weight"))
              .add(state.get("whiten.bias").view(1, -1, 1, 1));
      y = torch.max_pool2d(convolved(torch.gelu(y), state.get("layers.1.conv1.weight")), 2, 2);
      Tensor mean = y.mean(0, 2, 3);
      double n = y.numel() / (double) y.size(1);
      Tensor unbiased =
          y.sub(mean.view(1, -1, 1, 1)).square().mean(0, 2, 3).mul(new Scalar(n / (n - 1)));
      double ofMean = 0; // the part of the batch's values in the running ones
      for (double progress : new double[] {0, 0.25, 1}) {
        network.progress(progress);
        network.forward(x);
        double momentum = 0.8 - 0.4 * progress;
        ofMean = (1 - momentum) * ofMean + momentum;
        Tensor r = state.get("layers.1.norm1.running_mean");
        Tensor v = state.get("layers.1.norm1.running_var");
        assertThat(r.sub(mean.mul(new Scalar(ofMean))).abs().max().item_double()).isLessThan(1e-12);
        Tensor expected = unbiased.mul(new Scalar(ofMean)).add(new Scalar(1 - ofMean));
        assertThat(v.sub(expected).abs().max().item_double()).isLessThan(1e-12);
      }
    }
  }

  private static Tensor convolved(Tensor x, Tensor filters) {
    return torch.conv2d(torch.constant_pad_nd(x, new long[] {1, 1, 1, 1}), filters);
  }

  @ParameterizedTest
  @ValueSource(ints = {25, 28, 32, 48})
  void takesSizesThatPoolToOneValueAndAnyChannels(int size) {
    for (Pooling pooling : Pooling.values()) {
      Map<String, ?> settings = Map.of("widths", "4 4 4", "pooling", word(pooling));
      try (Network network = network(new Images(1, size, 5), settings);
          AutoGradMode _ = new AutoGradMode(false)) {
        assertThat(State.shape(network.state().get("whiten.weight"))).containsExactly(8, 1, 2, 2);
        Tensor x = torch.randn(2, 1, size, size);
        network.prepare(x);
        assertThat(State.shape(network.forward(x))).containsExactly(2, 5);
      }
    }
  }

  @Test
  void refusesWhatItCannotBeBuiltFor() {
    for (int size : new int[] {24, 49}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> network(new Images(3, size, 10), Map.of()))
          .withMessageContaining("images of 25 to 48 pixels")
          .withMessageContaining("these have " + size);
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> network(Images.CIFAR10, Map.of("widths", "64 256")))
        .withMessageContaining("widths = [64, 256] are 2 numbers; airbench94 has 3 groups");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> network(Images.CIFAR10, Map.of("activation", "swish")))
        .withMessage(
            "activation = swish is not one of gelu, hardswish, mish, silu, relu (default gelu).");
  }

  @ParameterizedTest
  @EnumSource(Activation.class)
  void everyActivationReachesTheWhitening(Activation activation) {
    try (Network network = small(Map.of("activation", word(activation)))) {
      Tensor x = images(2, 25);
      network.forward(x).sum().backward();
      assertThat(network.parameters())
          .allSatisfy(p ->
              assertThat(p.tensor().grad().isfinite().all().item_bool()).as(p.name()).isTrue());
      assertThat(network.parameters().getFirst().tensor().grad().abs().sum().item_float())
          .isPositive();
    }
  }

  /** Plain gradient descent on one batch, as the loop runs it on a CPU. */
  @ParameterizedTest
  @EnumSource(Pooling.class)
  void learnsABatchInBf16ChannelsLast(Pooling pooling) {
    try (Network network = small(Map.of("pooling", word(pooling), "logit_scale", 1))) {
      Tensor x = images(16, 25).contiguous(MemoryFormat.ChannelsLast);
      Tensor labels = torch.arange(new Scalar(16)).remainder(new Scalar(10)).to(ScalarType.Long);
      network.prepare(x);
      List<Double> losses = new ArrayList<>();
      for (int step = 0; step < 30; step++) {
        losses.add(step(network, x, labels));
      }
      // ln 10 = 2.3 is chance, a third of it the work of training.
      assertThat(losses.getFirst()).isBetween(1.5, 4.0);
      assertThat(losses.getLast()).isLessThan(0.8);
    }
  }

  /**
   * A pass in training of which nothing became, here by autocast, must not be gone back through.
   */
  @Test
  void aPassThatWasLeftBehindLeavesNoGradient() {
    Tensor x = images(4, 25);
    try (Network network = small(Map.of());
        Network fresh = small(Map.of())) {
      torch.set_autocast_dtype(DeviceType.CPU, ScalarType.BFloat16);
      torch.set_autocast_enabled(DeviceType.CPU, true);
      try {
        network.forward(x);
      } finally {
        torch.set_autocast_enabled(DeviceType.CPU, false);
        torch.clear_cache();
      }
      network.backward(network.forward(x).sum());
      fresh.backward(fresh.forward(x).sum());
      for (int i = 0; i < fresh.parameters().size(); i++) {
        Parameter expected = fresh.parameters().get(i);
        assertThat(network.parameters().get(i).tensor().grad().equal(expected.tensor().grad()))
            .as(expected.name())
            .isTrue();
      }
    }
  }

  @Test
  void theRecordSaysWhoseKernelsComputeAndWhyNotTheFusedOnes() {
    try (Network network = small(Map.of());
        Network blurred = small(Map.of("pooling", "blur3"));
        Network plain = small(Map.of("kernels", "plain"))) {
      assertThat(network.kernels(ScalarType.Float)).startsWith("libtorch, as the fused ones need");
      assertThat(blurred.kernels(ScalarType.BFloat16))
          .isEqualTo("libtorch, as the fused ones need pooling max");
      assertThat(plain.kernels(ScalarType.BFloat16)).isEqualTo("libtorch");
      assertThat(network.kernels(ScalarType.BFloat16))
          .isEqualTo(
              FusedBody.available()
                  ? "fused"
                  : "libtorch, as the fused ones need a JVM with --add-modules jdk.incubator.vector");
      network.to(new Device("cpu"), ScalarType.Double);
      assertThat(network.kernels(ScalarType.BFloat16))
          .startsWith("libtorch, as the fused ones need");
    }
  }

  /** In float64 under autocast, where the kernels, which read float32, do not fit. */
  @Test
  void wideWeightsUnderAutocastAreLeftToLibtorch() {
    try (Network network = small(Map.of())) {
      network.to(new Device("cpu"), ScalarType.Double);
      Tensor x = images(4, 25).to(ScalarType.Double);
      Tensor expected = network.forward(x);
      torch.set_autocast_dtype(DeviceType.CPU, ScalarType.BFloat16);
      torch.set_autocast_enabled(DeviceType.CPU, true);
      try {
        Tensor logits = network.forward(x).to(ScalarType.Double);
        assertThat(logits.sub(expected).abs().max().item_double()).isLessThan(0.2);
      } finally {
        torch.set_autocast_enabled(DeviceType.CPU, false);
        torch.clear_cache();
      }
    }
  }

  /** The maps of one step are 3 MB: 200 steps that kept them would hold 600. */
  @Test
  void stepsLeaveNoMemoryBehind() {
    try (Network network = small(Map.of("pooling", "blur3"))) {
      Tensor x = images(16, 25).contiguous(MemoryFormat.ChannelsLast);
      Tensor labels = torch.arange(new Scalar(16)).remainder(new Scalar(10)).to(ScalarType.Long);
      for (int step = 0; step < 20; step++) {
        step(network, x, labels);
      }
      long handles = Pointer.totalCount();
      long bytes = NativeHeap.bytesInUse();
      for (int step = 0; step < 200; step++) {
        step(network, x, labels);
      }
      assertThat(Pointer.totalCount() - handles).isLessThan(100);
      assertThat(NativeHeap.bytesInUse() - bytes).isLessThan(100_000_000);
    }
  }

  private static double step(Network network, Tensor x, Tensor labels) {
    try (PointerScope _ = new PointerScope()) {
      torch.set_autocast_dtype(DeviceType.CPU, ScalarType.BFloat16);
      torch.set_autocast_enabled(DeviceType.CPU, true);
      Tensor loss;
      try {
        loss = torch.cross_entropy_loss(network.forward(x).to(ScalarType.Float), labels);
      } finally {
        torch.set_autocast_enabled(DeviceType.CPU, false);
        torch.clear_cache();
      }
      network.backward(loss);
      try (AutoGradMode _ = new AutoGradMode(false)) {
        for (Parameter parameter : network.parameters()) {
          Tensor weight = parameter.tensor();
          weight.sub_(weight.grad().mul(new Scalar(0.3)));
          weight.mutable_grad().reset();
        }
      }
      return loss.item_float();
    }
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(java.util.Locale.ROOT);
  }
}
