package dev.steepest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steepest.cli.Steepest.Result;
import dev.steepest.lab.sweep.SweepSource;
import dev.steepest.study.record.Metric;
import dev.steepest.study.record.RecordStore;
import dev.steepest.study.record.RunRecord;
import dev.steepest.study.search.Trial;
import dev.steepest.study.sweep.StoreOptions;
import dev.steepest.study.sweep.TrialStore;
import dev.steepest.study.sweep.TrialStore.Entry;
import dev.steepest.study.sweep.TrialStores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SweepTest {
  private static final String CONFIG =
      """
      model: {name: mlp, hidden: "32"}
      data: {name: shapes, limit: 400, validation: 200}
      optimizer: adamw
      num_epochs: 4
      """;

  private static final String SWEEP =
      """
      name: tiny
      method: random
      metric: {name: val_acc, goal: maximize}
      parameters:
        lr: {distribution: log_uniform_values, min: 0.0001, max: 0.1}
        batch_size: {values: [50, 100]}
      run_cap: 6
      """;

  private static final int TRIALS = 6;

  @TempDir Path folder;
  private Path sweep;

  @BeforeEach
  void write() throws IOException {
    Files.writeString(folder.resolve("base.yaml"), CONFIG);
    sweep = Files.writeString(folder.resolve("tiny.yaml"), SWEEP);
  }

  private List<String> arguments(String out, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "sweep",
                sweep.toString(),
                "--config",
                folder.resolve("base.yaml").toString(),
                "--out",
                folder.resolve(out).toString()));
    arguments.addAll(List.of(more));
    return arguments;
  }

  private Result run(String out, String... more) {
    return Steepest.run(arguments(out, more).toArray(String[]::new));
  }

  private List<Entry> trials(String out) {
    String address = folder.resolve(out).resolve("tiny").resolve("trials.sqlite").toString();
    try (TrialStore store =
        TrialStores.open(address, text -> SweepSource.read(text).sweep(), StoreOptions.DEFAULT)) {
      return store.trials();
    }
  }

  private List<RunRecord> records(String out, String part) {
    RecordStore.Contents contents =
        RecordStore.contents(folder.resolve(out).resolve("tiny").resolve(part));
    assertThat(contents.unreadable()).isEmpty();
    return contents.records();
  }

  @Test
  void aSweepEndsWithAConfirmedChoiceAndIsNotMadeTwice() {
    Result first = run("a", "--confirm", "2");
    assertThat(first.err()).as(first.err()).contains("trial", "finished");
    assertThat(first.code()).as(first.err()).isZero();
    List<Entry> trials = trials("a");
    assertThat(trials).hasSize(TRIALS);
    double best =
        trials.stream().mapToDouble(t -> t.trial().value().getAsDouble()).max().getAsDouble();
    assertThat(first.err()).contains("is chosen; 2 run(s) of it with fresh seeds follow");
    assertThat(folder.resolve("a/tiny/report/report.html")).isNotEmptyFile();
    assertThat(records("a", "trials"))
        .hasSize(TRIALS)
        .allMatch(r -> r.results().keySet().stream().noneMatch(Metric::ofTestSet))
        .anyMatch(r -> r.last(Metric.VAL_ACCURACY).getAsDouble() == best);
    assertThat(records("a", "final"))
        .hasSize(2)
        .allMatch(r -> r.results().containsKey(Metric.TEST_ACCURACY));

    Result second = run("a", "--confirm", "2");
    assertThat(second.code()).isZero();
    assertThat(second.err()).contains("6 trials were made before and are kept.");
    assertThat(second.out())
        .contains(first.out().lines().filter(l -> l.startsWith("Chosen")).toList());
  }

  @Test
  void anotherSweepOfTheSameNameIsRefused() {
    assertThat(run("b", "--set", "run_cap=1", "--confirm", "0").code()).isZero();
    Result other = run("b", "--set", "run_cap=2", "--confirm", "0");
    assertThat(other.code()).isEqualTo(2);
    assertThat(other.err()).contains("tiny");
  }

  /**
   * Agents are killed at random moments, again and again; what comes out is what would have been.
   */
  @Test
  void killedAgentsLoseNothing() throws Exception {
    Result alone = run("alone", "--confirm", "0");
    assertThat(alone.code()).as(alone.err()).isZero();
    Random random = new Random(7);
    Path log = folder.resolve("killed.log");
    String[] arguments =
        arguments(
                "killed",
                "--confirm",
                "0",
                "--checkpoint-every",
                "0",
                "--silence",
                "4",
                "--threads",
                "1")
            .toArray(String[]::new);
    int kills = 0;
    while (true) {
      Process process = Steepest.start(log, List.of(), arguments);
      if (kills < 3) {
        long patience = random.nextLong(3_000, 7_000);
        if (!process.waitFor(patience, TimeUnit.MILLISECONDS)) {
          process.destroyForcibly().waitFor();
          kills++;
          continue;
        }
      }
      assertThat(Steepest.await(process)).as(Files.readString(log)).isZero();
      break;
    }
    Function<RunRecord, String> id = r -> r.spec().id();
    var expected = records("alone", "trials").stream().collect(Collectors.toMap(id, r -> r));
    List<RunRecord> made = records("killed", "trials");
    assertThat(made).hasSize(TRIALS);
    for (RunRecord record : made) {
      assertThat(record.measured()).isEqualTo(expected.get(id.apply(record)).measured());
    }
    assertThat(trials("killed").stream().map(t -> t.trial().value()).toList())
        .isEqualTo(trials("alone").stream().map(t -> t.trial().value()).toList());
    assertThat(trials("killed")).allMatch(t -> t.trial().state() == Trial.State.FINISHED);
  }

  @Test
  void slurmScriptsStartAgentsOnTheStore() {
    String store = "jdbc:postgresql://db/lab?user=me";
    Result result =
        run("s", "--store", store, "--slurm", "8", "--sbatch=--time=4:00:00", "--dry-run");
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out())
        .contains("#SBATCH --array=1-8", "#SBATCH --time=4:00:00", "'agent'", "'" + store + "'");
    assertThat(folder.resolve("s")).doesNotExist();
    assertThat(run("s", "--slurm", "8", "--dry-run").err())
        .contains("a SQLite file is not safe; give --store jdbc:postgresql");
    assertThat(run("s", "--store", store + "&password=x", "--slurm", "8", "--dry-run").err())
        .contains("~/.pgpass");
    assertThat(run("s", "--slurm", "0").err()).contains("--slurm 0 is out of range");
  }

  @Test
  void dryRunsShowTrialsAndWriteNothing() {
    Result result = run("d", "--dry-run");
    assertThat(result.code()).isZero();
    assertThat(result.out()).contains("maximize val_accuracy; at most 6 trials", "trial 4", "lr=");
    assertThat(folder.resolve("d")).doesNotExist();
  }

  @Test
  void aSpaceThatProposesWhatCannotBeRunIsRefusedAtOnce() throws IOException {
    Files.writeString(sweep, SWEEP.replace("[50, 100]", "[0, 100]"));
    Result result = run("w");
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err())
        .contains("tiny.yaml: batch_size = 0: training.batch = 0 is out of range");
    assertThat(folder.resolve("w")).doesNotExist();
  }

  @Test
  void parametersWithoutEffectAreNamed() throws IOException {
    Files.writeString(
        sweep, SWEEP.replace("  batch_size: {values: [50, 100]}", "  rho: {values: [0.1, 0.2]}"));
    Result result = run("n", "--dry-run");
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.err()).contains("rho: without meaning without SAM");
  }

  @Test
  void aMetricThatIsNotMeasuredIsRefusedAtOnce() {
    Result result = run("v", "--set", "data.validation=0");
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err()).contains("data.validation = 0 holds out no images");
  }

  @Test
  void theTestSetIsNoObjective() throws IOException {
    Files.writeString(sweep, SWEEP.replace("val_acc", "test_acc"));
    Result result = run("t");
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err())
        .contains("tiny.yaml:3: metric.name = 'test_acc' is measured on the test set");
  }

  @Test
  void agentsNameAStoreThatIsNotThere() {
    Result result = Steepest.run("agent", folder.resolve("none.sqlite").toString());
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err()).contains("There is no store at");
  }
}
