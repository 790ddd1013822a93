package dev.steepest.lab.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steepest.lab.catalog.Catalog;
import dev.steepest.lab.train.EvaluationReport;
import dev.steepest.study.experiment.ExperimentFile;
import dev.steepest.study.plan.Plan;
import dev.steepest.study.plan.RunSpec;
import dev.steepest.study.record.Metric;
import dev.steepest.study.record.RecordStore;
import dev.steepest.study.record.RunRecord;
import dev.steepest.study.track.Trackers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What trackers are told is what the record holds. */
class TrackedRunsTest {
  private static final String FILE =
      """
      name: tracked
      title: Tracked
      model: {name: mlp, hidden: "16"}
      data: {name: shapes, limit: 300, validation: 200}
      optimizer: {name: adamw, lr: 0.002}
      training: {epochs: 4, batch: 50, precision: fp32, memory_format: contiguous, log_every: 1}
      seeds: 1
      """;

  @TempDir Path folder;
  private List<RunSpec> plan;
  private RecordStore store;

  @BeforeEach
  void plan() {
    plan = Plan.of(ExperimentFile.read(FILE, "tracked.yaml", List.of(), new Catalog()));
    store = new RecordStore(folder.resolve("runs"));
  }

  private Laboratory.Tally run(Trackers trackers, RunListener listener) {
    Workplace bench =
        new Workplace(folder.resolve("data"), "cpu", 1, Duration.ZERO, Workplace.Checkpoints.KEEP)
            .with(trackers);
    try (Laboratory laboratory = new Laboratory(bench, listener)) {
      if (listener instanceof Stopping stopping) {
        stopping.laboratory = laboratory;
      }
      Laboratory.Tally tally = laboratory.run(plan, store);
      assertThat(trackers.finish()).isEmpty();
      return tally;
    }
  }

  private static Trackers both() {
    return Trackers.of(List.of("tensorboard", "wandb"));
  }

  private RunRecord record() {
    return RecordStore.read(store.folderOf(plan.getFirst()));
  }

  /** Stops the run at its second look. */
  private static final class Stopping implements RunListener {
    private Laboratory laboratory;

    @Override
    public void evaluated(EvaluationReport evaluation) {
      if (evaluation.at().epoch() == 2) {
        laboratory.requestStop();
      }
    }
  }

  private void assertTold(String tracker) throws IOException {
    RunRecord record = record();
    List<String> told = Files.readAllLines(record.folder().resolve(tracker + ".told"));
    assertThat(told.stream().filter(line -> line.startsWith("evaluation ")))
        .hasSameSizeAs(record.evaluations());
    assertThat(told.stream().filter(line -> line.startsWith("step ")))
        .hasSize(RecordStore.steps(record.folder()).size())
        .hasSize(24);
    assertThat(told.getLast()).startsWith("end ");
  }

  private JsonNode summary() throws IOException {
    try (Stream<Path> files = Files.walk(record().folder())) {
      List<Path> found = files.filter(file -> file.endsWith("wandb-summary.json")).toList();
      assertThat(found).as("offline runs").hasSize(1);
      return JsonMapper.builder().build().readTree(Files.readString(found.getFirst()));
    }
  }

  private void assertSummaryIsTheRecords() throws IOException {
    assertThat(summary().path("test_acc").asDouble())
        .isEqualTo(record().results().get(Metric.TEST_ACCURACY));
    assertThat(summary().path("val_loss").asDouble())
        .isEqualTo(record().evaluations().getLast().values().get(Metric.VAL_LOSS));
    assertThat(summary().path("epoch").asInt()).isEqualTo(4);
    assertThat(summary().path("outcome").asString()).isEqualTo("finished");
  }

  @Test
  void aRunThatIsStoppedAndGoesOnIsToldOnce() throws IOException {
    assertThat(run(both(), new Stopping()).stopped()).isTrue();
    assertThat(summary().path("outcome").asString()).isEqualTo("stopped");
    assertThat(run(both(), new RunListener() {}).made()).hasSize(1);
    assertTold("tensorboard");
    assertTold("wandb");
    assertSummaryIsTheRecords();
  }

  @Test
  void aRunThatWasMadeBeforeIsToldFromItsRecord() throws IOException {
    run(Trackers.NONE, new RunListener() {});
    assertThat(record().folder().resolve("wandb.told")).doesNotExist();
    assertThat(run(both(), new RunListener() {}).skipped()).isOne();
    assertTold("tensorboard");
    assertTold("wandb");
    assertSummaryIsTheRecords();
  }

  @Test
  void aTrackerThatFailsIsInTheLogAndTheRunIsFinished() throws IOException {
    Files.createDirectories(store.folderOf(plan.getFirst()).resolve("wandb.told"));
    Workplace bench =
        new Workplace(folder.resolve("data"), "cpu", 1, Duration.ZERO, Workplace.Checkpoints.KEEP)
            .with(both());
    try (Laboratory laboratory = new Laboratory(bench, new RunListener() {})) {
      laboratory.run(plan, store);
    }
    assertThat(record().finished()).isTrue();
    assertTold("tensorboard");
    assertThat(Files.readString(record().folder().resolve("log.txt")))
        .containsOnlyOnce("tracker wandb: Cannot read");
    assertThat(bench.trackers().finish()).singleElement().asString().contains("tracker wandb");
  }
}
