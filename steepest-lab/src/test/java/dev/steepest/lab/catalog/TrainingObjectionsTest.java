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

class TrainingObjectionsTest {
  private static List<RunSpec> plan(String data, String training, String evaluation) {
    String text =
        """
        name: said
        title: Said
        model: mlp
        data: {%s}
        optimizer: adamw
        training: {epochs: 3, %s}
        evaluation: {%s}
        seeds: 1
        """
            .formatted(
                data.startsWith("name:") ? data : "name: shapes, " + data, training, evaluation);
    return Plan.of(ExperimentFile.read(text, "said.yaml", List.of(), new Catalog()));
  }

  @Test
  void defaultsAreFilledIn() {
    var settings = plan("validation: 100", "early_stopping: {}", "").getFirst().settings();
    assertThat(settings.text("training.early_stopping.metric")).isEqualTo("val_loss");
    assertThat(settings.whole("training.early_stopping.patience")).isEqualTo(10);
    assertThat(settings.number("training.early_stopping.min_delta")).isZero();
  }

  @Test
  void batchSizesHaveOneWayOfWriting() {
    var settings =
        plan("validation: 100", "batch_schedule: ' 2:32  0:64'", "").getFirst().settings();
    assertThat(settings.whole("training.batch")).isEqualTo(64);
    assertThat(settings.text("training.batch_schedule")).isEqualTo("0:64 2:32");
    assertThat(plan("validation: 100", "batch_schedule: '2:32', batch: 64, batch_lr: keep", ""))
        .isEqualTo(plan("validation: 100", "batch_schedule: '0:64 2:32'", ""));
    assertThat(plan("validation: 100", "batch_schedule: '0:64'", ""))
        .isEqualTo(plan("validation: 100", "batch: 64", ""));
  }

  /** A folder may bring validation images of its own: the data say so when they are read. */
  @Test
  void ofAFolderItIsNotKnownWhetherItHasValidationImages() {
    String folder = "name: folder, folder: pics, size: 32, validation: 0";
    assertThat(plan(folder, "early_stopping: {}", "")).hasSize(1);
    assertThatThrownBy(() -> plan(folder, "early_stopping: {}", "curve: test"))
        .hasMessageContaining("nothing may be decided");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "validation: 0 | early_stopping: {} | | data.validation = 0 keeps none",
        "validation: 100 | early_stopping: {} | curve: test | nothing may be decided",
        "validation: 100 | save: best | | there is no training.early_stopping",
        "validation: 100 | early_stopping: {}, save: last | | choose best or none",
        "validation: 100 | early_stopping: {metric: test_accuracy} | | test_accuracy",
        "validation: 100 | early_stopping: {patience: 0} | | patience",
        "validation: 100 | early_stopping: 5 | | holds keys of its own",
        "validation: 100 | batch_schedule: '0:64 2' | | '2' is not EPOCH:SIZE",
        "validation: 100 | batch_schedule: '0:64 0:32' | | says epoch 0 twice",
        "validation: 100 | batch_schedule: '0:64 1:0' | | must be at least 1",
        "validation: 100 | batch_schedule: '0:64 3:32' | | epoch 3 is never trained",
        "validation: 100 | batch_schedule: '0:64 2:32', batch: 16 | | leave one of them out",
        "validation: 100 | batch_schedule: '0:64 2:32', accumulation: 33 | | splits a batch of 32",
        "validation: 100 | frozen_until: 'layer1' | | 'layer1' is not PREFIX:EPOCH",
        "validation: 100 | frozen_until: 'layer1:0' | | layer1 is trained from epoch 0 on anyway",
        "validation: 100 | batch_lr: sqrt | | but there is none",
      })
  void whatDoesNotFitIsSaid(String data, String training, String evaluation, String said) {
    assertThatThrownBy(() -> plan(data, training, evaluation == null ? "" : evaluation))
        .isInstanceOf(ProblemsException.class)
        .hasMessageContaining(said);
  }
}
