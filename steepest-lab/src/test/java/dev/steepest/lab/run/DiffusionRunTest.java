package dev.steepest.lab.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.lab.catalog.Catalog;
import dev.steepest.lab.data.DataException;
import dev.steepest.lab.task.TrainedNetworks;
import dev.steepest.lab.train.StepReport;
import dev.steepest.study.experiment.ExperimentFile;
import dev.steepest.study.plan.Plan;
import dev.steepest.study.plan.RunSpec;
import dev.steepest.study.record.Evaluation;
import dev.steepest.study.record.RecordStore;
import dev.steepest.study.record.RunPictures;
import dev.steepest.study.record.RunRecord;
import dev.steepest.tensor.Safetensors;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Diffusion models trained as runs. */
class DiffusionRunTest {
  private static final String DIFFUSION =
      """
      name: tiny-diffusion
      task: diffusion
      model: {name: small-unet, width: 8, blocks: 1}
      data: {name: figures, size: 8, count: 80, validation: 20%s}
      optimizer: {name: adam, lr: 0.002, ema: {decay: 0.9}}
      training: {steps: 8, batch: 20, precision: fp32, save: last, log_every: 1}
      evaluation: {every_steps: 4, samples: 1, sampling_steps: 3, sample_at: looks}
      seeds: 1
      """;

  private static final String JUDGE =
      """
      name: tiny-judge
      model: {name: small-cnn, width: 4, stages: 1}
      data: {name: figures, size: 8, count: 60, validation: 20, quality: clean}
      optimizer: adamw
      training: {epochs: 1, batch: 20, precision: fp32, save: last}
      seeds: 1
      """;

  @TempDir Path folder;

  private static List<RunSpec> plan(String text) {
    return Plan.of(ExperimentFile.read(text, "it.yaml", List.of(), new Catalog()));
  }

  private static List<RunSpec> diffusion(String data) {
    return plan(DIFFUSION.formatted(data));
  }

  private Laboratory laboratory(TrainedNetworks trained, RunListener listener) {
    return new Laboratory(
        new Workplace(
                folder.resolve("data"), "cpu", 1, Duration.ofMinutes(1), Workplace.Checkpoints.DROP)
            .with(trained),
        listener);
  }

  private RunRecord make(List<RunSpec> plan, TrainedNetworks trained, String runs) {
    try (Laboratory laboratory = laboratory(trained, new RunListener() {})) {
      assertThat(laboratory.problems(plan)).isEmpty();
      return laboratory.run(plan, new RecordStore(folder.resolve(runs))).made().getFirst();
    }
  }

  @Test
  void whatItDrawsIsJudgedAndShown() throws IOException {
    RunRecord judge = make(plan(JUDGE), TrainedNetworks.NONE, "judge");
    RunRecord run =
        make(
            diffusion(", judge: tiny-judge"),
            wanted -> {
              assertThat(wanted.experiment()).isEqualTo("tiny-judge");
              return judge;
            },
            "runs");
    assertThat(run.finished()).isTrue();
    Evaluation first = run.evaluations().getFirst();
    // The last convolution is silent at first: the error is the noise's own variance.
    assertThat(first.value("val_loss").orElseThrow()).isCloseTo(1, within(0.1));
    assertThat(run.results().get("test_loss")).isBetween(0.05, 1.0);
    assertThat(run.results().get("test_confidence")).isBetween(0.01, 1.0);
    assertThat(run.results().get("test_accuracy")).isBetween(0.0, 1.0);
    assertThat(first.value("val_confidence")).isPresent();
    assertThat(run.checksums()).containsKeys("train", "judge", "judge run");

    RunPictures pictures = new RunPictures(run.folder());
    assertThat(pictures.all()).hasSize(3);
    BufferedImage sheet = ImageIO.read(pictures.last().toFile());
    assertThat(sheet.getWidth()).isEqualTo(2 + 10 * (2 * 8 + 2));
    assertThat(Safetensors.metadata(RecordStore.weights(run.folder())))
        .containsEntry("qualities", "clean\ndegraded")
        .containsEntry("size", "8")
        .hasEntrySatisfying("classes", names -> assertThat(names).startsWith("disc\nring\n"));
  }

  @Test
  void aStoppedRunGoesOnToTheSameBits() {
    RunRecord whole = make(diffusion(""), TrainedNetworks.NONE, "whole");
    RecordStore store = new RecordStore(folder.resolve("stopped"));
    AtomicReference<Laboratory> running = new AtomicReference<>();
    RunListener stopping =
        new RunListener() {
          @Override
          public void stepped(StepReport step) {
            if (step.at().step() == 5) {
              running.get().requestStop();
            }
          }
        };
    try (Laboratory laboratory = laboratory(TrainedNetworks.NONE, stopping)) {
      running.set(laboratory);
      assertThat(laboratory.run(diffusion(""), store).stopped()).isTrue();
    }
    RunRecord resumed = make(diffusion(""), TrainedNetworks.NONE, "stopped");
    assertThat(resumed.results().get("test_loss")).isEqualTo(whole.results().get("test_loss"));
    assertThat(resumed.results()).doesNotContainKey("test_accuracy");
  }

  @Test
  void aJudgeOfOtherThingsIsRefused() {
    RunRecord other =
        make(
            plan(
                JUDGE
                    .replace("figures, size: 8, count: 60", "shapes")
                    .replace(", quality: clean", "")
                    .replace("validation: 20", "limit: 20, validation: 20, channels: grey")),
            TrainedNetworks.NONE,
            "other");
    try (Laboratory laboratory = laboratory(_ -> other, new RunListener() {})) {
      assertThat(laboratory.problems(diffusion(", judge: other")))
          .singleElement()
          .asString()
          .contains("The judge of samples does not know these data")
          .contains("not heart, arrow, bars");
    }
    assertThatThrownBy(() -> TrainedNetworks.NONE.trained(new TrainedNetworks.Wanted("k", "e", 0)))
        .isInstanceOf(DataException.class);
  }
}
