package dev.steepest.lab.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.steepest.study.experiment.ExperimentFile;
import dev.steepest.study.file.ProblemsException;
import dev.steepest.study.plan.Plan;
import dev.steepest.study.plan.RunSpec;
import java.util.List;
import org.junit.jupiter.api.Test;

class TextObjectionsTest {
  private static final String TEXT =
      """
      name: said
      title: Said
      model: {name: gpt, layers: 2}
      data: {name: text, folder: books}
      optimizer: adamw
      training: {steps: 8, batch: 4}
      evaluation: {every_steps: 2}
      seeds: 1
      verdict: {metric: test_loss}
      """;

  private static List<RunSpec> plan(String text) {
    return Plan.of(ExperimentFile.read(text, "said.yaml", List.of(), new Catalog()));
  }

  @Test
  void aLanguageModelOnTextIsUnderstood() {
    RunSpec run = plan(TEXT).getFirst();
    assertThat(run.settings().whole("training.steps")).isEqualTo(8);
    assertThat(run.settings().has("training.epochs")).isFalse();
    assertThat(run.settings().has("evaluation.every")).isFalse();
    assertThat(run.settings().whole("model.vocabulary")).isEqualTo(50_304);
  }

  @Test
  void everythingThatDoesNotFitIsSaidAtOnce() {
    String wrong =
        TEXT.replace("batch: 4}", "batch: 4, label_smoothing: 0.1, loss_reduction: sum}")
            .replace("every_steps: 2", "every_steps: 9, tta: mirror")
            .replace("seeds: 1", "augmentation: {flip: random}\nseeds: 1");
    assertThatThrownBy(() -> plan(wrong))
        .isInstanceOf(ProblemsException.class)
        .hasMessageContaining("evaluation.every_steps = 9 is more than training.steps = 8")
        .hasMessageContaining("training.label_smoothing = 0.1 is for images")
        .hasMessageContaining("training.loss_reduction = sum is for images")
        .hasMessageContaining("evaluation.tta = mirror is for images")
        .hasMessageContaining("augmentation.flip = random is for images; with text it can only be");
  }

  @Test
  void imagesAndTextAreKeptApart() {
    assertThatThrownBy(() -> plan(TEXT.replace("{name: text, folder: books}", "cifar10")))
        .hasMessageContaining("model.name = gpt reads text, but data.name = cifar10 is images");
    assertThatThrownBy(() -> plan(TEXT.replace("{name: gpt, layers: 2}", "resnet18")))
        .hasMessageContaining(
            "model.name = resnet18 looks at images, but data.name = text is text");
  }

  @Test
  void aLengthIsGivenOnce() {
    assertThatThrownBy(() -> plan(TEXT.replace("steps: 8", "steps: 8, epochs: 2")))
        .hasMessageContaining("training.epochs = 2.0 and training.steps = 8 say the same thing");
    assertThatThrownBy(() ->
            plan(
                TEXT.replace(
                    "seeds: 1",
                    "schedule: {name: cosine, warmup: 0.1, warmup_epochs: 1}\nseeds: 1")))
        .hasMessageContaining(
            "schedule.warmup = 0.1 and schedule.warmup_epochs = 1.0 say the same");
  }
}
