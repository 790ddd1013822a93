package dev.steepest.study.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.study.compare.Alarm;
import dev.steepest.study.compare.Benchmark;
import dev.steepest.study.compare.Comparison;
import dev.steepest.study.compare.Runs;
import dev.steepest.study.compare.SpeedRuns;
import dev.steepest.study.compare.Verdict;
import dev.steepest.study.compare.VerdictText;
import dev.steepest.study.experiment.DecisionRule;
import dev.steepest.study.plan.RunSpec;
import dev.steepest.study.record.Metric;
import dev.steepest.study.record.Outcome.Status;
import dev.steepest.study.record.RecordException;
import dev.steepest.study.record.RunRecord;
import dev.steepest.study.record.StudySeal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class BenchmarkLogTest {
  @TempDir Path folder;

  @Test
  void readsBackWhatItWroteToTheBit() throws IOException {
    List<RunRecord> records = new ArrayList<>(SpeedRuns.records(4));
    records.add(Runs.of(SpeedRuns.PROBLEM, "lion", 9).ended(Status.FAILED).record());
    records.add(Runs.of(SpeedRuns.PROBLEM, "single", 1).accuracy(.9).record());
    Gathering gathering = gathering(records);
    BenchmarkLog log =
        BenchmarkLogWriter.of("Speed", gathering, Instant.parse("2026-01-02T03:04:05.123456Z"));
    Path file = folder.resolve(BenchmarkLog.FILE);
    Files.writeString(file, BenchmarkLogWriter.JSON.writeValueAsString(log));
    assertThat(BenchmarkLog.read(file)).isEqualTo(log);
  }

  @Test
  void holdsEverythingUnderTheNamesThatPublishedLogsHave() throws IOException {
    List<RunRecord> records = SpeedRuns.records(3);
    write(records);
    JsonNode json =
        JsonMapper.builder().build().readTree(Files.readString(folder.resolve(BenchmarkLog.FILE)));
    assertThat(json.get("format").asInt()).isEqualTo(1);
    assertThat(Instant.parse(json.get("timestamp").asString())).isAfter(Instant.EPOCH);
    assertThat(json.at("/source/commits/0").asString()).isEqualTo("600bbb6");
    assertThat(json.at("/source/changed").asBoolean(true)).isFalse();
    assertThat(json.at("/environment/threads/0").asString()).isEqualTo("8");
    JsonNode lion = json.at("/problems/0/arms/2");
    assertThat(lion.get("mode").asString()).isEqualTo("lion");
    assertThat(lion.at("/hyperparameters/model/activation").asString()).isEqualTo("lion");
    assertThat(lion.get("seeds").toString()).isEqualTo("[0,1,2]");
    assertThat(lion.at("/lost/diverged").toString()).isEqualTo("[3]");
    RunRecord second = records.get(7);
    assertThat(second.spec().arm() + second.spec().seed()).isEqualTo("lion1");
    assertThat(lion.get("accs").get(1).asDouble())
        .isEqualTo(second.results().get(Metric.TTA_ACCURACY));
    assertThat(lion.get("times").get(1).asDouble())
        .isEqualTo(second.results().get(Metric.TOTAL_SECONDS));
    assertThat(lion.get("history").size()).isEqualTo(30);
    assertThat(lion.get("history").get(19).propertyNames())
        .contains("run", "epoch", "train_acc", "train_loss", "val_acc", "val_loss");
    assertThat(lion.get("history").get(19).get("epoch").asDouble()).isEqualTo(9.9);
    assertThat(lion.get("history").get(19).get("val_acc").asDouble())
        .isEqualTo(second.evaluations().getLast().value(Metric.TEST_ACCURACY).getAsDouble());
    assertThat(json.at("/problems/0/val_of").asString()).isEqualTo("test");
    for (String one : List.of("n", "mean", "std", "median", "min", "max", "ci_t", "ci_bootstrap")) {
      assertThat(lion.get("accuracy").has(one)).as(one).isTrue();
      assertThat(lion.get("time").has(one)).as(one).isTrue();
    }
    JsonNode against = json.at("/problems/0/comparisons/1");
    assertThat(against.at("/accuracy/p_value").isNumber()).isTrue();
    assertThat(against.at("/time/speedup_percent").asDouble()).isNegative();
    assertThat(against.get("accuracy").has("speedup_percent")).isFalse();
  }

  @Test
  void whatWasNotMeasuredIsNullOrAbsentAndNeverZero() throws IOException {
    List<RunRecord> records =
        List.of(
            Runs.of(SpeedRuns.PROBLEM, "baseline", 0)
                .accuracy(.94)
                .result(Metric.TOTAL_SECONDS, 4)
                .record(),
            Runs.of(SpeedRuns.PROBLEM, "baseline", 1).accuracy(.94).record(),
            Runs.of(SpeedRuns.PROBLEM, "arm", 1).result(Metric.TOTAL_SECONDS, 3).record());
    write(records);
    String text = Files.readString(folder.resolve(BenchmarkLog.FILE));
    assertThat(text).contains("\"times\" : [ 4.0, null ]", "\"accs\" : [ null ]");
    BenchmarkLog.Problem problem =
        BenchmarkLog.read(folder.resolve(BenchmarkLog.FILE)).problems().getFirst();
    assertThat(problem.arms().getFirst().times())
        .containsExactly(OptionalDouble.of(4), OptionalDouble.empty());
    assertThat(problem.arms().getLast().accuracy()).isEmpty();
    assertThat(problem.arms().getLast().time().orElseThrow().std()).isEmpty();
    assertThat(problem.comparisons().getFirst().accuracy().difference()).isEmpty();
    assertThat(problem.comparisons().getFirst().time().speedupPercent()).hasValue(25);
    // all values equal: t is not a number, p is 1
    List<RunRecord> same = new ArrayList<>();
    for (String arm : List.of("baseline", "arm")) {
      for (int seed = 0; seed < 3; seed++) {
        same.add(
            Runs.of(SpeedRuns.PROBLEM, arm, seed)
                .accuracy(.94)
                .result(Metric.TOTAL_SECONDS, 4)
                .record());
      }
    }
    write(same);
    BenchmarkLog.Contrast contrast =
        BenchmarkLog.read(folder.resolve(BenchmarkLog.FILE))
            .problems()
            .getFirst()
            .comparisons()
            .getFirst()
            .accuracy();
    assertThat(contrast.tStatistic()).isEmpty();
    assertThat(contrast.pValue()).hasValue(1);
  }

  @Test
  void aReportFolderImportsAsTheRunsItTellsOf() {
    List<RunRecord> records = SpeedRuns.records(5);
    write(records);
    ForeignResults read = ForeignResults.read(folder);
    assertThat(read.notUnderstood())
        .extracting(u -> u.file().getFileName().toString())
        .containsExactlyInAnyOrder("comparisons.csv", "report.html", "verdict.txt");
    // sixteen runs, each told by benchmark.json, a summary and two tables
    assertThat(read.records()).hasSize(16);
    Verdict verdict = verdict(read.records());
    assertThat(VerdictText.of(verdict).replaceAll("(?s)  ! .*?\\.\n", ""))
        .contains("whole runs, mean ± sd");
    Benchmark there = Benchmark.of(verdict).getFirst();
    Benchmark here = Benchmark.of(verdict(records)).getFirst();
    assertThat(there.problem()).isEqualTo(SpeedRuns.PROBLEM);
    assertThat(there.accuracies()).isEqualTo(here.accuracies());
    assertThat(there.times()).isEqualTo(here.times());
    assertThat(there.arms().getLast().result().counts().diverged()).isEqualTo(1);
    assertThat(verdict.alarms())
        .noneSatisfy(alarm -> assertThat(alarm.sentence()).contains("Seeds of one arm"));
    RunRecord first = read.records().getFirst();
    assertThat(first.evaluations().getLast().value(Metric.TEST_ACCURACY))
        .isEqualTo(records.getFirst().evaluations().getLast().value(Metric.TEST_ACCURACY));
    assertThat(first.best(Metric.VAL_ACCURACY)).isEmpty();
    assertThat(first.environment().facts()).containsEntry("threads", "8");
    assertThat(first.spec().settings().text("model.activation")).isEqualTo("baseline");
  }

  @Test
  void aReportOfAProblemUnderAnyNameImportsOnce() {
    List<RunRecord> records =
        SpeedRuns.records(3).stream().map(run -> as(run, "a recipe width=64", folder)).toList();
    write(records);
    List<RunRecord> read = ForeignResults.read(folder).records();
    assertThat(read).hasSize(10);
    assertThat(read).extracting(run -> run.spec().problem()).containsOnly("a recipe width=64");
  }

  @Test
  void problemsWithOneNetworkImportAsTwo() {
    List<RunRecord> records = new ArrayList<>();
    for (RunRecord run : SpeedRuns.records(2)) {
      records.add(as(run, "airbench94 · cifar10 limit=1000", folder));
      records.add(as(run, "airbench94 · cifar10", folder));
    }
    write(records);
    assertThat(ForeignResults.read(folder).records()).hasSize(14);
  }

  @Test
  void whatRunsStateDifferentlyIsKeptOfEach() {
    List<RunRecord> records = new ArrayList<>();
    for (String arm : List.of("baseline", "lion")) {
      for (int seed = 0; seed < 2; seed++) {
        records.add(
            Runs.of(SpeedRuns.PROBLEM, arm, seed)
                .accuracy(.9 + .01 * seed)
                .result(Metric.TOTAL_SECONDS, 4)
                .fact("threads", arm.equals("lion") ? "4" : "8")
                .checksum("test", "cd".repeat(16 * (seed + 1)))
                .record());
      }
    }
    write(records);
    List<RunRecord> read = ForeignResults.read(folder).records();
    assertThat(read)
        .extracting(RunRecord::environment)
        .containsExactlyElementsOf(records.stream().map(RunRecord::environment).toList());
    assertThat(read)
        .extracting(RunRecord::checksums)
        .containsExactlyElementsOf(records.stream().map(RunRecord::checksums).toList());
    assertThat(verdict(read).alarms())
        .extracting(Alarm::kind)
        .contains(Alarm.Kind.MACHINE, Alarm.Kind.DATA);
  }

  @Test
  void theSourceHoldsTheExperimentFileThatWasSealed() {
    List<RunRecord> records =
        SpeedRuns.records(2).stream()
            .map(run -> as(run, SpeedRuns.PROBLEM, folder.resolve("runs/" + run.spec().id())))
            .toList();
    List<RunSpec> plan = records.stream().map(RunRecord::spec).toList();
    String source = StudySeal.source("name: speed", List.of("runs=2", "lr=12"));
    assertThat(source).isEqualTo("name: speed\n# --set runs=2\n# --set lr=12\n");
    DecisionRule rule = SpeedRuns.rule(Metric.TTA_ACCURACY);
    StudySeal.seal(folder.resolve("runs"), "speed", "Speed", rule, "aaa", plan, source);
    write(records);
    assertThat(BenchmarkLog.read(folder.resolve(BenchmarkLog.FILE)).source().experiments())
        .containsExactly(source);
  }

  private static RunRecord as(RunRecord run, String problem, Path folder) {
    RunSpec spec = run.spec();
    return new RunRecord(
        new RunSpec(spec.experiment(), problem, spec.arm(), spec.seed(), spec.settings()),
        run.environment(),
        run.checksums(),
        run.groups(),
        run.evaluations(),
        run.results(),
        run.outcome(),
        folder);
  }

  @Test
  void readsThePublishedScreeningLog() throws IOException {
    // two of the 25 runs of logs/Cifar10Logs/gc_20251206_235436/log.json
    Files.writeString(
        folder.resolve("log.json"),
        """
        {"experiment_name": "gc", "timestamp": "2025-12-06T23:52:40.820790",
         "args": {"n_runs": 25, "seed_start": 0, "experiment_name": null, "mixup": false},
         "modifications": {"gradient_centralization": true, "mixup_alpha": 0.2},
         "hyperparameters": {"opt": {"train_epochs": 9.9, "batch_size": 1024, "lr": 11.5},
                             "net": {"widths": {"block1": 64}, "tta_level": 2}},
         "environment": {"gpu": "NVIDIA A100 80GB PCIe", "torch_version": "2.8.0+cu128"},
         "runs": [
           {"accuracy": 0.9298999905586243, "tta_accuracy": 0.9365999698638916,
            "total_time_seconds": 8.814091323852539, "seed": 0, "run": 0},
           {"accuracy": 0.9293999671936035, "tta_accuracy": 0.9368999600410461,
            "total_time_seconds": 3.9578984324932094, "seed": 1, "run": 1}],
         "summary": {"n_runs": 25, "accuracy_mean": 0.9371079802513123},
         "accs": [0.9365999698638916, 0.9368999600410461], "times": [8.8140916, 3.9578983]}
        """);
    ForeignResults read = ForeignResults.read(folder);
    assertThat(read.notUnderstood()).isEmpty();
    assertThat(read.records())
        .extracting(r -> r.spec().problem() + " " + r.spec().arm() + " " + r.spec().seed())
        .containsExactly(
            "airbench94 · cifar10 published: gc -1", "airbench94 · cifar10 published: gc -2");
    assertThat(read.records().getLast().results())
        .containsEntry(Metric.TEST_ACCURACY, .9293999671936035)
        .containsEntry(Metric.TTA_ACCURACY, .9368999600410461)
        .containsEntry(Metric.TOTAL_SECONDS, 3.9578984324932094);
    assertThat(read.records().getFirst().environment().facts())
        .containsEntry("gpu", "NVIDIA A100 80GB PCIe");
    assertThat(read.records().getFirst().spec().settings().number("hyperparameters.opt.lr"))
        .isEqualTo(11.5);
    assertThat(read.records())
        .extracting(r -> r.spec().settings().whole("published_seed"))
        .containsExactly(0L, 1L);
    assertThat(verdict(read.records()).alarms())
        .noneSatisfy(alarm -> assertThat(alarm.sentence()).contains("published_seed"));
  }

  @Test
  void publishedUnseededRunsStandBesideOursWithoutPairs() throws IOException {
    // the first three of 200 runs of logs/Cifar10Logs/baseline_20251209_022518/log.json
    Files.writeString(
        folder.resolve("log.json"),
        """
        {"experiment_name": "baseline", "n_runs": 200, "hyperparameters": {"mode": "baseline", "lr": 11.5},
         "results": {"name": "baseline"},
         "raw_data": {"accuracies": [0.9390999674797058, 0.9405999779701233, 0.9414999485015869],
                      "times": [3.914761344432831, 3.9381464767456054, 3.9369536969661714]},
         "raw_training_curves": [
           [{"epoch": 1, "train_loss": 1.4482421875, "train_acc": 0.6875, "val_acc": 0.6739999651908875}],
           [{"epoch": 1, "train_loss": 1.392578125, "train_acc": 0.7373046875, "val_acc": 0.661799967288971}]]}
        """);
    List<RunRecord> published = ForeignResults.read(folder).records();
    assertThat(published).extracting(r -> r.spec().seed()).containsExactly(-1L, -2L, -3L);
    assertThat(published.getFirst().evaluations().getFirst().value(Metric.TEST_ACCURACY))
        .hasValue(.6739999651908875);
    assertThat(published.getLast().evaluations()).isEmpty();
    List<RunRecord> both = new ArrayList<>(SpeedRuns.records(3));
    both.addAll(published);
    Benchmark benchmark = Benchmark.of(verdict(both)).getFirst();
    var contrast = benchmark.times().getLast();
    assertThat(contrast.arm()).isEqualTo("published: baseline");
    assertThat(contrast.welch().orElseThrow().p()).isLessThan(.05);
    assertThat(contrast.paired()).isEmpty();
    assertThat(benchmark.arms().getLast().seconds().orElseThrow().summary().mean())
        .isCloseTo(
            (3.914761344432831 + 3.9381464767456054 + 3.9369536969661714) / 3, within(1e-12));
    both.removeIf(run -> run.spec().arm().equals("lion") || run.spec().arm().equals("hardswish"));
    assertThat(VerdictText.of(verdict(both)))
        .contains("there are no pairs for a verdict to rest on")
        .doesNotContain("the verdict rests on pairs");
    Gathering gathering = gathering(both);
    assertThat(
            BenchmarkLogWriter.of("t", gathering, Instant.EPOCH)
                .problems()
                .getFirst()
                .arms()
                .getLast()
                .seeds())
        .containsOnly(OptionalLong.empty());
  }

  @Test
  void twoLogsOfOneArmAreNotTakenForOne() throws IOException {
    String log =
        """
        {"experiment_name": "gc", "runs": [
           {"tta_accuracy": %s, "total_time_seconds": 4, "seed": 0, "run": 0}]}
        """;
    Files.writeString(folder.resolve("a.json"), log.formatted("0.94"));
    for (String accuracy : List.of("0.93", "0.94")) {
      Files.writeString(folder.resolve("b.json"), log.formatted(accuracy));
      assertThat(ForeignResults.read(folder).records()).as(accuracy).hasSize(2);
    }
  }

  @Test
  void whatIsNoLogOrOfAnotherFormatIsRefusedByName() throws IOException {
    Path file = folder.resolve(BenchmarkLog.FILE);
    assertRefused(file, "{\"hello\": 1}", "is no benchmark log; it has no keys 'format'");
    assertRefused(
        file, "{\"format\": 2, \"problems\": []}", "has format 2; this version reads 1 to 1");
    assertRefused(file, "{\"format\": 1, \"problems\": []}", "is not a whole benchmark log");
    assertRefused(file, "{\"format\": 1,\n oops", "is not valid JSON (line 2)");
    Files.writeString(file, "{\"format\": 2, \"problems\": []}");
    assertThat(ForeignResults.read(folder).notUnderstood())
        .extracting(ForeignResults.Unread::reason)
        .containsExactly("has format 2; this version reads 1 to 1");
  }

  private static void assertRefused(Path file, String text, String reason) throws IOException {
    Files.writeString(file, text);
    assertThatThrownBy(() -> BenchmarkLog.read(file))
        .isInstanceOf(RecordException.class)
        .hasMessageStartingWith(file + ": " + reason);
  }

  private void write(List<RunRecord> records) {
    Report.write(folder, "Speed", records, verdict(records), _ -> Map.of());
  }

  private static Verdict verdict(List<RunRecord> records) {
    return Comparison.of(records, SpeedRuns.rule(Metric.TTA_ACCURACY, .9));
  }

  private static Gathering gathering(List<RunRecord> records) {
    return Gathering.of(records, verdict(records));
  }
}
