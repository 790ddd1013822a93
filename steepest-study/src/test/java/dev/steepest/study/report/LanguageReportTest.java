package dev.steepest.study.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.study.compare.Comparison;
import dev.steepest.study.compare.SideBySide;
import dev.steepest.study.compare.Verdict;
import dev.steepest.study.record.Metric;
import dev.steepest.study.record.RunRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class LanguageReportTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @TempDir Path folder;

  private void write(List<RunRecord> records) {
    Verdict verdict = Comparison.of(records, LanguageStudy.RULE);
    Report.write(folder, "Text", records, verdict);
  }

  private JsonNode json(String file) throws IOException {
    return JSON.readTree(Files.readString(folder.resolve(file)));
  }

  private Path log(String ending) throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("logs"))) {
      return files
          .filter(f -> f.toString().contains("muon_seed1") && f.toString().endsWith(ending))
          .findFirst()
          .orElseThrow();
    }
  }

  @Test
  void aRunsMetricsHaveThePublishedKeys() throws IOException {
    write(LanguageStudy.records(1));
    JsonNode metrics = json("experiments/muon/metrics.json");
    assertThat(metrics.propertyNames())
        .contains(
            "experiment_config",
            "final_metrics",
            "total_time_minutes",
            "stopped_early",
            "actual_steps",
            "history");
    assertThat(metrics.path("history").propertyNames())
        .containsExactlyInAnyOrder(
            "steps",
            "val_losses",
            "val_accuracies",
            "val_perplexities",
            "elapsed_times",
            "learning_rates");
    assertThat(metrics.path("final_metrics").propertyNames())
        .contains("val_loss", "val_accuracy", "val_perplexity");
    assertThat(metrics.path("experiment_config").propertyNames())
        .contains("name", "description", "optimizer_type", "max_steps", "lr_schedule_type");
    assertThat(metrics.path("experiment_config").path("optimizer_type").asString())
        .isEqualTo("muon_hybrid");
    assertThat(metrics.path("history").path("steps").path(4).asInt()).isEqualTo(40);
    assertThat(metrics.path("history").path("elapsed_times").path(4).asDouble())
        .isEqualTo(20 / 60.0, within(1e-12));
    assertThat(metrics.path("final_metrics").path("val_loss").asDouble())
        .isEqualTo(5.01, within(1e-12));
    JsonNode summary = json("comparison_summary.json");
    assertThat(summary.path("best_experiment").asString()).isEqualTo("muon");
    assertThat(summary.path("best_adam").asString()).isEqualTo("adamw");
    assertThat(summary.path("experiments").size()).isEqualTo(2);
    assertThat(summary.path("experiments").path(0).propertyNames())
        .contains("name", "optimizer_type", "final_loss", "best_loss", "final_accuracy", "history");
  }

  @Test
  void aRunsLogsHaveThePublishedKeysAndLines() throws IOException {
    write(LanguageStudy.records(1));
    JsonNode log = JSON.readTree(Files.readString(log("log.json")));
    assertThat(log.propertyNames())
        .contains(
            "run_id",
            "start_time",
            "end_time",
            "random_seed",
            "ddp_world_size",
            "hyperparameters",
            "model_config",
            "optimizer_configs",
            "training_time_ms",
            "peak_memory_mib",
            "final_train_loss",
            "final_val_loss",
            "training_data");
    assertThat(log.path("training_data").propertyNames())
        .contains("train_losses", "val_losses", "train_times_ms", "steps");
    assertThat(log.path("peak_memory_mib").asDouble()).isEqualTo(300);
    assertThat(log.path("training_time_ms").asDouble()).isEqualTo(20_000, within(1e-6));
    assertThat(log.path("optimizer_configs").path("lm_head").path("lr").asDouble()).isEqualTo(.007);
    assertThat(Files.readString(log("log.txt")))
        .contains(
            "EXPERIMENT METADATA",
            "HYPERPARAMETERS",
            "training.steps: 40",
            "MODEL CONFIGURATION",
            "OPTIMIZER CONFIGURATIONS",
            "TRAINING CODE",
            "commit 600bbb6",
            "cpu: a processor",
            "step:20/40 val_loss:7.0100 train_time:10000ms step_avg:500.00ms",
            "FINAL RESULTS",
            "Peak memory consumption: 300 MiB",
            "Final validation loss: 5.0100",
            "Total training time: 20000 ms (20.00 s)");
  }

  @Test
  void nothingIsSaidOfImagesAndEpochs() throws IOException {
    write(LanguageStudy.records(7));
    String html = Files.readString(folder.resolve("report.html"));
    String page = html.substring(0, html.indexOf("<script"));
    assertThat(page)
        .contains("validation perplexity", "tokens, /s", "FLOPs utilisation, %", "peak memory, MiB")
        .contains("12346", "41.00", "300.0", "40960")
        .contains("nats of validation loss")
        .doesNotContainIgnoringCase("images")
        .doesNotContainIgnoringCase("epoch");
    assertThat(folder.resolve("epoch_metrics_long.csv")).doesNotExist();
    assertThat(Files.readString(folder.resolve("language_results.csv")))
        .contains("moe-gpt · text,muon,1,finished,40,40960,20,");
    assertThat(Files.readAllLines(folder.resolve("evaluations_long.csv"))).hasSize(1 + 14 * 5);
  }

  @Test
  void figuresAreFourPanelsAndCanBeRead() throws IOException {
    write(LanguageStudy.records(2));
    for (String file : List.of("comparison_plot.png", "experiments/muon/metrics_plot.png")) {
      var image = ImageIO.read(folder.resolve(file).toFile());
      assertThat(image.getWidth()).as(file).isEqualTo(2 * 2 * Canvas.WIDTH);
      assertThat(image.getHeight()).as(file).isGreaterThan(2 * 2 * Canvas.HEIGHT);
    }
    assertThat(folder.resolve("val_loss_vs_tokens.png")).isNotEmptyFile();
    assertThat(folder.resolve("experiments/muon/seed_2/metrics.json")).isNotEmptyFile();
  }

  @Test
  void ourLogsAreReadBackAsTheRunsThatTheyAreOf() {
    List<RunRecord> records = LanguageStudy.records(2);
    write(records);
    ForeignResults read = ForeignResults.read(folder.resolve("experiments"));
    assertThat(read.notUnderstood()).isEmpty();
    assertThat(read.records()).hasSize(4);
    RunRecord muon =
        read.records().stream()
            .filter(r -> r.spec().arm().equals("muon") && r.spec().seed() == 1)
            .findFirst()
            .orElseThrow();
    assertThat(muon.spec().problem()).isEqualTo(LanguageStudy.PROBLEM);
    assertThat(muon.ofTokens()).isTrue();
    assertThat(muon.last(Metric.VAL_LOSS).orElseThrow()).isEqualTo(5.01, within(1e-12));
    assertThat(muon.evaluations())
        .extracting(e -> e.step())
        .containsExactly(0L, 10L, 20L, 30L, 40L);
    assertThat(muon.evaluations().getLast().trainSeconds()).isEqualTo(20, within(1e-9));
    assertThat(ForeignResults.read(folder.resolve("logs")).records()).hasSize(4);
  }

  @Test
  void publishedLogsAreReadUnderNamesOfTheirOwn() throws IOException {
    Path one = Files.createDirectories(folder.resolve("muon_baseline"));
    Files.writeString(
        one.resolve("metrics.json"),
        """
        {"final_metrics": {"val_loss": 5.70, "val_accuracy": 0.2, "val_perplexity": 299.4},
         "history": {"steps": [10, 20], "val_losses": [10.7, 5.70], "val_accuracies": [0.01, 0.2],
           "val_perplexities": [44355.8, 299.4], "elapsed_times": [0.5, 1.5],
           "learning_rates": [0.01, 0.02]},
         "experiment_config": {"name": "muon_baseline", "optimizer_type": "muon_hybrid"}}
        """);
    Files.writeString(
        folder.resolve("comparison_summary.json"),
        """
        {"experiments": [{"name": "muon_baseline", "optimizer_type": "muon_hybrid",
           "final_loss": 5.70, "best_loss": 5.70, "final_accuracy": 0.2,
           "history": {"steps": [10, 20], "val_losses": [10.7, 5.70], "val_accuracies": [0.01, 0.2],
             "val_perplexities": [44355.8, 299.4], "elapsed_times": [0.5, 1.5],
             "learning_rates": [0.01, 0.02]}}],
         "best_experiment": "muon_baseline", "best_muon": "muon_baseline", "best_adam": null}
        """);
    Files.writeString(
        folder.resolve("log.json"),
        """
        {"run_id": "x", "random_seed": 7, "hyperparameters": {"block_optimizer": "adago"},
         "training_data": {"train_losses": [5.0], "val_losses": [16.0, 3.3570],
           "train_times_ms": [0, 2125956.8], "steps": [0, 5100]}}
        """);
    ForeignResults read = ForeignResults.read(folder);
    assertThat(read.notUnderstood()).isEmpty();
    assertThat(read.records())
        .extracting(r -> r.spec().arm())
        .containsExactlyInAnyOrder("published: muon_baseline", "published: adago");
    assertThat(read.records()).allSatisfy(r -> assertThat(r.spec().seed()).isNegative());
    RunRecord adago =
        read.records().stream()
            .filter(r -> r.spec().arm().endsWith("adago"))
            .findFirst()
            .orElseThrow();
    assertThat(adago.evaluations().getLast().step()).isEqualTo(5100);
    assertThat(adago.evaluations().getLast().trainSeconds()).isEqualTo(2125.9568);
  }

  @Test
  void twoStudiesAreWrittenSideBySide() throws IOException {
    List<RunRecord> left = LanguageStudy.records(6);
    SideBySide sides = SideBySide.of("a", left, "b", left, LanguageStudy.RULE);
    SideBySideReport.write(folder, sides);
    assertThat(Files.readString(folder.resolve("side_by_side.html")))
        .contains("both say so", "Differences of validation loss, nats")
        .doesNotContain("<script");
    assertThat(Files.readAllLines(folder.resolve("side_by_side.csv"))).hasSize(3);
    assertThat(Files.readString(folder.resolve("side_by_side.txt"))).contains("moved by");
  }
}
