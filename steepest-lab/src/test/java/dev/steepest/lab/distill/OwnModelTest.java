package dev.steepest.lab.distill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.lab.diffusion.NoiseSchedule;
import dev.steepest.lab.diffusion.SmallPrior;
import dev.steepest.lab.distill.VariationalSettings.Form;
import dev.steepest.lab.model.denoise.Conditions;
import dev.steepest.lab.model.denoise.Projection;
import dev.steepest.lab.model.denoise.SmallUnet;
import dev.steepest.tensor.NativeHeap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OwnModelTest {
  private static final int IMAGES = 4;
  private static final int SIZE = 16;

  private final PointerScope scope = new PointerScope();
  private final SmallPrior prior = prior(16, 2);
  private final Tensor xt;
  private final Tensor noise;
  private final Tensor t = Tensor.create(new long[] {20, 300, 600, 900}, IMAGES);
  private final Tensor told = Tensor.create(new long[] {0, 0, 1, 2, 2, 1, 0, 1}, IMAGES, 2);

  OwnModelTest() {
    torch.manual_seed(1);
    noise = torch.randn(IMAGES, 1, SIZE, SIZE);
    Tensor x = torch.randn(IMAGES, 1, SIZE, SIZE).mul(new Scalar(.3));
    xt = prior.schedule().addNoise(x, noise, t);
  }

  @AfterEach
  void free() {
    prior.close();
    scope.close();
  }

  /** With all weights drawn: layers that begin as 0 would let nothing through. */
  static SmallPrior prior(int width, int blocks) {
    var network =
        new SmallUnet(new SmallUnet.Config(new Conditions(1, SIZE, 2, 2), width, blocks), 1);
    torch.manual_seed(2);
    try (AutoGradMode _ = new AutoGradMode(false)) {
      network
          .parameters()
          .forEach(p -> p.tensor().add_(torch.randn_like(p.tensor()), new Scalar(.05)));
    }
    return new SmallPrior(
        network,
        NoiseSchedule.linear(1000, 1e-4, .02),
        List.of("star", "ring"),
        List.of("clean", "degraded"));
  }

  private static VariationalSettings settings(Form form, boolean recompute) {
    return new VariationalSettings(form, 4, 3e-3, recompute);
  }

  private OwnModel model(Form form, boolean recompute) {
    return new OwnModel(prior, settings(form, recompute), 7);
  }

  private Tensor asked(OwnModel model) {
    return model.noise(xt, t, told);
  }

  private Tensor askedPrior() {
    return prior.noise(xt, t, told);
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  void beginsAsThePriorAndLearnsBesideIt(Form form) {
    Tensor before = askedPrior().clone();
    try (OwnModel model = model(form, false)) {
      assertThat(asked(model).equal(before)).isTrue();
      double first = model.gradients(xt, t, noise, told).item_double();
      for (int step = 0; step < 20; step++) {
        model.learn(xt, t, noise, told);
      }
      double last = asked(model).sub(noise).square().mean().item_double();
      assertThat(last).isLessThan(.99 * first);
      assertThat(asked(model).requires_grad()).isFalse();
      assertThat(asked(model).equal(before)).isFalse();
    }
    assertThat(askedPrior().equal(before)).as("the prior stays as it was").isTrue();
    assertThat(prior.parameters())
        .allSatisfy(p -> {
          assertThat(p.tensor().requires_grad()).isFalse();
          assertThat(p.tensor().grad().defined()).isFalse();
        });
  }

  @Test
  void aLowRankModelHasFewWeights() {
    try (OwnModel model = model(Form.LORA, false)) {
      // q, k, v and out of one attention of 32 channels: 4 · (32·4 + 4·32)
      assertThat(model.weights().sequencedValues().stream().mapToLong(Tensor::numel).sum())
          .isEqualTo(1024L * prior.projections().size() / 4);
      assertThat(model.weights()).hasSize(2 * prior.projections().size());
    }
    try (OwnModel model = model(Form.FULL, false)) {
      assertThat(model.weights()).hasSize(prior.parameters().size());
    }
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  void recomputationChangesNoGradient(Form form) {
    Map<String, Tensor> plain = gradients(form, false);
    Map<String, Tensor> recomputed = gradients(form, true);
    assertThat(recomputed.keySet()).isEqualTo(plain.keySet());
    plain.forEach((name, gradient) -> {
      double difference = recomputed.get(name).sub(gradient).norm().item_float();
      double size = gradient.norm().item_float();
      // A bias before a norm or a softmax has no gradient but rounding.
      assertThat(difference).as(name).isLessThanOrEqualTo(1e-5 * size + 1e-8);
    });
    assertThat(plain.values())
        .anySatisfy(g -> assertThat(g.norm().item_float()).isGreaterThan(1e-3f));
  }

  private Map<String, Tensor> gradients(Form form, boolean recompute) {
    Map<String, Tensor> gradients = new HashMap<>();
    try (OwnModel model = model(form, recompute)) {
      model.gradients(xt, t, noise, told);
      model.weights().forEach((name, weight) -> gradients.put(name, weight.grad().clone()));
    }
    return gradients;
  }

  /** What is held when the gradient arrives, which is when most is. */
  @Test
  void recomputationHoldsLess() {
    long plain = heldInTheMiddle(settings(Form.FULL, false));
    long recomputed = heldInTheMiddle(settings(Form.FULL, true));
    assertThat(plain).isGreaterThan(16L << 20); // Java's compiler holds up to 3 MB more or less
    assertThat(recomputed).isLessThan(plain / 2);
  }

  private long heldInTheMiddle(VariationalSettings settings) {
    Tensor many = torch.randn(128, 1, SIZE, SIZE);
    Tensor times = t.repeat(32);
    Tensor conditions = told.repeat(32, 1);
    long[] held = new long[1];
    try (OwnModel model = new OwnModel(prior, settings, 7)) {
      model.gradients(many, times, many, conditions); // caches are filled
      long before = NativeHeap.bytesInUse();
      model.gradients(
          many,
          times,
          conditions,
          predicted -> {
            held[0] = NativeHeap.bytesInUse() - before;
            return predicted.square().mean();
          });
    }
    return held[0];
  }

  /** Adam's first steps by hand: m̂/√v̂ is the gradient's sign, whatever its size. */
  @Test
  void adam() {
    Tensor weight = Tensor.create(new double[] {1, -2, 3}, 3).set_requires_grad(true);
    var weights = new LinkedHashMap<String, Tensor>();
    weights.put("w", weight);
    try (var adam = new OwnAdam(weights, .1)) {
      double[] m = new double[3];
      double[] v = new double[3];
      double[] expected = {1, -2, 3};
      for (int step = 1; step <= 3; step++) {
        weight.square().sum().backward(); // 2w
        adam.step();
        for (int i = 0; i < 3; i++) {
          double g = 2 * expected[i];
          m[i] = .9 * m[i] + .1 * g;
          v[i] = .999 * v[i] + .001 * g * g;
          expected[i] -=
              .1
                  * (m[i] / (1 - Math.pow(.9, step)))
                  / (Math.sqrt(v[i] / (1 - Math.pow(.999, step))) + 1e-8);
        }
        for (int i = 0; i < 3; i++) {
          assertThat(weight.select(0, i).item_double()).isCloseTo(expected[i], within(1e-9));
        }
        assertThat(weight.grad().defined()).isFalse();
      }
      assertThat(adam.state()).containsOnlyKeys("w/first_moment", "w/second_moment", "step");
    }
  }

  @Test
  void aPriorWithoutAttentionTakesNoAdditions() {
    try (var linear =
        new LinearPrior(4, Map.of()) {
          @Override
          public SequencedMap<String, Projection> projections() {
            return new LinkedHashMap<>();
          }
        }) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new OwnModel(linear, settings(Form.LORA, false), 1))
          .withMessageContaining("take phi = full");
    }
  }
}
