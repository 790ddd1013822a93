package dev.steepest.study.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steepest.study.compare.Comparison;
import dev.steepest.study.compare.Runs;
import dev.steepest.study.record.Evaluation;
import dev.steepest.study.record.Metric;
import dev.steepest.study.record.RunRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TransferTest {
  @TempDir Path folder;

  @Test
  void theComparisonTableAndItsCurvesComeOutOfRecords() throws IOException {
    List<RunRecord> records = records(3);
    List<Path> written =
        Report.write(folder, "t", records, Comparison.of(records, SampleStudy.RULE));
    assertThat(written)
        .contains(
            folder.resolve("tables.md"),
            folder.resolve("accuracy_comparison.png"),
            folder.resolve("loss_comparison.png"));
    String tables = Files.readString(folder.resolve("tables.md"));
    assertThat(tables)
        .contains(
            "| Strategy | Model | Image Size | Epochs | Best Accuracy | Test Accuracy | Seeds |")
        .contains(
            "| No Pretraining | resnest26d | 32x32 | 30 | 81.00 % (79.76 to 82.24) | 80.00 % (78.76 to 81.24) | 3 |")
        .contains(
            "| Pretraining | timm-resnet50 | 224x224 | 15 | 86.00 % (84.76 to 87.24) | 85.00 % (83.76 to 86.24) | 3 |")
        .contains("* **Best Accuracy:** **86.00 % (84.76 to 87.24)**")
        .contains("timm-resnet50 from imagenet.pth, sgd, learning rate 0.01")
        .contains("Pretraining gains 5.00 points of test accuracy")
        .doesNotContain("INSERT", "null");
    String html = Files.readString(folder.resolve("report.html"));
    assertThat(html).contains("<h2>Pretrained and from scratch</h2>", "data-problem=\"2\"");
  }

  @Test
  void oneSeedHasNoIntervalAndSaysNothingOfTheGain() {
    Transfer transfer = Transfer.of(records(1), .95).orElseThrow();
    assertThat(transfer.rows().getFirst())
        .containsExactly("No Pretraining", "resnest26d", "32x32", "30", "80.50 %", "79.50 %", "1");
    assertThat(transfer.gain()).isEmpty();
  }

  @Test
  void severalOfAKindAreToldApart() {
    List<RunRecord> records = new ArrayList<>(records(2));
    records.addAll(arm("resnet18 · cifar100", "adamw", "none", 10, .7, 2));
    Transfer transfer = Transfer.of(records, .95).orElseThrow();
    assertThat(transfer.labels())
        .containsExactly(
            "from scratch: resnest26d · cifar100, sgd",
            "from scratch: resnet18 · cifar100, adamw",
            "pretrained");
    assertThat(transfer.gain()).isEmpty();
  }

  @Test
  void studiesWithoutTrainedWeightsAreAsTheyWere() {
    assertThat(Transfer.of(SampleStudy.records(), .95)).isEmpty();
    List<RunRecord> all = arm("p", "a", "weights.pth", 3, .5, 2);
    assertThat(Transfer.of(all, .95)).isEmpty();
  }

  private static List<RunRecord> records(int seeds) {
    List<RunRecord> records = new ArrayList<>();
    records.addAll(arm("resnest26d · cifar100", "sgd", "none", 30, .8, seeds));
    records.addAll(arm("timm-resnet50 · cifar100", "sgd", "imagenet.pth", 15, .85, seeds));
    return records;
  }

  /**
   * Test accuracies about {@code accuracy}, half a point apart; the best on the way is one more.
   */
  private static List<RunRecord> arm(
      String problem, String arm, String weights, int epochs, double accuracy, int seeds) {
    List<RunRecord> records = new ArrayList<>();
    for (int seed = 0; seed < seeds; seed++) {
      double own = accuracy + .005 * (seed - (seeds == 1 ? 1 : (seeds - 1) / 2.0));
      List<Evaluation> rows = new ArrayList<>();
      for (int e = 1; e <= epochs; e++) {
        double at = own + .01 - .5 * (epochs - e) / epochs;
        rows.add(
            new Evaluation(
                e,
                10L * e,
                100L * e,
                e,
                1,
                Map.of(Metric.VAL_ACCURACY, at, Metric.VAL_LOSS, 2 - at, Metric.TRAIN_LOSS, 1.0)));
      }
      Map<String, Object> model =
          weights.equals("none")
              ? Map.of("name", problem.split(" ")[0])
              : Map.of("name", problem.split(" ")[0], "pretrained", weights);
      Map<String, Object> data =
          weights.equals("none")
              ? Map.of("name", "cifar100")
              : Map.of("name", "cifar100", "size", 224);
      records.add(
          Runs.of(problem, arm, seed)
              .setting("model", model)
              .setting("data", data)
              .evaluations(rows)
              .accuracy(own)
              .record());
    }
    return records;
  }

  /** Writes the sample for a look with human eyes: {@code java … TransferTest FOLDER}. */
  public static void main(String[] args) {
    List<RunRecord> records = records(3);
    Report.write(Path.of(args[0]), "Transfer", records, Comparison.of(records, SampleStudy.RULE));
  }
}
