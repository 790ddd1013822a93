package dev.steepest.lab.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.steepest.lab.run.RunListener;
import dev.steepest.lab.run.Workplace;
import dev.steepest.study.experiment.Setting;
import dev.steepest.study.plan.RunSpec;
import dev.steepest.study.record.Metric;
import dev.steepest.study.record.Outcome;
import dev.steepest.study.record.RecordStore;
import dev.steepest.study.record.RunRecord;
import dev.steepest.study.search.Report;
import dev.steepest.study.search.Trial;
import dev.steepest.study.sweep.StoreException;
import dev.steepest.study.sweep.TrialStore.Advice;
import dev.steepest.study.sweep.TrialStore.End;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentTest {
  private static final Map<String, Object> VALUES = Map.of("lr", 0.002, "batch_size", 50L);

  @TempDir Path folder;
  private final ScriptedStore store = new ScriptedStore();

  private static TrialPlans plans(Long... seeds) {
    List<Setting> words =
        List.of(
            new Setting("model", "{name: mlp, hidden: \"16\"}", "base"),
            new Setting("data", "{name: shapes, limit: 300, validation: 200}", "base"),
            new Setting("optimizer", "adamw", "base"),
            new Setting("epochs", "3", "base"));
    return new TrialPlans("tried", "sweep.yaml", words, List.of(), List.of(seeds));
  }

  private RecordStore records() {
    return new RecordStore(folder.resolve("trials"));
  }

  private void work(TrialPlans plans, RunListener runs) {
    Workplace bench =
        new Workplace(
            folder.resolve("data"), "cpu", 1, Duration.ofMinutes(1), Workplace.Checkpoints.DROP);
    try (Agent agent =
        new Agent(
            store,
            plans,
            new TrialMetric(Metric.VAL_ACCURACY),
            records(),
            "worker",
            Duration.ofSeconds(10),
            bench,
            new AgentListener() {},
            runs)) {
      agent.run();
    }
  }

  private RunRecord record(RunSpec spec) {
    return RecordStore.read(records().folderOf(spec));
  }

  @Test
  void aTrialIsTrainedReportedAndEndedWithoutALookAtTheTestSet() {
    store.offer(0, VALUES);
    TrialPlans plans = plans(1L);
    work(plans, new RunListener() {});
    RunRecord record = record(plans.trial(VALUES).getFirst());
    assertThat(record.finished()).isTrue();
    assertThat(record.results().keySet()).noneMatch(Metric::ofTestSet);
    assertThat(store.reports).extracting(Report::iteration).containsExactly(1L, 2L, 3L);
    End end = store.ends.getFirst();
    assertThat(end.state()).isEqualTo(Trial.State.FINISHED);
    assertThat(end.value().getAsDouble())
        .isEqualTo(record.last(Metric.VAL_ACCURACY).getAsDouble())
        .isEqualTo(store.reports.getLast().value());
    assertThat(end.records()).containsExactly(record.folder().toAbsolutePath().toString());
    assertThat(end.seconds()).isPositive();
  }

  @Test
  void theMeanOfSeveralSeedsCountsAndTheFirstReports() {
    store.offer(0, VALUES);
    TrialPlans plans = plans(1L, 2L);
    work(plans, new RunListener() {});
    List<RunSpec> runs = plans.trial(VALUES);
    assertThat(runs).extracting(RunSpec::seed).containsExactly(1L, 2L);
    double mean =
        runs.stream()
            .mapToDouble(run -> record(run).last(Metric.VAL_ACCURACY).getAsDouble())
            .average()
            .getAsDouble();
    assertThat(store.ends.getFirst().value().getAsDouble()).isEqualTo(mean);
    assertThat(store.reports).hasSize(3);
  }

  @Test
  void adviceToEndEndsTheRunForGood() {
    store.offer(0, VALUES);
    store.advice = Advice.END;
    TrialPlans plans = plans(1L);
    work(plans, new RunListener() {});
    RunRecord record = record(plans.trial(VALUES).getFirst());
    assertThat(record.outcome().orElseThrow().status()).isEqualTo(Outcome.Status.TERMINATED);
    assertThat(record.evaluations()).hasSize(1);
    assertThat(store.ends.getFirst().state()).isEqualTo(Trial.State.TERMINATED);
    assertThat(store.ends.getFirst().value().getAsDouble())
        .isEqualTo(store.reports.getLast().value());
  }

  @Test
  void aTrialThatWasGivenToAnotherIsLeftAndTheNextOneTaken() {
    store.offer(0, VALUES);
    store.offer(1, Map.of("lr", 0.01, "batch_size", 100L));
    store.advice = Advice.LOST;
    TrialPlans plans = plans(1L);
    work(
        plans,
        new RunListener() {
          @Override
          public void ended(RunRecord record) {
            store.advice = Advice.GO_ON;
          }
        });
    assertThat(record(plans.trial(VALUES).getFirst()).outcome().orElseThrow().status())
        .as("it can be gone on with")
        .isEqualTo(Outcome.Status.STOPPED);
    assertThat(store.ends).extracting(End::state).containsExactly(Trial.State.FINISHED);
    assertThat(store.released).isEmpty();
  }

  @Test
  void aStoreOutOfReachStopsTheRunAtACheckpoint() {
    store.offer(0, VALUES);
    store.failure = Optional.of(new StoreException(StoreException.Kind.FAILURE, "out of reach"));
    TrialPlans plans = plans(1L);
    assertThatThrownBy(() -> work(plans, new RunListener() {})).hasMessage("out of reach");
    RunRecord record = record(plans.trial(VALUES).getFirst());
    assertThat(record.outcome().orElseThrow().status()).isEqualTo(Outcome.Status.STOPPED);
    assertThat(RecordStore.checkpoint(record.folder())).exists();
    assertThat(store.ends).isEmpty();
  }

  @Test
  void valuesThatNoRunCanBeMadeOfAreAFailedTrial() {
    store.offer(0, Map.of("lr", -1.0));
    store.offer(1, VALUES);
    work(plans(1L), new RunListener() {});
    assertThat(store.ends)
        .extracting(End::state)
        .containsExactly(Trial.State.FAILED, Trial.State.FINISHED);
    assertThat(store.ends.getFirst().reason())
        .contains("sweep.yaml: lr = -1.0: optimizer.lr = -1.0 is out of range");
  }

  @Test
  void aRunThatMeasuresNothingFailsItsTrialAndSaysWhatToDo() {
    Map<String, Object> blind = Map.of("lr", 0.01, "batch_size", 50L, "data.validation", 0L);
    store.offer(0, blind);
    store.offer(0, blind, 3);
    work(plans(1L), new RunListener() {});
    assertThat(store.released).as("a first failure may be the machine's").containsExactly(0);
    assertThat(store.ends.getFirst().state()).isEqualTo(Trial.State.FAILED);
    assertThat(store.ends.getFirst().reason()).contains("data.validation");
  }

  @Test
  void aTrialOfEqualSettingsIsNotTrainedAgainButReported() {
    store.offer(0, VALUES);
    store.offer(1, Map.of("lr", 0.002, "batch_size", 50L, "momentum", 0.5));
    work(plans(1L), new RunListener() {});
    assertThat(RecordStore.contents(folder.resolve("trials")).records()).hasSize(1);
    assertThat(store.reports.subList(3, 6)).isEqualTo(store.reports.subList(0, 3));
    assertThat(store.ends.get(1)).isEqualTo(store.ends.get(0));
  }

  @Test
  void aSeedMayBeAHyperParameter() {
    TrialPlans plans = plans(1L);
    assertThat(plans.trial(Map.of("seed", 7L))).extracting(RunSpec::seed).containsExactly(7L);
    assertThat(plans.confirmation(Map.of("seed", 7L), 2))
        .extracting(RunSpec::seed)
        .containsExactly(8L, 9L);
    assertThatThrownBy(() -> plans(1L, 2L).trial(Map.of("seed", 7L)))
        .hasMessageContaining("leave --seeds out");
  }

  @Test
  void confirmationsTestSeedsThatNoTrialHasSeen() {
    List<RunSpec> runs = plans(1L, 2L).confirmation(VALUES, 3);
    assertThat(runs).extracting(RunSpec::seed).containsExactly(3L, 4L, 5L);
    assertThat(runs).allMatch(run -> !run.settings().text("optimizer.name").isEmpty());
    assertThat(runs.getFirst().settings())
        .isNotEqualTo(plans(1L).trial(VALUES).getFirst().settings());
  }
}
