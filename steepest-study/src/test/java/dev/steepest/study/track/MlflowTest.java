package dev.steepest.study.track;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steepest.study.plan.RunSpec;
import dev.steepest.study.plan.Settings;
import dev.steepest.study.record.Evaluation;
import dev.steepest.study.record.Metric;
import dev.steepest.study.record.Outcome;
import dev.steepest.study.track.FakeMlflow.Run;
import dev.steepest.study.track.FakeMlflow.Trouble;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

class MlflowTest {
  private static final Instant NOW = Instant.parse("2026-11-01T10:00:00.250Z");

  /** Hurried, but for the end, which no test reaches that is to succeed. */
  private static final Courier.Patience PATIENCE =
      new Courier.Patience(
          Duration.ZERO, Duration.ofMillis(2), Duration.ofMillis(20), Duration.ofSeconds(60));

  private static final Courier.Patience IMPATIENT =
      new Courier.Patience(
          Duration.ZERO, Duration.ofMillis(2), Duration.ofMillis(20), Duration.ofMillis(200));

  @TempDir Path store;
  private FakeMlflow server;
  private final List<String> log = new ArrayList<>();

  @BeforeEach
  void start() throws IOException {
    server = new FakeMlflow();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Mlflow tracker(Courier.Patience patience, Map<String, String> environment) {
    return new Mlflow(
        MlflowServer.of(server.address() + "/", environment), InstantSource.fixed(NOW), patience);
  }

  private Tracking begin(Mlflow tracker, SmallRun run, int checkpoint) {
    return tracker.begins(
        TrackedRun.of(run.begin(checkpoint), NOW, Optional.of("lr sweep")), log::add);
  }

  private Run only() {
    assertThat(server.complaints).isEmpty();
    assertThat(server.runs).hasSize(1);
    return server.runs.values().iterator().next();
  }

  private static void assertTold(Run run, int steps) {
    assertThat(run.metric("loss")).hasSize(steps);
    assertThat(run.metric("train_loss")).hasSize(steps / SmallRun.STEPS_PER_EPOCH);
    long loss = run.history.stream().filter(p -> p.key().equals("loss")).count();
    assertThat(loss).as("points of loss, each once").isEqualTo(steps);
    assertThat(run.metric("test_acc")).containsExactly(Map.entry(steps / 5L, "0.875"));
    assertThat(run.statuses).last().isEqualTo("FINISHED");
  }

  @Test
  void aRunIsTold() {
    Mlflow tracker = tracker(PATIENCE, Map.of());
    try (SmallRun run = new SmallRun(store)) {
      Tracking tracking = begin(tracker, run, 0);
      run.steps(1, 10, tracking);
      run.end(SmallRun.FINISHED, SmallRun.RESULTS, tracking);
      assertThat(tracker.finish()).isEmpty();
      Run told = only();
      assertTold(told, 10);
      assertThat(told.name).isEqualTo("muon lr=0.02 · seed 7");
      assertThat(server.experiments).containsOnlyKeys("small study");
      assertThat(told.parameters)
          .containsEntry("optimizer.lr", "0.02")
          .containsEntry("model.bias", "true")
          .containsEntry("seed", "7");
      assertThat(told.tags)
          .containsEntry("steepest.id", SmallRun.SPEC.id())
          .containsEntry("steepest.sweep", "lr sweep")
          .containsEntry("mlflow.source.git.commit", "abc")
          .containsEntry("environment.cores", "2")
          .containsEntry("outcome", "finished");
      assertThat(told.metric("val_loss"))
          .containsExactly(Map.entry(1L, "0.6"), Map.entry(2L, "0.3"));
      assertThat(told.metric("grad_norm")).containsEntry(7L, "7.0");
      assertThat(told.endTime).isEqualTo(SmallRun.FINISHED.at().toEpochMilli());
      assertThat(tracker.knows(run.record())).isTrue();
    }
  }

  @Test
  void nothingIsLostOrDoubledByAServerInTrouble(TestReporter reporter) {
    long seed = System.nanoTime();
    reporter.publishEntry("seed", Long.toString(seed));
    Random random = new Random(seed);
    Trouble[] passing = {
      Trouble.ANSWERS_500, Trouble.ANSWERS_429, Trouble.CUT_BEFORE, Trouble.CUT_AFTER
    };
    // Every call may fail several times, and most do at least once.
    for (int i = 0; i < 60; i++) {
      server.troubles.add(passing[random.nextInt(passing.length)]);
    }
    Mlflow tracker = tracker(PATIENCE, Map.of());
    try (SmallRun run = new SmallRun(store)) {
      Tracking tracking = begin(tracker, run, 0);
      run.steps(1, 50, tracking);
      run.end(SmallRun.FINISHED, SmallRun.RESULTS, tracking);
      assertThat(tracker.finish()).isEmpty();
      server.complaints.remove("experiment exists"); // as it was made before the cut
      assertTold(only(), 50);
      assertThat(log).isNotEmpty().allMatch(line -> line.startsWith("mlflow: the server is away"));
    }
  }

  @Test
  void aServerThatComesBackGetsEverything() throws IOException {
    Mlflow tracker = tracker(PATIENCE, Map.of());
    try (SmallRun run = new SmallRun(store)) {
      server.close();
      Tracking tracking = begin(tracker, run, 0);
      run.steps(1, 20, tracking);
      server = server.restarted();
      run.steps(21, 40, tracking);
      run.end(SmallRun.FINISHED, SmallRun.RESULTS, tracking);
      assertThat(tracker.finish()).isEmpty();
      assertTold(only(), 40);
    }
  }

  @Test
  void whatASessionCouldNotTellTheNextOneTells() throws IOException {
    try (SmallRun run = new SmallRun(store)) {
      Mlflow away = tracker(IMPATIENT, Map.of());
      server.close();
      Tracking tracking = begin(away, run, 0);
      run.steps(1, 20, tracking);
      run.end(SmallRun.FINISHED, SmallRun.RESULTS, tracking);
      assertThat(away.finish())
          .singleElement()
          .asString()
          .contains(server.address(), "is away", "24 row(s)", "the same command with --track");
      server = server.restarted();
      Mlflow there = tracker(PATIENCE, Map.of());
      assertThat(there.knows(run.record())).isFalse();
      Trackers next =
          new Trackers(
              List.of(there), InstantSource.fixed(NOW), Optional.empty(), new ArrayList<>());
      next.retell(run.record(), log::add);
      assertThat(next.finish()).isEmpty();
      assertTold(only(), 20);
      int calls = server.calls.size();
      next.retell(run.record(), log::add);
      next.finish();
      assertThat(server.calls).as("all is known").hasSize(calls);
    }
  }

  @Test
  void aRunThatGoesOnIsOneRun() {
    try (SmallRun run = new SmallRun(store)) {
      Mlflow first = tracker(PATIENCE, Map.of());
      Tracking tracking = begin(first, run, 0);
      run.steps(1, 13, tracking);
      run.end(new Outcome(Outcome.Status.STOPPED, "asked", NOW), new TreeMap<>(), tracking);
      first.finish();
      Mlflow second = tracker(PATIENCE, Map.of());
      Tracking on = begin(second, run, 10);
      run.steps(11, 20, on);
      run.end(SmallRun.FINISHED, SmallRun.RESULTS, on);
      assertThat(second.finish()).isEmpty();
      Run told = only();
      assertTold(told, 20);
      assertThat(told.statuses).containsExactly("RUNNING", "KILLED", "RUNNING", "FINISHED");
    }
  }

  @Test
  void callsKeepWithinTheLimits() {
    Map<String, Object> many = new TreeMap<>();
    for (int i = 0; i < 250; i++) {
      many.put("p" + i, "x".repeat(600));
    }
    RunSpec spec = new RunSpec("a & b/ü?", "p", "a", 1, new Settings(Map.of("model", many)));
    try (SmallRun run = new SmallRun(store, spec)) {
      run.begin(0);
      run.steps(1, 1500, Tracking.NONE);
      Mlflow tracker = tracker(PATIENCE, Map.of());
      Tracking tracking =
          tracker.begins(TrackedRun.of(run.record(), NOW, Optional.empty()), log::add);
      run.end(SmallRun.FINISHED, SmallRun.RESULTS, tracking);
      assertThat(tracker.finish()).isEmpty();
      assertTold(only(), 1500);
      assertThat(only().parameters).hasSize(251);
      assertThat(server.experiments).containsOnlyKeys("a & b/ü?");
    }
  }

  @Test
  void aRefusalIsSaidWithWhatToDo() {
    Mlflow tracker = tracker(PATIENCE, Map.of());
    server.troubles.add(Trouble.ANSWERS_401);
    try (SmallRun run = new SmallRun(store)) {
      Tracking tracking = begin(tracker, run, 0);
      run.steps(1, 5, tracking);
      run.end(SmallRun.FINISHED, SmallRun.RESULTS, tracking);
      assertThat(tracker.finish())
          .singleElement()
          .asString()
          .contains("refuses it", "401", "MLFLOW_TRACKING_TOKEN");
      assertThat(log).singleElement().asString().contains("401");
    }
  }

  @Test
  void anotherServerIsNotTakenForMlflow() {
    Mlflow tracker = tracker(PATIENCE, Map.of());
    server.troubles.add(Trouble.ANSWERS_HTML);
    try (SmallRun run = new SmallRun(store)) {
      begin(tracker, run, 0);
      assertThat(tracker.finish())
          .singleElement()
          .asString()
          .contains("does not answer as an MLflow server does");
    }
  }

  @Test
  void mlflowsVariablesSayWhereARunBelongsAndHowToGetIn() {
    Mlflow tracker =
        tracker(
            PATIENCE, Map.of("MLFLOW_EXPERIMENT_NAME", "mine", "MLFLOW_TRACKING_TOKEN", "secret"));
    try (SmallRun run = new SmallRun(store)) {
      Tracking tracking = begin(tracker, run, 0);
      tracking.stepped(
          new Evaluation(
              0, 1, 1, 0, 0, Map.of(Metric.LOSS, Double.NaN, Metric.GRAD_NORM, 1 / 0.0)));
      run.end(new Outcome(Outcome.Status.DIVERGED, "NaN", NOW), new TreeMap<>(), tracking);
      assertThat(tracker.finish()).isEmpty();
      assertThat(server.experiments).containsOnlyKeys("mine");
      assertThat(server.authorizations).containsOnly("Bearer secret");
      assertThat(only().metric("loss")).containsEntry(1L, "NaN");
      assertThat(only().metric("grad_norm")).containsEntry(1L, "Infinity");
      assertThat(only().statuses).last().isEqualTo("FAILED");
    }
  }
}
