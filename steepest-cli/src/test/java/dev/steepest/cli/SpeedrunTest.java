package dev.steepest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steepest.study.record.Evaluation;
import dev.steepest.study.record.Metric;
import dev.steepest.study.record.RecordStore;
import dev.steepest.study.record.RunRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A speedrun in small: airbench94 with narrow groups on drawn shapes. */
class SpeedrunTest {
  private static final String EXPERIMENT =
      """
      name: dash
      model: {name: airbench94, widths: "4 8 8"}
      data: {name: shapes, validation: 0, limit: 200}
      augmentation: {crop: 2, crop_mode: reflect, flip: alternating}
      optimizer:
        - {name: sgd, lr: 0.001, momentum: 0.85, nesterov: true, lookahead: {k: 2, curve: airbench}}
        - {name: muon-sgd, lr: 0.1, momentum: 0.6, weight_norm: reset, scale: none, head: {lr: 0.01}}
      schedule: {name: triangle}
      training:
        epochs: 2.5
        batch: 40
        last_batch: drop
        loss_reduction: sum
        label_smoothing: 0.2
        freeze: whiten.bias
        freeze_after: 1
        untimed_steps: 1
      evaluation: {curve: test, tta: translate, chunk: 500}
      seeds: 2
      verdict: {metric: tta_accuracy}
      """;

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void write() throws IOException {
    file = Files.writeString(folder.resolve("dash.yaml"), EXPERIMENT);
  }

  private Steepest.Result run(String out, String... more) {
    return Steepest.run(
        Stream.concat(
                Stream.of(
                    "run", file.toString(), "--out", folder.resolve(out).toString(), "--threads=1"),
                Stream.of(more))
            .toArray(String[]::new));
  }

  private List<RunRecord> records(String out) {
    return RecordStore.contents(folder.resolve(out)).records().stream()
        .sorted(Comparator.comparing(record -> record.spec().id()))
        .toList();
  }

  @Test
  void theTableHasTheColumnsOfTheOriginalAndRecordsHoldThem() {
    Steepest.Result result = run("runs");
    assertThat(result.code()).as(result.err()).isZero();
    List<String> table = result.out().lines().filter(line -> line.startsWith("|")).toList();
    assertThat(table.getFirst().replaceAll("[ |]+", " ").strip())
        .isEqualTo("run epoch train_loss train_acc val_acc tta_val_acc total_time_seconds mode");
    // Epochs 1, 2 and the half, then the end: for two arms and two seeds.
    assertThat(table).hasSize(1 + 4 * 4);
    assertThat(table.stream().map(String::length).distinct()).as("one width").hasSize(1);
    RunRecord record = records("runs").getFirst();
    assertThat(record.results())
        .containsOnlyKeys(
            Metric.TEST_ACCURACY,
            Metric.TEST_LOSS,
            Metric.TTA_ACCURACY,
            Metric.TTA_LOSS,
            Metric.TOTAL_SECONDS,
            Metric.PEAK_MEMORY_BYTES,
            Metric.DATA_WAIT_SHARE);
    List<Evaluation> curve = record.evaluations();
    assertThat(curve).extracting(Evaluation::epoch).containsExactly(1.0, 2.0, 13 / 5.0);
    assertThat(curve)
        .allSatisfy(row ->
            assertThat(row.values())
                .containsKeys(Metric.TRAIN_LOSS, Metric.TRAIN_ACCURACY, Metric.TEST_ACCURACY));
    assertThat(curve.getLast().values().get(Metric.TEST_ACCURACY))
        .as("the curve ends where the result is")
        .isEqualTo(record.results().get(Metric.TEST_ACCURACY));
    assertThat(record.results().get(Metric.TOTAL_SECONDS))
        .as("training and the last look")
        .isGreaterThan(curve.getLast().trainSeconds());
  }

  /** Runs without views of the test images have no time that would count for a speedrun. */
  @Test
  void runsWithAndWithoutSeveralViewsShareATable() throws IOException {
    Files.writeString(
        file,
        EXPERIMENT
            .replace("tta: translate", "tta: [none, translate]")
            .replace("metric: tta_accuracy", "metric: test_accuracy")
            .replace("seeds: 2", "seeds: 1"));
    Steepest.Result result = run("mixed");
    assertThat(result.code()).as(result.err()).isZero();
    List<String> ends = result.out().lines().filter(line -> line.contains(" eval ")).toList();
    assertThat(ends).hasSize(4);
    // Accuracy, accuracy over several views, seconds: the latter two are blank where there is none.
    assertThat(ends.stream().filter(line -> line.matches(".*( \\d+\\.\\d{4}  \\| *){3}.*")))
        .hasSize(2);
  }

  /** Two of four runs are made first; the command for all four goes on behind them. */
  @Test
  void aBenchmarkThatWasInterruptedGoesOnAtTheRightRun() {
    assertThat(run("whole").code()).isZero();
    assertThat(run("parts", "--set", "seeds=1").code()).isZero();
    Steepest.Result rest = run("parts");
    assertThat(rest.code()).as(rest.err()).isZero();
    assertThat(rest.err()).contains("2 of 4 runs were finished before and are kept");
    List<RunRecord> whole = records("whole");
    List<RunRecord> parts = records("parts");
    assertThat(parts).hasSize(4);
    for (int i = 0; i < 4; i++) {
      assertThat(parts.get(i).spec()).isEqualTo(whole.get(i).spec());
      assertThat(parts.get(i).measured()).isEqualTo(whole.get(i).measured());
    }
  }

  @Test
  void mistakesAreSaidBeforeTheFirstRun() {
    assertMistake("--set=training.batch=4000", "training.batch = 4000 is more than the 200");
    assertMistake("--set=training.freeze=whitten", "No parameter's name begins with 'whitten'");
    assertMistake("--set=training.epochs=-1", "training.epochs", "above 0");
    assertMistake("--set=runs=0", "seeds");
    assertMistake("--set=schedule.rest.epochs=1", "schedule.rest is for a part of the optimizer");
    assertMistake("--set=model.widths=4 8", "airbench94 has 3 groups");
    assertMistake("--set=data.normalization=airbench", "normalization", "standard");
    assertMistake("--set=evaluation.tta=mirrors", "tta", "mirror");
  }

  private void assertMistake(String argument, String... fragments) {
    Steepest.Result result = run("wrong", argument);
    assertThat(result.code()).as(result.err()).isEqualTo(2);
    assertThat(result.err()).contains(fragments).doesNotContain("\tat ");
    assertThat(folder.resolve("wrong")).as("nothing is written for a mistake").doesNotExist();
  }
}
