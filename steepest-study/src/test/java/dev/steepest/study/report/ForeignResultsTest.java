package dev.steepest.study.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.study.compare.Comparison;
import dev.steepest.study.compare.Runs;
import dev.steepest.study.compare.Verdict;
import dev.steepest.study.experiment.DecisionRule;
import dev.steepest.study.record.Evaluation;
import dev.steepest.study.record.Metric;
import dev.steepest.study.record.RunRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForeignResultsTest {
  @TempDir Path folder;

  @Test
  void readsARunSummary() throws IOException {
    write(
        "resnet_muon/summary.json",
        """
        {"config": {"model": "resnet", "opt": "muon", "seed": 42, "lr_muon": 0.03, "out_dir": "x", "amp": true},
         "best_acc": 93.96,
         "history": {"epochs": [1, 2], "train_loss": [2.1, NaN], "test_acc": [10.0, 93.96], "epoch_time": [30.5, 31.5]}}
        """);
    RunRecord run = only();
    assertThat(run.spec().problem()).isEqualTo("resnet");
    assertThat(run.spec().arm()).isEqualTo("muon");
    assertThat(run.spec().seed()).isEqualTo(42);
    assertThat(run.spec().settings().number("lr_muon")).isEqualTo(.03);
    assertThat(run.spec().settings().has("out_dir")).isFalse();
    assertThat(run.best(Metric.VAL_ACCURACY).getAsDouble()).isCloseTo(.9396, within(1e-12));
    assertThat(run.evaluations().getLast().trainSeconds()).isEqualTo(62);
    assertThat(run.evaluations().getLast().value(Metric.TRAIN_LOSS)).isEmpty();
    assertThat(run.evaluations().getLast().step()).isEqualTo(-1);
    assertThat(run.finished()).isTrue();
  }

  @Test
  void readsNestedResultsWithOtherSpellingsAndFractions() throws IOException {
    write(
        "all.json",
        """
        {"ResNet": {"Adam": {"best_val_acc": 0.9384, "val_acc": [0.5, 0.9384], "train_losses": [1, 0.5]},
                    "Dion": {"Best_Accuracy": 0.8777}},
         "ViT": {"Adam": [{"best_acc": 0.82, "seed": 1}, {"best_acc": 0.83, "seed": 2}]}}
        """);
    List<RunRecord> runs = ForeignResults.read(folder).records();
    assertThat(runs)
        .extracting(r -> r.spec().problem() + " " + r.spec().arm() + " " + r.spec().seed())
        .containsExactly("ResNet Adam -1", "ResNet Dion -2", "ViT Adam 1", "ViT Adam 2");
    assertThat(runs.get(1).results()).containsEntry("best_val_accuracy", .8777);
    assertThat(runs.get(1).evaluations()).isEmpty();
    assertThat(runs.getFirst().evaluations())
        .allSatisfy(e -> assertThat(e.trainSeconds()).isNaN())
        .extracting(e -> e.value(Metric.VAL_ACCURACY).getAsDouble())
        .containsExactly(.5, .9384);
  }

  @Test
  void readsFlatListsOfRunsAndOfEpochs() throws IOException {
    write(
        "runs.json",
        "[{\"model\": \"vit\", \"optimizer\": \"scion\", \"best_acc\": 78.68, \"seed\": 3}]");
    write(
        "zepochs.json",
        """
        [{"model": "vit", "optimizer": "scion", "seed": 3, "epoch": 1, "val_acc": 40.0, "epoch_time": 10},
         {"model": "vit", "optimizer": "scion", "seed": 3, "epoch": 2, "val_acc": 60.5, "epoch_time": 11}]
        """);
    RunRecord run = only();
    assertThat(run.results().get("best_val_accuracy")).isCloseTo(.7868, within(1e-12));
    assertThat(run.secondsTo(Metric.VAL_ACCURACY, .6)).hasValue(21);
  }

  @Test
  void whatTheReportWritesItReadsBack() {
    List<RunRecord> records =
        List.of(run("muon", 0, .61, .72), run("muon", 1, .60, .71), run("adamw", 0, .5, .6));
    Verdict verdict = Comparison.of(records, SampleStudy.RULE);
    Report.write(folder, "t", records, verdict, _ -> Map.of());
    ForeignResults read = ForeignResults.read(folder);
    assertThat(read.records())
        .extracting(r -> r.spec().problem() + " " + r.spec().arm() + " " + r.spec().seed())
        .containsExactlyInAnyOrder("resnet18 muon 0", "resnet18 muon 1", "resnet18 adamw 0");
    RunRecord muon =
        read.records().stream()
            .filter(r -> r.spec().arm().equals("muon") && r.spec().seed() == 1)
            .findFirst()
            .orElseThrow();
    assertThat(muon.evaluations())
        .extracting(e -> e.value(Metric.VAL_ACCURACY).getAsDouble())
        .containsExactly(.60, .71);
    assertThat(muon.evaluations()).extracting(Evaluation::trainSeconds).containsExactly(10.0, 20.0);
    assertThat(new RunFacts(muon).batchSize()).contains("1024");
    assertThat(muon.results()).containsEntry("seconds_to_60%", 10.0);
    assertThat(read.notUnderstood())
        .extracting(u -> folder.relativize(u.file()) + " " + u.reason())
        .containsExactlyInAnyOrder(
            "report.html is neither .json nor .csv",
            "verdict.txt is neither .json nor .csv",
            "comparisons.csv has no columns 'model' and 'optimizer' but [problem, metric, first,"
                + " second, pairs, difference, low, high, rho, p, holm_p, sign_flip_p,"
                + " first_diverged, second_diverged, claim, sentence]");
  }

  @Test
  void everyFileThatIsNotUnderstoodIsListedWithTheReason() throws IOException {
    write("a.json", "{\"hello\": 1}");
    write("b.json", "{broken");
    write("c.json", "[1, 2]");
    write("d.json", "[{\"optimizer\": \"x\", \"best_acc\": 1}]");
    write("e.csv", "");
    write("f.png", "?");
    ForeignResults read = ForeignResults.read(folder);
    assertThat(read.records()).isEmpty();
    assertThat(read.notUnderstood())
        .extracting(u -> u.file().getFileName() + " " + u.reason())
        .satisfiesExactly(
            a ->
                assertThat(a)
                    .isEqualTo(
                        "a.json is neither a run summary nor {model: {optimizer: {…}}}; its keys are [hello]"),
            b -> assertThat(b).startsWith("b.json is not valid JSON: "),
            c -> assertThat(c).isEqualTo("c.json is a list without objects"),
            d ->
                assertThat(d)
                    .isEqualTo("d.json names no model; its keys are [best_acc, optimizer]"),
            e -> assertThat(e).isEqualTo("e.csv holds no run"),
            f -> assertThat(f).isEqualTo("f.png is neither .json nor .csv"));
    assertThatThrownBy(() -> ForeignResults.read(folder.resolve("absent")))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("cannot read the results folder");
  }

  @Test
  void thePublishedTableIsComparedWithoutPretence() throws IOException {
    write(
        "summary_results.csv",
        """
        model,optimizer,best_val_acc_%,total_time_sec,batch_size,seed,time_to_60%_sec,time_to_85%_sec
        resnet,adam,93.84,1871,1024,42,150.5,
        resnet,muon,93.96,2497,1024,42,170,301
        """);
    List<RunRecord> runs = ForeignResults.read(folder).records();
    assertThat(runs.getFirst().results())
        .containsEntry("total_train_seconds", 1871.0)
        .doesNotContainKey(Metric.TOTAL_SECONDS)
        .doesNotContainKey("seconds_to_85%");
    var rule =
        new DecisionRule(
            "best_val_accuracy",
            DecisionRule.Goal.MAXIMIZE,
            Optional.of("adam"),
            .05,
            List.of(),
            Metric.VAL_ACCURACY,
            List.of());
    assertThat(Comparison.of(runs, rule).headline())
        .isEqualTo(
            "No difference between muon and adam could have been shown with n = 1 (the smallest p"
                + " that a paired sign-flip test can reach is 1.00); the observed difference is"
                + " +0.12 points, its spread is unknown; run at least 6 pairs.");
  }

  @Test
  void finalAccuraciesArePercentagesOrFractions() throws IOException {
    write("a.csv", "model,optimizer,final_acc\nnet,sgd,0.93\nnet,adam,0.94\n");
    write("b.csv", "model,optimizer,final_acc,final_tta_acc_%\nnet,muon,93,94\n");
    write("c.json", "{\"model\": \"net\", \"opt\": \"lion\", \"final_acc\": 92, \"history\": {}}");
    assertThat(ForeignResults.read(folder).records())
        .extracting(r -> r.results().get(Metric.TEST_ACCURACY))
        .containsExactly(.93, .94, .93, .92);
    assertThat(ForeignResults.read(folder).records().get(2).results().get(Metric.TTA_ACCURACY))
        .isCloseTo(.94, within(1e-12));
  }

  @Test
  void unseededRunsOfTwoFoldersHaveNumbersOfTheirOwn() throws IOException {
    write("a.csv", "model,optimizer,best_val_acc\nnet,sgd,0.93\nnet,sgd,0.94\n");
    List<RunRecord> first = ForeignResults.read(folder).records();
    List<RunRecord> all = new ArrayList<>(first);
    all.addAll(ForeignResults.read(folder, first.size()).records());
    assertThat(all).extracting(r -> r.spec().seed()).containsExactly(-1L, -2L, -3L, -4L);
  }

  private RunRecord only() {
    ForeignResults read = ForeignResults.read(folder);
    assertThat(read.notUnderstood()).isEmpty();
    assertThat(read.records()).hasSize(1);
    return read.records().getFirst();
  }

  private static RunRecord run(String arm, int seed, double first, double second) {
    return Runs.of(Runs.PROBLEM, arm, seed)
        .evaluations(
            new Evaluation(
                1, 49, 50_000, 10, 1, Map.of(Metric.VAL_ACCURACY, first, Metric.TRAIN_LOSS, 1.5)),
            new Evaluation(2, 98, 100_000, 20, 1, Map.of(Metric.VAL_ACCURACY, second)))
        .accuracy(second)
        .record();
  }

  private void write(String name, String text) throws IOException {
    Files.createDirectories(folder.resolve(name).getParent());
    Files.writeString(folder.resolve(name), text);
  }
}
