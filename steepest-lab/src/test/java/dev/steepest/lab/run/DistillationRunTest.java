package dev.steepest.lab.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.lab.catalog.Catalog;
import dev.steepest.lab.data.decode.Raster;
import dev.steepest.lab.data.encode.PngFile;
import dev.steepest.lab.distributed.Members;
import dev.steepest.lab.distributed.Team;
import dev.steepest.lab.task.TinyScore;
import dev.steepest.lab.train.StepReport;
import dev.steepest.study.experiment.ExperimentFile;
import dev.steepest.study.plan.Plan;
import dev.steepest.study.plan.RunSpec;
import dev.steepest.study.record.Evaluation;
import dev.steepest.study.record.Outcome;
import dev.steepest.study.record.RecordStore;
import dev.steepest.study.record.RunPictures;
import dev.steepest.study.record.RunRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Distillation as runs of the laboratory: what they measure, show, and resume to. */
class DistillationRunTest {
  private static final String FILE =
      """
      name: distilled
      model: pixels
      data: {name: score, prior: prior, judge: judge, particles: 2, mode: [sds, nfsd, vsd, bridge]}
      optimizer: {name: adamw, lr: 0.05}
      training: {steps: 6, precision: fp32, log_every: 1}
      evaluation: {every_steps: 2}
      """;

  @TempDir Path folder;

  private static List<RunSpec> plan(String... set) {
    return Plan.of(ExperimentFile.read(FILE, "distilled.yaml", List.of(set), new Catalog()));
  }

  private Laboratory laboratory(RunListener listener) {
    return laboratory(listener, Team.alone());
  }

  private Laboratory laboratory(RunListener listener, Team team) {
    return new Laboratory(
        new Workplace(folder, "cpu", 1, Duration.ZERO, Workplace.Checkpoints.DROP)
            .with(team)
            .with(new TinyScore(folder.resolve("trained"))),
        listener);
  }

  private List<RunRecord> make(String out, List<RunSpec> plan) {
    try (Laboratory laboratory = laboratory(new RunListener() {})) {
      assertThat(laboratory.problems(plan)).isEmpty();
      return laboratory.run(plan, new RecordStore(folder.resolve(out))).made();
    }
  }

  @Test
  void aTeamIsRefused() {
    List<RunSpec> plan = plan("data.mode=vsd");
    List<String> problems =
        Members.all(
                2,
                team -> {
                  try (Laboratory laboratory = laboratory(new RunListener() {}, team)) {
                    if (team.leads()) {
                      return laboratory.problems(plan);
                    }
                    laboratory.follow(plan);
                    return List.<String>of();
                  }
                })
            .getFirst();
    assertThat(problems)
        .singleElement()
        .asString()
        .contains("distilled by one process, not by a team of 2");
  }

  @Test
  void everyModeMeasuresAndShowsItsImages() {
    List<RunRecord> made = make("all", plan());
    assertThat(made).hasSize(4).allMatch(RunRecord::finished);
    for (RunRecord record : made) {
      assertThat(record.results())
          .containsKeys(
              "test_confidence",
              "test_accuracy",
              "test_rms",
              "test_clipped",
              "test_diversity",
              "test_residual")
          .doesNotContainKey("test_loss");
      assertThat(record.evaluations()).extracting(Evaluation::step).containsExactly(0L, 2L, 4L, 6L);
      assertThat(record.evaluations().getFirst().values().keySet())
          .contains("val_confidence", "val_residual")
          .doesNotContain("val_loss");
      assertThat(record.results().containsKey("test_own_residual"))
          .isEqualTo(record.spec().settings().text("data.mode").equals("vsd"));
      assertThat(record.checksums()).containsKeys("prior", "prior run", "judge", "judge run");
      RunPictures pictures = new RunPictures(record.folder());
      assertThat(pictures.all())
          .extracting(file -> file.getFileName().toString())
          .containsExactly("000000.png", "000002.png", "000004.png", "000006.png");
      assertThat(pictures.film()).isNotEmptyFile();
      assertThat(pictures.last()).hasSameBinaryContentAs(pictures.at(6));
    }
    assertThat(made.stream().map(record -> record.results().get("test_rms")).distinct())
        .as("four gradients")
        .hasSize(4);
  }

  /** Asks for a stop at a step. */
  private static final class Stopping implements RunListener {
    private Laboratory laboratory;

    @Override
    public void stepped(StepReport step) {
      if (step.at().step() == 3) {
        laboratory.requestStop();
      }
    }
  }

  @Test
  void aStoppedRunGoesOnToTheSameImagesAndTheSameFilm() throws IOException {
    List<RunSpec> plan = plan("data.mode=vsd", "data.phi_lr=0.01");
    RunRecord whole = make("whole", plan).getFirst();
    RecordStore store = new RecordStore(folder.resolve("parts"));
    var listener = new Stopping();
    try (Laboratory laboratory = laboratory(listener)) {
      listener.laboratory = laboratory;
      assertThat(laboratory.run(plan, store).stopped()).isTrue();
    }
    RunPictures parts = new RunPictures(store.folderOf(plan.getFirst()));
    assertThat(parts.all()).hasSize(2);
    assertThat(parts.film()).doesNotExist();
    Files.writeString(parts.at(4), "of a step that was lost when the process was killed");
    RunRecord resumed = make("parts", plan).getFirst();
    assertThat(resumed.measured()).isEqualTo(whole.measured());
    RunPictures expected = new RunPictures(whole.folder());
    assertThat(parts.all()).hasSameSizeAs(expected.all());
    for (long step : List.of(0L, 2L, 4L, 6L)) {
      assertThat(parts.at(step)).hasSameBinaryContentAs(expected.at(step));
    }
    assertThat(parts.film()).hasSameBinaryContentAs(expected.film());
    assertThat(parts.last()).hasSameBinaryContentAs(expected.last());
  }

  @Test
  void imagesThatAreNoLongerNumbersAreADivergence() {
    RunRecord record =
        make("nan", plan("data.mode=sds", "optimizer=[{name: sgd, lr: 1e38, momentum: 0}]"))
            .getFirst();
    assertThat(record.outcome().orElseThrow().status()).isEqualTo(Outcome.Status.DIVERGED);
    assertThat(record.outcome().orElseThrow().reason()).contains("NaN");
    assertThat(new RunPictures(record.folder()).all()).isNotEmpty();
  }

  @Test
  void imagesBeginAsAPicture() throws IOException {
    Path picture = folder.resolve("grey.png");
    byte[] pixels = new byte[64];
    Arrays.fill(pixels, (byte) 191); // 191/127.5 − 1 = 0.498
    PngFile.write(picture, new Raster(8, 8, 1, pixels));
    RunRecord record = make("begun", plan("data.mode=sds", "data.begin=" + picture)).getFirst();
    assertThat(record.evaluations().getFirst().value("val_rms").orElseThrow())
        .isCloseTo(191 / 127.5 - 1, within(1e-6));
    assertThat(Files.readString(record.folder().resolve("log.txt")))
        .contains("images begin as " + picture + ", but for an RMS of 0.0000");
    assertThat(record.checksums()).containsKey("begin");
  }
}
