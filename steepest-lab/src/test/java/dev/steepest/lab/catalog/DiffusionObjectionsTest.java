package dev.steepest.lab.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.steepest.study.experiment.ExperimentFile;
import dev.steepest.study.file.ProblemsException;
import dev.steepest.study.plan.Plan;
import dev.steepest.study.plan.RunSpec;
import java.util.List;
import org.junit.jupiter.api.Test;

class DiffusionObjectionsTest {
  private static final String DIFFUSION =
      """
      name: noise
      model: small-unet
      data: {name: figures, judge: somebody}
      optimizer: adam
      training: {steps: 8, batch: 4}
      evaluation: {every_steps: 2}
      """;

  private static RunSpec run(String text) {
    return Plan.of(ExperimentFile.read(text, "noise.yaml", List.of(), new Catalog())).getFirst();
  }

  private static List<String> problems(String text) {
    return catchThrowableOfType(ProblemsException.class, () -> run(text)).problems();
  }

  @Test
  void whatIsUsualNeedNotBeSaid() {
    RunSpec plain = run(DIFFUSION);
    assertThat(plain.settings().whole("model.time_steps")).isEqualTo(1000);
    assertThat(plain.settings().number("model.beta_last")).isEqualTo(0.02);
    RunSpec spoken =
        run(
            DIFFUSION.replace(
                "every_steps: 2",
                "every_steps: 2, samples: 8, sampling_steps: 50, guidance: 2, sample_at: end"));
    assertThat(spoken.id()).isEqualTo(plain.id());
    assertThat(run(DIFFUSION.replace("somebody", "none")).id())
        .isEqualTo(run(DIFFUSION.replace(", judge: somebody", "")).id());
  }

  @Test
  void whatNoiseHasNotIsRefusedAllAtOnce() {
    String wrong =
        DIFFUSION
            .replace(
                "every_steps: 2", "every_steps: 2, tta: mirror, samples: 0, sampling_steps: 2000")
            .replace(
                "batch: 4",
                "batch: 4, label_smoothing: 0.1, early_stopping: {metric: val_accuracy}")
            .replace("small-unet", "{name: small-unet, beta_first: 0.5, drop_both: 0.9}")
            .concat("augmentation: {mixup: 0.2, cutmix: 1}\n");
    assertThat(problems(wrong))
        .hasSize(9)
        .anySatisfy(p -> assertThat(p).contains("beta_first = 0.5 is more than model.beta_last"))
        .anySatisfy(p -> assertThat(p).contains("add up to 1.1"))
        .anySatisfy(p -> assertThat(p).contains("sampling_steps = 2000 is more than"))
        .anySatisfy(p -> assertThat(p).contains("augmentation.mixup = 0.2"))
        .anySatisfy(p -> assertThat(p).contains("augmentation.cutmix = 1.0"))
        .anySatisfy(p -> assertThat(p).contains("training.label_smoothing = 0.1"))
        .anySatisfy(p -> assertThat(p).contains("evaluation.tta = mirror"))
        .anySatisfy(p -> assertThat(p).contains("early_stopping.metric = val_accuracy"))
        .anySatisfy(p -> assertThat(p).contains("data.judge = somebody judges"));
  }

  @Test
  void othersHaveNothingToDraw() {
    String classifier =
        DIFFUSION
            .replace("small-unet", "small-cnn")
            .replace("every_steps: 2", "every_steps: 2, guidance: 3");
    assertThat(problems(classifier))
        .hasSize(2)
        .anySatisfy(p -> assertThat(p).contains("evaluation.guidance = 3.0 draws images"))
        .anySatisfy(p -> assertThat(p).contains("data.judge = somebody judges what"));
    assertThat(
            problems(
                DIFFUSION.replace("{name: figures, judge: somebody}", "{name: text, folder: a}")))
        .anySatisfy(p -> assertThat(p).contains("model.name = small-unet looks at images"));
  }

  @Test
  void theNumberOfTimeStepsIsSaidOnce() {
    RunSpec run = run(DIFFUSION.replace("small-unet", "{name: context-unet, time_steps: 400}"));
    assertThat(run.settings().whole("model.time_steps")).isEqualTo(400);
  }
}
