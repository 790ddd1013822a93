package dev.steepest.lab.stable;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steepest.lab.catalog.Catalog;
import dev.steepest.lab.data.batch.Prefetch;
import dev.steepest.lab.run.Laboratory;
import dev.steepest.lab.run.RunListener;
import dev.steepest.lab.run.Workplace;
import dev.steepest.lab.task.Demand;
import dev.steepest.lab.task.TaskData;
import dev.steepest.lab.task.TrainedNetworks;
import dev.steepest.study.experiment.ExperimentFile;
import dev.steepest.study.plan.Plan;
import dev.steepest.study.plan.RunSpec;
import dev.steepest.study.record.RecordStore;
import dev.steepest.study.record.RunPictures;
import dev.steepest.study.record.RunRecord;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Latents are distilled from a folder in diffusers' layout, and shown as pictures. */
class StableRunTest {
  private static final String FILE =
      """
      name: distilled
      model: pixels
      data:
        - {name: score, folder: FOLDER, prompts: a cat, mode: bridge, source: a dog, target: a star}
        - {name: score, folder: FOLDER, prompts: a cat, mode: vsd}
      optimizer: {name: adamw, lr: 0.05}
      training: {steps: 2, precision: fp32}
      evaluation: {every_steps: 1}
      """;

  @TempDir Path folder;

  private Laboratory laboratory() {
    return new Laboratory(
        new Workplace(folder, "cpu", 1, Duration.ZERO, Workplace.Checkpoints.DROP),
        new RunListener() {});
  }

  private List<RunSpec> plan(Path model) {
    String text = FILE.replace("FOLDER", model.toString());
    return Plan.of(ExperimentFile.read(text, "d.yaml", List.of(), new Catalog()));
  }

  @Test
  void aLatentBecomesAFilmOfDecodedPictures() throws IOException {
    Path model = folder.resolve("sd");
    TinyStable.write(model, TinyStable.Version.TWO);
    try (Laboratory laboratory = laboratory()) {
      List<RunSpec> plan = plan(model);
      assertThat(laboratory.problems(plan)).isEmpty();
      List<RunRecord> made = laboratory.run(plan, new RecordStore(folder.resolve("runs"))).made();
      assertThat(made).hasSize(2).allMatch(RunRecord::finished);
      for (RunRecord record : made) {
        assertThat(record.results())
            .containsKeys("test_rms", "test_residual")
            .doesNotContainKeys("test_confidence", "test_accuracy");
        assertThat(record.checksums()).containsKeys("unet", "vae", "text_encoder");
        RunPictures pictures = new RunPictures(record.folder());
        assertThat(pictures.all()).hasSize(3);
        assertThat(pictures.film()).isNotEmptyFile();
        BufferedImage last = ImageIO.read(pictures.last().toFile());
        assertThat(last.getWidth()).isEqualTo(16 * 6).isEqualTo(last.getHeight());
        assertThat(last.getRaster().getNumBands()).isEqualTo(3);
      }
    }
  }

  @Test
  void theMemoryOfAFullCopyIsToldBeforeItIsTaken() throws IOException {
    Path model = folder.resolve("sd");
    TinyStable.write(model, TinyStable.Version.ONE);
    Demand plain = demand(model);
    assertThat(plain.by()).isEqualTo("data.folder = " + model);
    assertThat(plain.waysOut()).containsExactly("data.numbers = bf16");
    Demand half = demand(model, "data.numbers=bf16");
    assertThat(half.bytes()).isEqualTo(plain.bytes() / 2);
    assertThat(half.waysOut()).isEmpty();
    Demand full = demand(model, "data.mode=vsd", "data.phi=full");
    try (StablePrior prior = StablePrior.open(model, StablePrior.Options.standard())) {
      assertThat(full.bytes()).isEqualTo(plain.bytes() + 16 * prior.unetWeights());
    }
    assertThat(full.waysOut()).containsExactly("data.phi = lora", "data.numbers = bf16");
  }

  private Demand demand(Path model, String... set) {
    String text =
        FILE.replaceAll(
                "(?s)data:.*optimizer:",
                "data: {name: score, folder: FOLDER, prompts: a cat}\noptimizer:")
            .replace("FOLDER", model.toString());
    RunSpec spec =
        Plan.of(ExperimentFile.read(text, "d.yaml", List.of(set), new Catalog())).getFirst();
    try (TaskData data =
        TaskData.load(spec.settings().section("data"), folder, TrainedNetworks.NONE)) {
      return data.task(spec, Prefetch.OFF).demand().orElseThrow();
    }
  }

  @Test
  void aFolderThatIsNotWholeIsNamedBeforeTheFirstStep() throws IOException {
    Path model = folder.resolve("sd");
    TinyStable.write(model, TinyStable.Version.ONE);
    Files.delete(model.resolve("vae/diffusion_pytorch_model.safetensors"));
    try (Laboratory laboratory = laboratory()) {
      assertThat(laboratory.problems(plan(model)))
          .isNotEmpty()
          .allSatisfy(problem -> assertThat(problem).contains("vae"));
      assertThat(laboratory.problems(plan(folder.resolve("nowhere"))).getFirst())
          .contains("nowhere: there is no such folder");
    }
  }
}
