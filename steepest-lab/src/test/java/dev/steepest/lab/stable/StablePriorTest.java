package dev.steepest.lab.stable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.steepest.lab.model.Stage;
import dev.steepest.lab.model.denoise.LowRank;
import dev.steepest.lab.model.denoise.Projection;
import dev.steepest.lab.stable.StablePrior.Options;
import dev.steepest.lab.stable.StablePrior.Precision;
import dev.steepest.tensor.Seeds;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A small Stable Diffusion in use. */
class StablePriorTest {
  @TempDir Path folder;
  private PointerScope scope;

  @BeforeEach
  void open() {
    scope = new PointerScope();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private StablePrior prior(TinyStable.Version version) throws IOException {
    TinyStable.write(folder, version);
    return StablePrior.open(folder, Options.standard());
  }

  private static Tensor latents() {
    return Seeds.normal(1, 2, 4, 8, 8);
  }

  private static Tensor times() {
    return Tensor.create(new long[] {200, 979}, 2);
  }

  private static Tensor both(StablePrior prior) {
    return torch.cat(new TensorVector(prior.condition("a photo of a cat"), prior.condition("")), 0);
  }

  private static double difference(Tensor a, Tensor b) {
    Tensor exact = b.to(ScalarType.Double);
    return a.to(ScalarType.Double).sub(exact).norm().div(exact.norm()).item_double();
  }

  @Test
  void what_is_still_to_be_read_is_known_beforehand() throws IOException {
    try (StablePrior prior = prior(TinyStable.Version.ONE)) {
      long before = prior.bytesToRead();
      long weights =
          prior.parameters().stream().mapToLong(p -> p.tensor().numel()).sum(); // reads them
      assertThat(prior.unetWeights()).isEqualTo(weights);
      assertThat(prior.bytesToRead()).isEqualTo(before - 4 * weights).isPositive();
      prior.decode(latents());
      assertThat(prior.bytesToRead()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource
  void prompts_steer_what_is_said_of_latents(TinyStable.Version version) throws IOException {
    try (StablePrior prior = prior(version)) {
      Tensor conditions = both(prior);
      assertThat(conditions.sizes().vec().get()).containsExactly(2, 12, 16);
      Tensor noise = prior.noise(latents(), times(), conditions);
      assertThat(noise.sizes().vec().get()).containsExactly(2, 4, 8, 8);
      assertThat(noise.requires_grad()).isFalse();
      Tensor swapped = prior.noise(latents(), times(), conditions.flip(0));
      assertThat(difference(swapped, noise)).isGreaterThan(1e-3);
    }
  }

  @Test
  void a_batch_says_what_its_rows_say_alone() throws IOException {
    try (StablePrior prior = prior(TinyStable.Version.ONE)) {
      Tensor conditions = both(prior);
      Tensor together = prior.noise(latents(), times(), conditions);
      for (int i = 0; i < 2; i++) {
        Tensor alone =
            prior.noise(
                latents().narrow(0, i, 1), times().narrow(0, i, 1), conditions.narrow(0, i, 1));
        assertThat(difference(together.narrow(0, i, 1), alone)).isLessThan(1e-5);
      }
    }
  }

  @Test
  void a_velocity_is_turned_into_noise() throws IOException {
    try (StablePrior prior = prior(TinyStable.Version.TWO)) {
      Tensor conditions = both(prior);
      Tensor noise = prior.noise(latents(), times(), conditions);
      Tensor velocity =
          prior
              .folder()
              .unet(latents().device(), ScalarType.Float)
              .apply(latents(), times(), conditions);
      for (int i = 0; i < 2; i++) {
        int t = i == 0 ? 200 : 979;
        double share = prior.schedule().alphaBar(t);
        Tensor byHand =
            velocity
                .select(0, i)
                .mul(new Scalar(Math.sqrt(share)))
                .add(latents().select(0, i).mul(new Scalar(Math.sqrt(1 - share))));
        assertThat(difference(noise.select(0, i), byHand)).isLessThan(1e-6);
      }
    }
  }

  @Test
  void half_precision_says_nearly_the_same() throws IOException {
    TinyStable.write(folder, TinyStable.Version.TWO);
    try (StablePrior full = StablePrior.open(folder, Options.standard());
        StablePrior half = StablePrior.open(folder, new Options("cpu", Precision.BFLOAT16))) {
      Tensor exact = full.noise(latents(), times(), both(full));
      Tensor rounded = half.noise(latents(), times(), both(half));
      assertThat(rounded.scalar_type().intern()).isEqualTo(ScalarType.Float);
      assertThat(difference(rounded, exact)).isBetween(1e-4, 0.05); // bf16 has 8 bits
      assertThat(difference(half.decode(latents()), full.decode(latents()))).isLessThan(0.05);
    }
  }

  @Test
  void weights_may_be_stored_in_half_precision() throws IOException {
    TinyStable.write(folder, TinyStable.Version.ONE, ScalarType.Half);
    try (StablePrior prior = StablePrior.open(folder, Options.standard())) {
      assertThat(prior.folder().describe().toString()).contains("Half");
      assertThat(prior.noise(latents(), times(), both(prior)).isfinite().all().item_bool())
          .isTrue();
    }
  }

  @Test
  void latents_become_images_and_images_latents() throws IOException {
    try (StablePrior prior = prior(TinyStable.Version.ONE)) {
      Tensor images = prior.decode(latents());
      assertThat(images.sizes().vec().get()).containsExactly(2, 3, 16, 16);
      assertThat(prior.encode(images).sizes().vec().get()).containsExactly(2, 4, 8, 8);
    }
  }

  @Test
  void the_text_encoder_can_be_let_go() throws IOException {
    try (StablePrior prior = prior(TinyStable.Version.ONE)) {
      Tensor before = prior.condition("a cat");
      prior.releaseText();
      prior.releaseText();
      assertThat(difference(prior.condition("a cat"), before)).isZero();
      assertThatIllegalArgumentException()
          .isThrownBy(() -> prior.condition("cat ".repeat(11)))
          .withMessageContaining("11 tokens");
    }
  }

  @Test
  void moving_keeps_what_is_said() throws IOException {
    try (StablePrior prior = prior(TinyStable.Version.ONE)) {
      Tensor conditions = both(prior);
      Tensor before = prior.noise(latents(), times(), conditions);
      prior.to(new Device("cpu"));
      assertThat(difference(prior.noise(latents(), times(), both(prior)), before)).isZero();
      assertThat(prior.decode(latents()).isfinite().all().item_bool()).isTrue();
    }
  }

  @Test
  void a_copy_has_memory_of_its_own() throws IOException {
    try (StablePrior prior = prior(TinyStable.Version.ONE);
        StablePrior copy = prior.copy()) {
      Tensor conditions = both(prior);
      Tensor before = prior.noise(latents(), times(), conditions);
      assertThat(difference(copy.noise(latents(), times(), conditions), before)).isZero();
      assertThat(copy.parameters()).hasSameSizeAs(prior.parameters());
      copy.parameters().forEach(p -> p.tensor().zero_());
      assertThat(difference(prior.noise(latents(), times(), conditions), before)).isZero();
    }
  }

  /** Low-rank additions learn, in parts as in one piece, and nothing else wants a gradient. */
  @Test
  void additions_get_the_same_gradient_in_parts() throws IOException {
    try (StablePrior prior = prior(TinyStable.Version.TWO)) {
      Tensor conditions = both(prior);
      List<Tensor> learned = new ArrayList<>();
      prior.projections().values().forEach(projection -> learned.add(add(projection)));
      assertThat(learned).hasSize(4 * 2 * 7);
      Tensor whole;
      List<Tensor> gradients = new ArrayList<>();
      try (AutoGradMode _ = new AutoGradMode(true)) {
        Tensor loss = prior.noise(latents(), times(), conditions).square().mean();
        loss.backward();
        whole = loss.detach();
        for (Tensor tensor : learned) {
          gradients.add(tensor.grad().clone());
          tensor.mutable_grad().reset();
        }
        Tensor inParts =
            Stage.backward(
                prior.stages(times(), conditions), latents(), out -> out.square().mean());
        assertThat(difference(inParts, whole)).isLessThan(1e-6);
      }
      for (int i = 0; i < learned.size(); i++) {
        assertThat(gradients.get(i).norm().item_double()).isPositive();
        assertThat(difference(learned.get(i).grad(), gradients.get(i))).isLessThan(1e-4);
      }
      assertThat(prior.parameters()).noneMatch(p -> p.tensor().requires_grad());
      prior.projections().values().forEach(Projection::clearAdapter);
    }
  }

  private static Tensor add(Projection projection) {
    Tensor down = Seeds.normal(3, 2, projection.in());
    Tensor up = Seeds.normal(4, projection.out(), 2).mul(new Scalar(0.1)).set_requires_grad(true);
    projection.setAdapter(new LowRank(down, up, 1));
    return up;
  }
}
