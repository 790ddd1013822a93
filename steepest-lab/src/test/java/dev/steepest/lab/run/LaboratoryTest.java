package dev.steepest.lab.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steepest.lab.catalog.Catalog;
import dev.steepest.lab.train.EvaluationReport;
import dev.steepest.study.experiment.ExperimentFile;
import dev.steepest.study.plan.Plan;
import dev.steepest.study.plan.RunSpec;
import dev.steepest.study.record.Metric;
import dev.steepest.study.record.Outcome;
import dev.steepest.study.record.RecordStore;
import dev.steepest.study.record.RunRecord;
import dev.steepest.tensor.Safetensors;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LaboratoryTest {
  private static final String FILE =
      """
      name: said
      title: Said
      model: {name: mlp, hidden: "16"}
      data: {name: shapes, limit: 300, validation: 200}
      optimizer: {name: adamw, lr: 0.002}
      training: {epochs: %d, batch: 50, precision: fp32, memory_format: contiguous%s}
      evaluation: {%s}
      seeds: 1
      """;

  @TempDir Path folder;

  private static List<RunSpec> plan(String training, String evaluation) {
    return plan(4, training, evaluation);
  }

  private static List<RunSpec> plan(int epochs, String training, String evaluation) {
    String text = FILE.formatted(epochs, training.isEmpty() ? "" : ", " + training, evaluation);
    return Plan.of(ExperimentFile.read(text, "said.yaml", List.of(), new Catalog()));
  }

  private Workplace bench(Workplace.Checkpoints checkpoints) {
    return new Workplace(folder.resolve("data"), "cpu", 1, Duration.ofMinutes(1), checkpoints);
  }

  private Laboratory.Tally make(List<RunSpec> plan, RunListener listener) {
    try (Laboratory laboratory = new Laboratory(bench(Workplace.Checkpoints.DROP), listener)) {
      assertThat(laboratory.problems(plan)).isEmpty();
      return laboratory.run(plan, new RecordStore(folder.resolve("runs")));
    }
  }

  /** Ends every run at its second look. */
  private static final class Impatient implements RunListener {
    private Laboratory laboratory;

    @Override
    public void evaluated(EvaluationReport evaluation) {
      if (evaluation.at().epoch() == 2) {
        laboratory.endCurrentRun("Not among the best at epoch 2.");
      }
    }
  }

  @Test
  void aRunThatIsEndedForGoodKeepsItsCurveAndIsNotMadeAgain() {
    List<RunSpec> plan = plan("", "");
    var listener = new Impatient();
    var store = new RecordStore(folder.resolve("runs"));
    try (Laboratory laboratory = new Laboratory(bench(Workplace.Checkpoints.DROP), listener)) {
      listener.laboratory = laboratory;
      Laboratory.Tally tally = laboratory.run(plan, store);
      assertThat(tally.stopped()).as("others may follow").isFalse();
      RunRecord record = tally.made().getFirst();
      assertThat(record.outcome().orElseThrow().status()).isEqualTo(Outcome.Status.TERMINATED);
      assertThat(record.outcome().orElseThrow().reason())
          .isEqualTo("Not among the best at epoch 2.");
      assertThat(record.evaluations()).hasSize(2);
      assertThat(record.results().keySet()).noneMatch(Metric::ofTestSet);
      assertThat(RecordStore.checkpoint(record.folder())).doesNotExist();
      assertThat(laboratory.run(plan, store).skipped()).isOne();
    }
  }

  /** A request that comes with the last look comes too late. */
  @Test
  void whatHasMadeItsLastStepIsFinished() {
    var listener =
        new RunListener() {
          private Laboratory laboratory;

          @Override
          public void evaluated(EvaluationReport evaluation) {
            if (evaluation.at().epoch() == 4) {
              laboratory.endCurrentRun("too late");
            }
          }
        };
    try (Laboratory laboratory = new Laboratory(bench(Workplace.Checkpoints.DROP), listener)) {
      listener.laboratory = laboratory;
      var tally = laboratory.run(plan("", ""), new RecordStore(folder.resolve("runs")));
      assertThat(tally.made().getFirst().finished()).isTrue();
    }
  }

  @Test
  void theTestSetIsLeftAloneWhereItIsToBe() {
    RunRecord unseen = make(plan("", "test: false"), new RunListener() {}).made().getFirst();
    assertThat(unseen.finished()).isTrue();
    assertThat(unseen.results().keySet()).noneMatch(Metric::ofTestSet);
    assertThat(unseen.last(Metric.VAL_ACCURACY)).isPresent();
    assertThat(unseen.results().get(Metric.DATA_WAIT_SHARE)).isBetween(0.0, 1.0).isPositive();
    RunRecord seen = make(plan("", ""), new RunListener() {}).made().getFirst();
    assertThat(seen.results()).containsKeys(Metric.TEST_ACCURACY, Metric.TEST_LOSS);
    assertThat(seen.evaluations().getLast().sameMeasurement(unseen.evaluations().getLast()))
        .isTrue();
  }

  /** A learning rate that soon spoils what was learned: the best look is not the last. */
  @Test
  void aRunThatNoLongerImprovesEndsWithItsBestWeights() throws Exception {
    String stopping = "early_stopping: {metric: val_accuracy, patience: 2}";
    RunRecord record = make(plan(40, stopping, ""), new RunListener() {}).made().getFirst();
    assertThat(record.finished()).isTrue();
    List<Double> curve =
        record.evaluations().stream().map(e -> e.value(Metric.VAL_ACCURACY).orElseThrow()).toList();
    int best = curve.indexOf(Collections.max(curve));
    assertThat(curve).as("two looks after the best").hasSize(best + 3).hasSizeLessThan(40);
    assertThat(record.results())
        .containsEntry(Metric.BEST_EPOCH, best + 1.0)
        .containsEntry(Metric.STOPPED_EPOCH, best + 3.0)
        .containsEntry(Metric.VAL_ACCURACY, curve.get(best));
    try (PointerScope _ = new PointerScope()) {
      var weights = Safetensors.load(RecordStore.weights(record.folder()));
      assertThat(weights).containsKeys("layers.0.weight", "layers.2.bias");
      assertThat(Safetensors.metadata(RecordStore.weights(record.folder())))
          .containsEntry("run", record.spec().id())
          .containsEntry("step", Long.toString(6L * (best + 1)));
    }
  }

  @Test
  void theLastWeightsAreKeptWhereTheyAreWanted() {
    RunRecord record = make(plan("save: last", ""), new RunListener() {}).made().getFirst();
    assertThat(RecordStore.weights(record.folder())).exists();
    RunRecord none = make(plan("", ""), new RunListener() {}).made().getFirst();
    assertThat(RecordStore.weights(none.folder())).doesNotExist();
  }

  @Test
  void whatIsSoAnywayMayBeWrittenAndMakesTheSameRun() {
    assertThat(plan("", "test: true")).isEqualTo(plan("", ""));
    assertThat(plan("", "test: false")).isNotEqualTo(plan("", ""));
    assertThat(plan("save: none", "")).isEqualTo(plan("", ""));
    assertThat(plan("early_stopping: {}, save: best", ""))
        .isEqualTo(plan("early_stopping: {}", ""));
  }
}
