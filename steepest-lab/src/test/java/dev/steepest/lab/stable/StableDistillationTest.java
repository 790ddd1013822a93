package dev.steepest.lab.stable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.lab.data.augment.TestTimeAugmentation;
import dev.steepest.lab.data.decode.Raster;
import dev.steepest.lab.distill.Distillation;
import dev.steepest.lab.distill.DistillationMeasures;
import dev.steepest.lab.distill.DistillationSettings;
import dev.steepest.lab.distill.Mode;
import dev.steepest.lab.distill.PromptPattern;
import dev.steepest.lab.distill.VariationalSettings;
import dev.steepest.lab.model.field.Canvas;
import dev.steepest.lab.model.field.Fields;
import dev.steepest.lab.model.field.ImageField;
import dev.steepest.lab.stable.StablePrior.Options;
import dev.steepest.lab.stable.StablePrior.Precision;
import dev.steepest.lab.train.MiniBatch;
import dev.steepest.lab.train.Objective;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Latents distilled from a small Stable Diffusion. */
class StableDistillationTest {
  private static final List<String> PROMPTS = List.of("a photo of a cat", "a photo of a star");
  private static final long STEPS = 4;

  @TempDir Path folder;

  @BeforeEach
  void write() throws IOException {
    TinyStable.write(folder, TinyStable.Version.TWO);
  }

  private static DistillationSettings settings(Mode mode) {
    DistillationSettings usual = DistillationSettings.of(mode);
    return new DistillationSettings(
        mode,
        usual.guidance(),
        usual.weighting(),
        usual.times(),
        Optional.of(new PromptPattern("a dog")),
        new PromptPattern("{prompt}, dog"),
        new PromptPattern("{prompt}, star"),
        OptionalLong.of(1),
        usual.variational());
  }

  @ParameterizedTest
  @CsvSource({
    "SDS, FLOAT32",
    "NFSD, FLOAT32",
    "BRIDGE, FLOAT32",
    "VSD, FLOAT32",
    "SDS, BFLOAT16",
    "VSD, BFLOAT16"
  })
  void every_gradient_reaches_the_latents(Mode mode, Precision precision) {
    try (PointerScope _ = new PointerScope();
        StablePrior prior = StablePrior.open(folder, new Options("cpu", precision));
        ImageField field = field();
        Distillation distillation =
            new Distillation(
                field, prior, PROMPTS, settings(mode), STEPS, 5, DistillationMeasures.PLAIN)) {
      torch.manual_seed(1);
      MiniBatch batch = batch();
      for (int step = 0; step < 2; step++) {
        field.parameters().forEach(p -> p.tensor().mutable_grad().reset());
        Objective.Pass pass =
            distillation.pass(batch, Objective.Labels.GIVEN, (double) step / STEPS);
        pass.loss().backward();
        assertThat(pass.mean().item_double()).isBetween(0.0, 100.0);
        field
            .parameters()
            .forEach(
                p -> assertThat(p.tensor().grad().norm().item_double()).isFinite().isPositive());
      }
      if (mode == Mode.VSD) {
        assertThat(learned(distillation)).isPositive();
      }
      assertThat(prior.parameters()).noneMatch(p -> p.tensor().grad().defined());
    }
  }

  /** Steps of 1e-4 would be lost in bfloat16. */
  @Test
  void a_full_copy_in_half_precision_learns() {
    DistillationSettings full =
        settings(Mode.VSD)
            .withVariational(
                new VariationalSettings(VariationalSettings.Form.FULL, 4, 1e-4, false));
    try (PointerScope _ = new PointerScope();
        StablePrior prior = StablePrior.open(folder, new Options("cpu", Precision.BFLOAT16));
        ImageField field = field();
        Distillation distillation =
            new Distillation(field, prior, PROMPTS, full, STEPS, 5, DistillationMeasures.PLAIN)) {
      Tensor learned = distillation.state().get("phi/conv_in.weight/float32");
      Tensor before = learned.clone();
      torch.manual_seed(1);
      distillation.pass(batch(), Objective.Labels.GIVEN, 0);
      Tensor steps = learned.sub(before).abs();
      assertThat(steps.max().item_double()).isCloseTo(1e-4, within(1e-6)); // Adam's first
      assertThat(steps.gt(new Scalar(5e-5)).sum().item_long()).isGreaterThan(steps.numel() / 2);
    }
  }

  /** B begins as 0. */
  private static double learned(Distillation distillation) {
    return distillation.state().entrySet().stream()
        .filter(entry -> entry.getKey().endsWith(".up"))
        .mapToDouble(entry -> entry.getValue().norm().item_double())
        .sum();
  }

  @Test
  void looks_see_decoded_images() {
    List<Long> seen = new ArrayList<>();
    DistillationMeasures measures =
        new DistillationMeasures(
            Optional.empty(),
            Optional.of(images -> {
              for (int i = 0; i < images.dim(); i++) {
                seen.add(images.size(i));
              }
              return new Raster(1, 1, 3, new byte[3]);
            }));
    try (PointerScope _ = new PointerScope();
        StablePrior prior = StablePrior.open(folder, Options.standard());
        ImageField field = field();
        Distillation distillation =
            new Distillation(field, prior, PROMPTS, settings(Mode.SDS), STEPS, 5, measures)) {
      Objective.Judged judged = distillation.judge(batch(), TestTimeAugmentation.NONE);
      assertThat(judged.picture()).isPresent();
      assertThat(seen).containsExactly(2L, 3L, 16L, 16L);
    }
  }

  private static ImageField field() {
    return Fields.named("pixels", new Canvas(PROMPTS.size(), 4, 8), Map.of(), 3);
  }

  private static MiniBatch batch() {
    Tensor which = Tensor.create(new long[] {0, 1}, 2);
    return new MiniBatch(which, which, Optional.empty());
  }
}
