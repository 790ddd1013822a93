package dev.steepest.lab.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.steepest.lab.kernel.ReferenceBody.Numbers;
import dev.steepest.tensor.NativeHeap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole body against libtorch's autograd. Images of 32² pixels become 31, 15, 7, 3, 1. */
class FusedBodyTest {
  /** Two samples of the same noise differ by this at most, for the batches drawn here (assumed). */
  private static final double AS_NEAR = 1.25;

  private int threads;

  @BeforeEach
  void oneThread() {
    threads = torch.get_num_threads();
    torch.set_num_threads(1);
  }

  @AfterEach
  void threadsAsBefore() {
    torch.set_num_threads(threads);
  }

  private static Tensor images(long count) {
    return images(count, 32);
  }

  private static Tensor images(long count, long side) {
    torch.manual_seed(3);
    return torch.randn(count, 3, side, side);
  }

  private static Tensor gradient(Tensor features) {
    torch.manual_seed(4);
    return torch.randn_like(features.detach());
  }

  private static double relative(Tensor actual, Tensor expected) {
    Tensor truth = expected.to(ScalarType.Double);
    double error = actual.to(ScalarType.Double).sub(truth).norm().item_double();
    return error / truth.norm().item_double();
  }

  /**
   * One group, whose values do not round differently often enough to move a gradient to another
   * pixel: 8² pixels become 7, 3, 1. Gradients go through nine roundings of 2⁻⁹/√3 each.
   */
  @ParameterizedTest
  @ValueSource(strings = {"24:32:64:1", "5:7:64:1", "24:33:5:1", "24:32:61:3", "8:40:2:3"})
  void aGroupsGradientsAreThoseOfAutograd(String sizes) {
    String[] size = sizes.split(":");
    torch.set_num_threads(Integer.parseInt(size[3]));
    try (PointerScope _ = new PointerScope();
        SampleBody sample = new SampleBody(Integer.parseInt(size[0]), Integer.parseInt(size[1]));
        FusedBody fused = sample.fused(Activation.RELU)) {
      Tensor x = images(Integer.parseInt(size[2]), 8);
      ReferenceBody oracle = new ReferenceBody(sample, Activation.RELU, Numbers.ROUNDED);
      Tensor expected = oracle.features(x, true);
      Tensor gradient = gradient(expected).to(ScalarType.BFloat16);
      expected.mul(gradient.to(ScalarType.Double)).sum().backward();
      try (BodyPass pass = fused.forward(x, Statistics.UPDATE, SampleBody.MOMENTUM)) {
        assertThat(relative(pass.features().detach(), expected.detach())).isLessThan(2e-3);
        pass.backward(gradient);
      }
      sample
          .parameters()
          .forEach((name, tensor) ->
              assertThat(relative(tensor.grad(), oracle.leaf(tensor).grad()))
                  .as(name)
                  .isLessThan(1e-2));
      sample
          .statistics()
          .forEach((name, tensor) ->
              assertThat(relative(tensor, oracle.leaf(tensor))).as(name).isLessThan(1e-4));
    }
  }

  /**
   * Three groups: rounding moves some gradients to other pixels, in libtorch's own bfloat16 as much
   * as here. So the distance from float64 is compared with that of autocast.
   */
  @ParameterizedTest
  @EnumSource
  void aBodysGradientsAreAsNearToTheTruthAsAutocasts(Activation activation) {
    try (PointerScope _ = new PointerScope();
        SampleBody sample = new SampleBody(24, 32, 40, 64);
        FusedBody fused = sample.fused(activation)) {
      Tensor x = images(16, 32);
      ReferenceBody truth = new ReferenceBody(sample, activation, Numbers.EXACT);
      Tensor expected = truth.features(x, true);
      Tensor gradient = gradient(expected).to(ScalarType.BFloat16);
      expected.mul(gradient.to(ScalarType.Double)).sum().backward();
      ReferenceBody autocast = new ReferenceBody(sample, activation, Numbers.AUTOCAST);
      Tensor rough = autocast.features(x, true);
      rough.mul(gradient).sum().backward();
      try (BodyPass pass = fused.forward(x, Statistics.UPDATE, SampleBody.MOMENTUM)) {
        assertThat(relative(pass.features().detach(), expected.detach()))
            .isLessThan(AS_NEAR * relative(rough.detach(), expected.detach()));
        pass.backward(gradient);
      }
      double ours = 0;
      double theirs = 0;
      for (Tensor tensor : sample.parameters().values()) {
        Tensor exact = truth.leaf(tensor).grad();
        ours += relative(tensor.grad(), exact);
        theirs += relative(autocast.leaf(tensor).grad(), exact);
      }
      assertThat(ours).isLessThan(AS_NEAR * theirs);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void evaluationUsesRunningStatistics(int threads) {
    torch.set_num_threads(threads);
    try (PointerScope _ = new PointerScope();
        SampleBody sample = new SampleBody(24, 32, 40, 64);
        FusedBody fused = sample.fused(Activation.GELU);
        AutoGradMode _ = new AutoGradMode(false)) {
      Tensor x = images(131); // two pieces
      Map<String, Tensor> before = copies(sample.statistics());
      Tensor expected =
          new ReferenceBody(sample, Activation.GELU, Numbers.ROUNDED).features(x, false);
      // Rounding errors of seven layers, three each, twice: 2⁻⁹/√3·√42 = 7e-3.
      assertThat(relative(fused.evaluate(x), expected)).isLessThan(7e-3);
      assertThat(equal(before, sample.statistics())).isTrue();
    }
  }

  @Test
  void statisticsStayOnDemand() {
    try (PointerScope _ = new PointerScope();
        SampleBody sample = new SampleBody(5, 8, 8, 8);
        FusedBody fused = sample.fused(Activation.RELU)) {
      Map<String, Tensor> before = copies(sample.statistics());
      fused.forward(images(2), Statistics.KEEP, SampleBody.MOMENTUM).close();
      assertThat(equal(before, sample.statistics())).isTrue();
      fused.forward(images(2), Statistics.UPDATE, SampleBody.MOMENTUM).close();
      assertThat(equal(before, sample.statistics())).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void theSameThreadsGiveTheSameBits(int threads) {
    torch.set_num_threads(threads);
    try (PointerScope _ = new PointerScope();
        SampleBody sample = new SampleBody(24, 32, 40, 64);
        FusedBody fused = sample.fused(Activation.GELU)) {
      Tensor x = images(7);
      Map<String, Tensor> first = gradients(sample, fused, x);
      for (int i = 0; i < 3; i++) {
        sample.clearGradients();
        assertThat(equal(first, gradients(sample, fused, x))).isTrue();
      }
    }
  }

  @Test
  void gradientsAddUp() {
    try (PointerScope _ = new PointerScope();
        SampleBody sample = new SampleBody(24, 32, 40, 64);
        FusedBody fused = sample.fused(Activation.GELU)) {
      Tensor x = images(4);
      Map<String, Tensor> once = gradients(sample, fused, x);
      Map<String, Tensor> twice = gradients(sample, fused, x);
      once.replaceAll((_, tensor) -> tensor.mul(new Scalar(2)));
      assertThat(equal(once, twice)).isTrue();
    }
  }

  @Test
  void aFrozenStemBiasGetsNoGradientAndChangesNothingElse() {
    try (PointerScope _ = new PointerScope();
        SampleBody sample = new SampleBody(24, 32, 40, 64);
        FusedBody fused = sample.fused(Activation.GELU)) {
      Tensor x = images(4);
      Map<String, Tensor> all = gradients(sample, fused, x);
      sample.clearGradients();
      sample.stem().bias().set_requires_grad(false);
      Map<String, Tensor> others = gradients(sample, fused, x);
      assertThat(sample.stem().bias().grad().defined()).isFalse();
      all.remove("stem.bias");
      assertThat(equal(all, others)).isTrue();
    }
  }

  @Test
  void aNanReachesTheFeatures() {
    try (PointerScope _ = new PointerScope();
        SampleBody sample = new SampleBody(5, 8, 8, 8);
        FusedBody fused = sample.fused(Activation.GELU)) {
      Tensor x = images(2);
      x.select(0, 1).select(0, 2).select(0, 9).fill_(new Scalar(Double.NaN));
      try (BodyPass pass = fused.forward(x, Statistics.KEEP, SampleBody.MOMENTUM)) {
        assertThat(pass.features().isnan().all().item_bool()).isTrue();
      }
    }
  }

  @Test
  void memoryDoesNotGrow() {
    try (SampleBody sample = new SampleBody(24, 32, 32, 32);
        FusedBody fused = sample.fused(Activation.GELU)) {
      long before = 0;
      for (int step = 0; step < 500; step++) {
        try (PointerScope _ = new PointerScope()) {
          gradients(sample, fused, images(4));
          sample.clearGradients();
        }
        if (step == 100) {
          System.gc();
          before = NativeHeap.bytesInUse();
        }
      }
      System.gc();
      // One step keeps 1.6 MB of activations; 400 lost ones would be 640 MB.
      assertThat(NativeHeap.bytesInUse() - before).isLessThan(100L << 20);
    }
  }

  @Test
  void aPassGoesBackwardOnce() {
    try (PointerScope _ = new PointerScope();
        SampleBody sample = new SampleBody(5, 8, 8, 8);
        FusedBody fused = sample.fused(Activation.GELU);
        BodyPass pass = fused.forward(images(2), Statistics.KEEP, SampleBody.MOMENTUM)) {
      Tensor gradient = gradient(pass.features());
      pass.backward(gradient);
      assertThatThrownBy(() -> pass.backward(gradient))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("another forward pass");
    }
  }

  @Test
  void whatDoesNotFitIsSaidAtOnce() {
    try (PointerScope _ = new PointerScope();
        SampleBody sample = new SampleBody(5, 8, 8);
        FusedBody fused = sample.fused(Activation.GELU)) {
      Stem training = new Stem(sample.groups().getFirst().first(), sample.stem().bias());
      assertThatThrownBy(() ->
              new FusedBody(
                  training,
                  List.of(sample.groups().get(1)),
                  new FusedBody.Settings(Activation.GELU, 0)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("stem.weight wants a gradient")
          .hasMessageContaining("stem.bias has shape [5], expected [8]");
      assertThatThrownBy(
              () -> fused.forward(torch.zeros(2, 4, 32, 32), Statistics.KEEP, SampleBody.MOMENTUM))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("[2, 4, 32, 32]")
          .hasMessageContaining("[N, 3, H, W]");
    }
  }

  private static Map<String, Tensor> gradients(SampleBody sample, FusedBody fused, Tensor x) {
    try (BodyPass pass = fused.forward(x, Statistics.KEEP, SampleBody.MOMENTUM)) {
      pass.backward(gradient(pass.features()));
    }
    Map<String, Tensor> gradients = new LinkedHashMap<>();
    sample.parameters().forEach((name, tensor) -> gradients.put(name, tensor.grad().clone()));
    return gradients;
  }

  private static Map<String, Tensor> copies(Map<String, Tensor> tensors) {
    Map<String, Tensor> copies = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> copies.put(name, tensor.clone()));
    return copies;
  }

  private static boolean equal(Map<String, Tensor> first, Map<String, Tensor> second) {
    return first.keySet().equals(second.keySet())
        && first.keySet().stream().allMatch(name -> first.get(name).equal(second.get(name)));
  }
}
