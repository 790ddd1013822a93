package dev.steepest.study.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.steepest.study.compare.Comparison;
import dev.steepest.study.compare.Runs;
import dev.steepest.study.compare.Verdict;
import dev.steepest.study.experiment.DecisionRule;
import dev.steepest.study.record.Evaluation;
import dev.steepest.study.record.Metric;
import dev.steepest.study.record.Outcome.Status;
import dev.steepest.study.record.RunRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ReportTest {
  private static final Report.Drawing NONE = _ -> Map.of();

  @TempDir Path folder;

  @Test
  void writesTheSeedsFilesAndFigures() throws IOException {
    List<RunRecord> records = SampleStudy.records();
    List<Path> written = Report.write(folder, "Sample", records, verdict(records));
    assertThat(written)
        .extracting(file -> folder.relativize(file).toString())
        .contains(
            "report.html",
            "verdict.txt",
            "summary_results.csv",
            "epoch_metrics_long.csv",
            "comparisons.csv",
            "train_loss_vs_epoch.png",
            "val_acc_vs_epoch.png",
            "val_acc_vs_time.png",
            "best_val_acc_bar.png",
            "time_to_60_bar.png",
            "time_to_70_bar.png");
    assertThat(written).filteredOn(f -> f.toString().endsWith(".json")).hasSize(64);
    assertThat(written).allSatisfy(file -> assertThat(file).isNotEmptyFile());
    assertThat(folder).isDirectoryNotContaining(file -> file.toString().endsWith(".part"));
    for (Path png : written.stream().filter(f -> f.toString().endsWith(".png")).toList()) {
      assertThat(ImageIO.read(png.toFile()).getWidth()).as(png.toString()).isEqualTo(2000);
    }
  }

  @Test
  void pageIsOneFileThatSaysTheVerdictFirst() throws IOException {
    List<RunRecord> records = SampleStudy.records();
    Verdict verdict = verdict(records);
    Report.write(folder, "Sample", records, verdict, NONE);
    String html = Files.readString(folder.resolve("report.html"));
    String headline = "<h1>" + HtmlPage.unbroken(verdict.headline()) + "</h1>";
    assertThat(html.contains(headline)).isTrue();
    assertThat(html.indexOf(headline)).isLessThan(html.indexOf("Before you believe it"));
    assertThat(HtmlPage.unbroken("(95 % CI 0.91 to 1.73, n = 8 pairs, Holm p < .0001)"))
        .isEqualTo("(95~%~CI 0.91 to 1.73, n~=~8~pairs, Holm p~<~.0001)".replace('~', '\u00a0'));
    assertThat(html)
        .contains("dion diverged on 1 of 8 seeds (seed 3)", "./steepest replay runs/muon-0");
    // nothing is fetched: no links, no scripts or pictures from elsewhere
    assertThat(html).doesNotContainPattern("(?i)<(link|img|iframe)\\b|\\ssrc=|url\\(|@import");
  }

  @Test
  void dataCannotBreakOutOfThePage() throws IOException {
    String evil = "</script><script>alert('x')</script> & \"quoted\" \u2028 <b>";
    List<RunRecord> records =
        List.of(
            Runs.of(evil, evil, 0).accuracy(.5).fact("cpu", evil).record(),
            Runs.of(evil, "diverged " + evil, 0).ended(Status.DIVERGED).record());
    Report.write(folder, evil, records, verdict(records), NONE);
    String html = Files.readString(folder.resolve("report.html"));
    assertThat(html.contains("<script>alert")).isFalse();
    assertThat(Pattern.compile("<script[ >]").matcher(html).results()).hasSize(3);
    String data = html.substring(html.indexOf("id=\"data\">") + 10);
    data = data.substring(0, data.indexOf("</script>"));
    assertThat(data).doesNotContain("<", ">", "&", "\u2028");
    JsonNode json = JsonMapper.builder().build().readTree(data);
    assertThat(json.get("problems").get(0).get("arms").get(0).get("name").asString())
        .isEqualTo(evil);
  }

  @Test
  void missingValuesStayEmpty() throws IOException {
    RunRecord run =
        Runs.of(Runs.PROBLEM, "muon", 4)
            .evaluations(
                new Evaluation(1, 49, 50_000, 11.5, 1, Map.of(Metric.TRAIN_LOSS, 1.25)),
                new Evaluation(2, 98, 100_000, 23, 1, Map.of(Metric.VAL_ACCURACY, .625)))
            .record();
    Report.write(folder, "t", List.of(run), verdict(List.of(run)), NONE);
    assertThat(folder.resolve("summary_results.csv"))
        .hasContent(
            """
            model,optimizer,best_val_acc_%,total_time_sec,batch_size,weight_decay,momentum,lr_used,seed,amp,source,time_to_60%_sec,time_to_70%_sec,time_to_85%_sec
            resnet18,muon,62.5,23,1024,,,0.01,4,,runs/muon-4,23,,
            """);
    assertThat(folder.resolve("epoch_metrics_long.csv"))
        .hasContent(
            """
            model,optimizer,epoch,train_loss,val_acc_%,epoch_time_sec,cum_time_sec,seed
            resnet18,muon,1,1.25,,11.5,11.5,4
            resnet18,muon,2,,62.5,11.5,23,4
            """);
    Path summary;
    try (var files = Files.list(folder.resolve("summaries"))) {
      summary = files.findFirst().orElseThrow();
    }
    JsonNode json = JsonMapper.builder().build().readTree(Files.readString(summary));
    assertThat(json.get("best_acc").doubleValue()).isEqualTo(62.5);
    assertThat(json.get("history").toString())
        .isEqualTo(
            "{\"epochs\":[1.0,2.0],\"train_loss\":[1.25,null],\"test_acc\":[null,62.5],"
                + "\"epoch_time\":[11.5,11.5]}");
  }

  @Test
  void nothingFinishedIsAReportTooAndNotAnException() throws IOException {
    RunRecord run = Runs.of(Runs.PROBLEM, "muon", 0).evaluations().unfinished().record();
    for (List<RunRecord> records : List.of(List.<RunRecord>of(), List.of(run))) {
      List<Path> written = Report.write(folder, "Empty", records, verdict(records));
      assertThat(written).doesNotContain(folder.resolve(Report.NO_FIGURES));
      assertThat(Files.readString(folder.resolve("report.html")))
          .contains(
              records.isEmpty() ? "There are no runs to compare." : "No run has finished yet");
    }
  }

  @Test
  void withoutFontsEverythingButTheFiguresIsWritten() throws IOException {
    List<RunRecord> records = SampleStudy.records();
    List<Path> written =
        Report.write(
            folder,
            "Sample",
            records,
            verdict(records),
            _ -> {
              throw new InternalError(
                  "Fontconfig head is null, check your fonts or fonts configuration");
            });
    assertThat(written)
        .contains(folder.resolve("report.html"), folder.resolve(Report.NO_FIGURES))
        .noneMatch(file -> file.toString().endsWith(".png"));
    assertThat(Files.readString(folder.resolve(Report.NO_FIGURES)))
        .contains("Fontconfig head is null", "apt-get install");
    assertThat(Files.readString(folder.resolve("report.html"))).contains("Fontconfig head is null");
  }

  @Test
  void aFolderThatCannotBeWrittenIsNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "in the way");
    assertThatThrownBy(
            () -> Report.write(file.resolve("report"), "t", List.of(), verdict(List.of()), NONE))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("cannot make the report folder " + file)
        .hasMessageContaining("name another folder");
    Files.createDirectories(folder.resolve("out/report.html/x"));
    assertThatThrownBy(
            () -> Report.write(folder.resolve("out"), "t", List.of(), verdict(List.of()), NONE))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("cannot write " + folder.resolve("out/report.html"));
    assertThat(folder.resolve("out/report.html.part")).doesNotExist();
  }

  @Test
  void lossesAreDrawnWhereTheRuleAsksForThem() {
    List<RunRecord> records = SampleStudy.records();
    var rule =
        new DecisionRule(
            Metric.VAL_LOSS,
            DecisionRule.Goal.MINIMIZE,
            Optional.of("adamw"),
            .05,
            List.of(.8),
            Metric.VAL_LOSS,
            List.of());
    Map<String, byte[]> files = Plots.of(Gathering.of(records, Comparison.of(records, rule)));
    assertThat(files).containsKeys("val_loss_vs_epoch.png", "val_loss_vs_time.png");
  }

  @Test
  void aRunThatStandsAsideIsInTheTablesButNotInTheFigures() throws IOException {
    List<RunRecord> records =
        List.of(
            Runs.of(Runs.PROBLEM, "muon", 0).accuracy(.91).record(),
            Runs.of(Runs.PROBLEM, "muon", 0).accuracy(.99).at(Instant.MAX).record());
    Verdict verdict = verdict(records);
    Gathering gathering = Gathering.of(records, verdict);
    assertThat(
            new Sections(gathering, dev.steepest.study.report.picture.Reel.EMPTY)
                .all()
                .getFirst()
                .strip()
                .rows()
                .getFirst()
                .dots())
        .hasSize(1);
    Report.write(folder, "t", records, verdict, NONE);
    assertThat(Files.readAllLines(folder.resolve("summary_results.csv"))).hasSize(3);
    assertThat(folder.resolve("summaries").toFile().list()).hasSize(2);
  }

  @Test
  void replayCommandsSurviveAShell() {
    assertThat(Origins.quoted("runs/a-1")).isEqualTo("runs/a-1");
    assertThat(Origins.quoted("my runs/it's")).isEqualTo("'my runs/it'\\''s'");
  }

  private static Verdict verdict(List<RunRecord> records) {
    return Comparison.of(records, SampleStudy.RULE);
  }
}
