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
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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
      training: {epochs: 4, batch: 50, precision: fp32, memory_format: contiguous%s}
      evaluation: {%s}
      seeds: 1
      """;

  @TempDir Path folder;

  private static List<RunSpec> plan(String training, String evaluation) {
    String text = FILE.formatted(training.isEmpty() ? "" : ", " + training, evaluation);
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
    RunRecord seen = make(plan("", ""), new RunListener() {}).made().getFirst();
    assertThat(seen.results()).containsKeys(Metric.TEST_ACCURACY, Metric.TEST_LOSS);
    assertThat(seen.evaluations().getLast().sameMeasurement(unseen.evaluations().getLast()))
        .isTrue();
  }

  @Test
  void whatIsSoAnywayMayBeWrittenAndMakesTheSameRun() {
    assertThat(plan("", "test: true")).isEqualTo(plan("", ""));
    assertThat(plan("", "test: false")).isNotEqualTo(plan("", ""));
  }
}
