package dev.steepest.study.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.study.compare.Comparison;
import dev.steepest.study.compare.Runs;
import dev.steepest.study.compare.SpeedRuns;
import dev.steepest.study.experiment.DecisionRule;
import dev.steepest.study.record.Evaluation;
import dev.steepest.study.record.Metric;
import dev.steepest.study.record.RunRecord;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The report of a speed benchmark: whole runs timed, curves of the test set. */
class SpeedReportTest {
  private static final Report.Drawing NONE = _ -> Map.of();

  @TempDir Path folder;

  @Test
  void drawsTheMeanOfEachEpochAndNothingThatIsTheBestOfTheTestSet() throws IOException {
    Map<String, byte[]> files = Plots.of(gathering(SpeedRuns.records(4)));
    assertThat(files)
        .containsKeys(
            "train_loss_mean_std.png",
            "train_acc_mean_std.png",
            "val_acc_mean_std.png",
            "test_accuracy_vs_epoch.png",
            "final_test_acc_bar.png")
        .doesNotContainKeys("best_val_acc_bar.png", "val_acc_vs_epoch.png");
    var image = ImageIO.read(new ByteArrayInputStream(files.get("val_acc_mean_std.png")));
    assertThat(image.getWidth()).isEqualTo(2000);
    assertThat(Plots.of(gathering(Runs.arm("adamw", .93, .94))))
        .doesNotContainKeys("train_loss_mean_std.png", "val_acc_mean_std.png");
  }

  @Test
  void theBandIsOneStandardDeviationAtTheTrueEpochAndMissingForASingleRun() {
    List<RunRecord> runs =
        SpeedRuns.records(5).stream().filter(run -> run.spec().arm().equals("lion")).toList();
    Curve curve =
        Curve.of(runs.subList(0, 5), Axis.EPOCHS, Metric.TRAIN_ACCURACY, .95, Curve.Band.DEVIATION)
            .orElseThrow();
    assertThat(curve.x()[8]).isEqualTo(9);
    assertThat(curve.x()[9]).isEqualTo(9.9);
    double[] last =
        runs.subList(0, 5).stream()
            .mapToDouble(
                run -> run.evaluations().getLast().value(Metric.TRAIN_ACCURACY).getAsDouble())
            .toArray();
    double mean = 0;
    for (double value : last) {
      mean += value / 5;
    }
    double squares = 0;
    for (double value : last) {
      squares += (value - mean) * (value - mean);
    }
    double sd = Math.sqrt(squares / 4);
    assertThat(curve.mean()[9]).isCloseTo(mean, within(1e-12));
    assertThat(curve.high()[9] - curve.mean()[9]).isCloseTo(sd, within(1e-12));
    assertThat(curve.mean()[9] - curve.low()[9]).isCloseTo(sd, within(1e-12));
    Curve single =
        Curve.of(runs.subList(0, 1), Axis.EPOCHS, Metric.TRAIN_ACCURACY, .95, Curve.Band.DEVIATION)
            .orElseThrow();
    assertThat(single.low()).containsOnly(Double.NaN);
    assertThat(CurvePanel.counted(List.of(1))).isEqualTo(" (n = 1, no band)");
    assertThat(CurvePanel.counted(List.of(20, 8))).isEqualTo(" (n = 20 and 8)");
  }

  @Test
  void thePageHasTheBenchmarkAndSaysWhatTheCurvesAreOf() throws IOException {
    write(SpeedRuns.records(6));
    String html = Files.readString(folder.resolve("report.html"));
    assertThat(html)
        .contains(
            "Whole runs: TTA accuracy and total time",
            "Whole runs against baseline",
            "Time of whole runs as a multiple of baseline",
            "Bootstrap, BCa",
            "Final test accuracy",
            "Steepest selected nothing by them")
        .doesNotContain("Best validation accuracy");
    String data = html.substring(html.indexOf("id=\"data\">") + 10);
    JsonNode json =
        JsonMapper.builder().build().readTree(data.substring(0, data.indexOf("</script>")));
    assertThat(json.get("metrics").propertyNames())
        .containsExactly(
            Metric.TEST_ACCURACY, Metric.TEST_LOSS, Metric.TRAIN_LOSS, Metric.TRAIN_ACCURACY);
    JsonNode curve = json.at("/problems/0/arms/0/curves/" + Metric.TEST_ACCURACY + "/EPOCHS");
    assertThat(curve.get("n").asInt()).isEqualTo(6);
    assertThat(curve.get("low").size()).isEqualTo(10);
    assertThat(curve.get("x").get(9).asDouble()).isEqualTo(9.9);
  }

  @Test
  void thePageSaysWhatTheArmsOfAFileDifferIn() throws IOException {
    List<RunRecord> records = SpeedRuns.records(2);
    write(records);
    assertThat(Files.readString(folder.resolve("report.html")))
        .doesNotContain("What the arms differ in");
    DecisionRule rule =
        SpeedRuns.rule(Metric.TTA_ACCURACY, .9).comparing(List.of("model", "optimizer"));
    Report.write(folder, "Speed", records, Comparison.of(records, rule), NONE);
    String html = Files.readString(folder.resolve("report.html"));
    String table = html.substring(html.indexOf("<caption>What the arms differ in"));
    assertThat(table.substring(0, table.indexOf("</table>")).replaceAll("(?s)<[^>]*>|\\s+", " "))
        .containsSubsequence(
            "Setting",
            "baseline",
            "hardswish",
            "lion",
            "model.activation",
            "baseline",
            "hardswish",
            "lion",
            "optimizer.name",
            "baseline",
            "hardswish",
            "lion")
        .doesNotContain("batch_size");
  }

  @Test
  void timesToAnAccuracyAreOfTheImagesThatTheTitleNames() {
    List<RunRecord> records = new ArrayList<>(SpeedRuns.records(2));
    records.add(
        Runs.of(SpeedRuns.PROBLEM, "validated", 0)
            .accuracy(.5)
            .evaluations(new Evaluation(1, 49, 50_000, 20, 1, Map.of(Metric.VAL_ACCURACY, .5)))
            .record());
    assertThat(Plots.of(gathering(SpeedRuns.records(2)))).containsKey("time_to_60_bar.png");
    assertThat(Plots.of(gathering(records)))
        .as("only the one with a validation curve counts, and it did not arrive")
        .doesNotContainKey("time_to_60_bar.png");
  }

  @Test
  void tablesAndSummariesSayFinalAndNeverBest() throws IOException {
    List<RunRecord> records = SpeedRuns.records(1);
    write(records);
    List<String> summary = Files.readAllLines(folder.resolve("summary_results.csv"));
    assertThat(summary.getFirst())
        .endsWith(",time_to_90%_sec,final_test_acc_%,final_tta_acc_%,whole_run_sec");
    assertThat(summary.get(1)).startsWith("airbench94,baseline,,3.861,1024,");
    assertThat(Files.readAllLines(folder.resolve("epoch_metrics_long.csv")).getFirst())
        .endsWith(",seed,test_acc_%,train_acc_%");
    JsonNode run =
        JsonMapper.builder()
            .build()
            .readTree(Files.readString(folder.resolve(RunSummaries.name(records.getFirst()))));
    assertThat(run.get("best_acc").isNull()).isTrue();
    assertThat(run.at("/config/accuracy_of").asString()).isEqualTo("test");
    double last = records.getFirst().results().get(Metric.TEST_ACCURACY);
    assertThat(run.get("final_acc").asDouble()).isEqualTo(100 * last);
    assertThat(run.at("/history/test_acc").size()).isEqualTo(10);
    // where there are validation curves, the published columns are all there is
    List<RunRecord> usual = new ArrayList<>(Runs.arm("adamw", .93));
    Report.write(folder.resolve("usual"), "t", usual, Comparison.of(usual, SampleStudy.RULE), NONE);
    assertThat(Files.readAllLines(folder.resolve("usual/epoch_metrics_long.csv")).getFirst())
        .endsWith(",cum_time_sec,seed");
    assertThat(folder.resolve("usual/" + BenchmarkLog.FILE)).doesNotExist();
  }

  private void write(List<RunRecord> records) {
    Report.write(
        folder,
        "Speed",
        records,
        Comparison.of(records, SpeedRuns.rule(Metric.TTA_ACCURACY, .9)),
        NONE);
  }

  private static Gathering gathering(List<RunRecord> records) {
    return Gathering.of(records, Comparison.of(records, SpeedRuns.rule(Metric.TTA_ACCURACY, .9)));
  }

  /** Writes the sample for a look with human eyes: {@code java … SpeedReportTest FOLDER}. */
  public static void main(String[] args) {
    List<RunRecord> records = SpeedRuns.records(Integer.parseInt(args[1]));
    Report.write(
        Path.of(args[0]),
        "A speed benchmark",
        records,
        Comparison.of(records, SpeedRuns.rule(Metric.TTA_ACCURACY, .9)));
  }
}
