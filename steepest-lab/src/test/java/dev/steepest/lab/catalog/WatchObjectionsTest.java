package dev.steepest.lab.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.steepest.study.experiment.ExperimentFile;
import dev.steepest.study.file.ProblemsException;
import dev.steepest.study.plan.Plan;
import dev.steepest.study.plan.RunSpec;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WatchObjectionsTest {
  private static List<RunSpec> plan(String data, String training, String evaluation) {
    String text = """
        name: said
        title: Said
        model: mlp
        data: {name: shapes, %s}
        optimizer: adamw
        training: {epochs: 3, %s}
        evaluation: {%s}
        seeds: 1
        """.formatted(data, training, evaluation);
    return Plan.of(ExperimentFile.read(text, "said.yaml", List.of(), new Catalog()));
  }

  @Test
  void defaultsAreFilledIn() {
    var settings = plan("validation: 100", "early_stopping: {}", "").getFirst().settings();
    assertThat(settings.text("training.early_stopping.metric")).isEqualTo("val_loss");
    assertThat(settings.whole("training.early_stopping.patience")).isEqualTo(10);
    assertThat(settings.number("training.early_stopping.min_delta")).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "validation: 0 | early_stopping: {} | | data.validation = 0 keeps none",
        "validation: 100 | early_stopping: {} | curve: test | nothing may be decided",
        "validation: 100 | save: best | | there is no training.early_stopping",
        "validation: 100 | early_stopping: {}, save: last | | choose best or none",
        "validation: 100 | early_stopping: {metric: test_accuracy} | | test_accuracy",
        "validation: 100 | early_stopping: {patience: 0} | | patience",
        "validation: 100 | early_stopping: 5 | | holds keys of its own",
      })
  void whatDoesNotFitIsSaid(String data, String training, String evaluation, String said) {
    assertThatThrownBy(() -> plan(data, training, evaluation == null ? "" : evaluation))
        .isInstanceOf(ProblemsException.class)
        .hasMessageContaining(said);
  }
}
