package dev.steepest.study.track;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.steepest.study.file.ProblemsException;
import dev.steepest.study.record.Evaluation;
import dev.steepest.study.record.Outcome;
import dev.steepest.study.record.RunRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrackersTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-11-01T10:00:00Z"));

  @TempDir Path store;
  private final List<String> log = new ArrayList<>();

  private static Trackers of(String... words) {
    return Trackers.of(List.of(words), Map.of(), CLOCK);
  }

  @Test
  void allThatIsWrongWithTheWordsIsSaidAtOnce() {
    assertThatThrownBy(
            () -> of("tensorbord", "wandb=x", "mlflow", "mlflow=sqlite:///a.db", "mlflow=http://"))
        .isInstanceOfSatisfying(
            ProblemsException.class,
            e ->
                assertThat(e.problems())
                    .satisfiesExactly(
                        p ->
                            assertThat(p)
                                .contains("--track tensorbord", "did you mean 'tensorboard'?"),
                        p -> assertThat(p).contains("'wandb' takes no value"),
                        p -> assertThat(p).contains("mlflow=http://HOST:PORT", "TRACKING_URI"),
                        p -> assertThat(p).contains("'sqlite:///a.db' is not the address"),
                        p -> assertThat(p).contains("'http://' is not the address")));
  }

  @Test
  void mlflowTakesItsServerFromItsOwnVariable() {
    Map<String, String> environment = Map.of("MLFLOW_TRACKING_URI", "https://host/mlflow/");
    assertThat(Trackers.of(List.of("mlflow"), environment, CLOCK).finish()).isEmpty();
    assertThat(MlflowServer.of("", environment).address()).hasToString("https://host/mlflow");
  }

  @Test
  void severalAreTold() throws Exception {
    Trackers trackers = of("tensorboard", "wandb", "tensorboard");
    try (SmallRun run = new SmallRun(store)) {
      try (Tracking tracking = trackers.begins(run.begin(0), log::add)) {
        run.steps(1, 5, tracking);
        run.end(SmallRun.FINISHED, SmallRun.RESULTS, tracking);
      }
      assertThat(Scalars.files(run.path())).isNotEmpty();
      assertThat(run.path().resolve("wandb")).isDirectory();
      assertThat(run.path().resolve("tensorboard.told")).exists();
    }
    assertThat(trackers.finish()).isEmpty();
    assertThat(log).isEmpty();
  }

  /** Fails at the row that it is told to, and whenever it is called after. */
  private record Failing(int row, List<String> calls) implements Tracker {
    @Override
    public String name() {
      return "failing";
    }

    @Override
    public Tracking begins(TrackedRun run, Consumer<String> log) {
      call();
      return new Tracking() {
        @Override
        public void evaluated(Evaluation look) {
          call();
        }

        @Override
        public void stepped(Evaluation step) {
          call();
        }

        @Override
        public void ends(Outcome outcome, SortedMap<String, Double> results) {
          call();
        }

        @Override
        public void close() {
          throw new IllegalStateException("closed twice");
        }
      };
    }

    private void call() {
      calls.add("call");
      if (calls.size() > row) {
        throw new UncheckedIOException(
            "Cannot write x: No space left on device", new IOException());
      }
    }

    @Override
    public boolean knows(RunRecord record) {
      throw new IllegalStateException("cannot look");
    }
  }

  @Test
  void aTrackerThatFailsIsSilentAndHurtsNobody() throws Exception {
    for (int row : List.of(0, 1, 4)) {
      List<String> calls = new ArrayList<>();
      Trackers trackers =
          new Trackers(
              List.of(new Failing(row, calls), new TensorBoard(CLOCK)),
              CLOCK,
              Optional.empty(),
              new ArrayList<>());
      log.clear();
      try (SmallRun run = new SmallRun(store.resolve("row" + row))) {
        try (Tracking tracking = trackers.begins(run.begin(0), log::add)) {
          run.steps(1, 10, tracking);
          run.end(SmallRun.FINISHED, SmallRun.RESULTS, tracking);
        }
        assertThat(calls).hasSize(row + 1);
        assertThat(log)
            .singleElement()
            .asString()
            .startsWith(
                "tracker failing: Cannot write x: No space left on device. The run goes on");
        assertThat(trackers.finish()).singleElement().asString().contains("mlp-shapes", "--track");
        assertThat(Scalars.of(TensorBoardTest.decode(run.path())).get("Loss/step")).hasSize(10);
      }
    }
  }

  @Test
  void whatWasMissedIsToldFromTheRecord() throws Exception {
    try (SmallRun run = new SmallRun(store)) {
      try (Tracking early = of("tensorboard").begins(run.begin(0), log::add)) {
        run.steps(1, 7, early);
      }
      run.steps(8, 20, Tracking.NONE);
      run.end(SmallRun.FINISHED, SmallRun.RESULTS, Tracking.NONE);
      Trackers late = of("tensorboard", "wandb");
      late.retell(run.record(), log::add);
      assertThat(late.finish()).isEmpty();
      List<ProtoText> events = TensorBoardTest.decode(run.path());
      assertThat(Scalars.of(events).get("Loss/step")).hasSize(20);
      assertThat(Scalars.of(events).get("Acc/test")).hasSize(1);
      // Dated by the run's own clocks, back from its end.
      double first =
          events.stream()
              .filter(event -> event.has("step") && event.text("step").equals("20"))
              .findFirst()
              .orElseThrow()
              .number("wall_time");
      assertThat(first).isEqualTo(SmallRun.FINISHED.at().getEpochSecond());

      List<Path> before = files(run.path());
      late.retell(run.record(), log::add);
      assertThat(files(run.path())).as("nothing is told twice").isEqualTo(before);
    }
    assertThat(log).isEmpty();
  }

  @Test
  void aRunIsToldAnewWhereItsFilesWereRemoved() throws Exception {
    Trackers trackers = of("tensorboard", "wandb");
    try (SmallRun run = new SmallRun(store)) {
      try (Tracking tracking = trackers.begins(run.begin(0), log::add)) {
        run.steps(1, 10, tracking);
        run.end(SmallRun.FINISHED, SmallRun.RESULTS, tracking);
      }
      for (Path file : files(run.path())) {
        if (file.toString().contains("tfevents") || file.toString().endsWith(".wandb")) {
          Files.delete(file);
        }
      }
      Files.writeString(run.path().resolve("wandb.told"), "nonsense\n");
      trackers.retell(run.record(), log::add);
      assertThat(Scalars.of(TensorBoardTest.decode(run.path())).get("Loss/step")).hasSize(10);
      Path wandb =
          files(run.path()).stream()
              .filter(file -> file.toString().endsWith(".wandb"))
              .findFirst()
              .orElseThrow();
      assertThat(WandbTest.history(WandbTest.decode(wandb))).hasSize(12);
    }
    assertThat(trackers.finish()).isEmpty();
  }

  private static List<Path> files(Path folder) throws IOException {
    try (var all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).sorted().toList();
    }
  }
}
