package dev.steepest.lab.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steepest.lab.catalog.Catalog;
import dev.steepest.lab.model.field.Canvas;
import dev.steepest.lab.model.field.Fields;
import dev.steepest.lab.model.field.ImageField;
import dev.steepest.optim.Optimizer;
import dev.steepest.optim.Shards;
import dev.steepest.study.experiment.ExperimentFile;
import dev.steepest.study.plan.Plan;
import dev.steepest.study.plan.RunSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

/** The arms of experiments/as-published/distillation.yaml, on images of noise. */
class AsPublishedDistillationTest {
  private static final Path FILE =
      Path.of("..", "experiments", "as-published", "distillation.yaml");

  private static final int STEPS = 3;
  private static final Canvas CANVAS = new Canvas(2, 1, 32);

  /** What three iterations of Muon's quintic make of 1; in bfloat16 within two percent. */
  private static final double ROW_STEP = 0.7207;

  private static List<RunSpec> arms() throws IOException {
    return Plan.of(
        ExperimentFile.read(
            Files.readString(FILE), FILE.toString(), List.of("runs=1"), new Catalog()));
  }

  /** Images after some steps along random gradients, [2, 1, 32, 32]. */
  private static Tensor images(RunSpec spec, int steps) {
    var settings = new RunSettings(spec);
    try (ImageField field =
            Fields.named(
                settings.text("model.name"), CANVAS, settings.withoutName("model"), spec.seed());
        Optimizer optimizer = settings.optimizer(field, STEPS, Shards.NONE)) {
      Tensor which = torch.tensor(0L, 1L);
      for (int step = 0; step < steps; step++) {
        optimizer.zeroGrad();
        torch.manual_seed(step);
        field.forward(which).mul(torch.randn(2, 1, 32, 32)).sum().backward();
        optimizer.step(1);
      }
      try (AutoGradMode _ = new AutoGradMode(false)) {
        return field.forward(which).clone();
      }
    }
  }

  private static double norm(Tensor images, long image) {
    return images.select(0, image).norm().item_double();
  }

  @Test
  void everyArmMovesItsImagesByWhatItsRateSays() throws IOException {
    try (PointerScope _ = new PointerScope()) {
      for (RunSpec spec : arms()) {
        Tensor step = images(spec, STEPS).sub(images(spec, STEPS - 1));
        double lr = spec.settings().number("optimizer.lr");
        for (long image = 0; image < CANVAS.images(); image++) {
          double length = norm(step, image);
          switch (spec.arm().split(" ")[0]) {
            case "normalised" -> assertThat(length / lr).as(spec.arm()).isBetween(0.999, 1.001);
            case "muon_row" ->
                assertThat(length / lr / ROW_STEP).as(spec.arm()).isBetween(0.98, 1.02);
            // 32 singular values in [.68, 1.13]
            case "muon_matrix" ->
                assertThat(length / lr / Math.sqrt(32)).as(spec.arm()).isBetween(0.68, 1.13);
            // 1,024 pixels, each by about the rate while gradients are random
            case "adamw" -> assertThat(length / lr / 32).as(spec.arm()).isBetween(0.3, 1.7);
            case "published" -> {} // see thePublishedRateIsTheNormOfTheImage
            case "implicit_adamw", "implicit_muon" ->
                assertThat(length / 32).as(spec.arm()).isBetween(lr / 100, 10_000 * lr);
            default -> throw new AssertionError("not expected of any arm: " + spec.arm());
          }
        }
      }
    }
  }

  @Test
  void thePublishedRateIsTheNormOfTheImage() throws IOException {
    try (PointerScope _ = new PointerScope()) {
      for (RunSpec spec : arms()) {
        if (spec.arm().startsWith("published")) {
          double step = ROW_STEP * spec.settings().number("optimizer.lr");
          Tensor images = images(spec, STEPS);
          for (long image = 0; image < CANVAS.images(); image++) {
            assertThat(norm(images, image))
                .as(spec.arm())
                .isBetween(0.999 * Math.abs(step - 1), 1.001 * (step + 1));
          }
        }
      }
    }
  }
}
