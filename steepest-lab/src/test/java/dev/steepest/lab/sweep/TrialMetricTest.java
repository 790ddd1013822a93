package dev.steepest.lab.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.steepest.lab.train.EvaluationReport;
import dev.steepest.lab.train.EvaluationReport.Score;
import dev.steepest.lab.train.Position;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrialMetricTest {
  private static final EvaluationReport LOOK =
      new EvaluationReport(
          Position.START,
          0.5,
          Double.NaN,
          1,
          new LinkedHashMap<>(Map.of("val", new Score(2, 0.25, 8))));

  @ParameterizedTest
  @CsvSource({
    "val_acc, 0.25",
    "Acc/val, 0.25",
    "val_accuracy, 0.25",
    "val_loss, 2",
    "Loss/val, 2",
    "val_perplexity, 7.38905609893065",
    "train_loss, 0.5"
  })
  void readsWhatALookSays(String name, double value) {
    assertThat(TrialMetric.named(name, "sweep.yaml:3").of(LOOK)).hasValue(value);
  }

  @Test
  void aSweepWithoutAMetricImprovesTheValidationLoss() {
    assertThat(TrialMetric.named("", "sweep.yaml").of(LOOK)).hasValue(2);
  }

  @Test
  void whatWasNotMeasuredHasNoValue() {
    assertThat(TrialMetric.named("train_acc", "sweep.yaml:3").of(LOOK)).isEmpty();
  }

  @Test
  void nothingIsChosenByTheTestSet() {
    assertThatThrownBy(() -> TrialMetric.named("test_acc", "sweep.yaml:3"))
        .hasMessageContaining("sweep.yaml:3: metric.name = 'test_acc' is measured on the test set");
    assertThatThrownBy(() -> TrialMetric.named("val_acuracy", "sweep.yaml:3"))
        .hasMessageContaining("did you mean 'val_accuracy'");
  }
}
