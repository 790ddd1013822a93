package dev.steepest.lab.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.steepest.study.experiment.Experiment;
import dev.steepest.study.experiment.ExperimentFile;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Settings of distillation: what is filled in, and what would be of no effect. */
class ScoreObjectionsTest {
  private static final String FILE =
      """
      name: distilled
      model: pixels
      data: score
      optimizer: adamw
      training: {steps: 100}
      evaluation: {every_steps: 10}
      """;

  private static Experiment read(String... set) {
    return ExperimentFile.read(FILE, "d.yaml", List.of(set), new Catalog());
  }

  private static Map<String, Object> data(String... set) {
    return read(set).cells().getFirst().settings().get("data");
  }

  @Test
  void whatIsSoAnywayIsNotMentioned() {
    assertThat(data())
        .containsEntry("prior", "figures-diffusion")
        .containsEntry("judge", "figures-judge")
        .containsEntry("mode", "sds")
        .containsEntry("guidance", 7.5)
        .containsEntry("particles", 1L)
        .doesNotContainKeys("prior_steps", "prompts", "phi", "negative", "source", "folder");
    assertThat(data("data.prior_steps=0", "data.prompts=all")).isEqualTo(data());
    assertThat(data("data.mode=vsd", "data.phi_rank=4", "data.phi=lora"))
        .isEqualTo(data("data.mode=vsd"));
    assertThat(data("data.folder=sd", "data.prompts='a fox'"))
        .containsEntry("judge", "none")
        .doesNotContainKeys("prior", "numbers");
  }

  @Test
  void whatBelongsToAnotherModeIsRefusedTogether() {
    assertThatThrownBy(() ->
            data(
                "data.stage_two=10",
                "data.phi_lr=0.1",
                "data.numbers=bf16",
                "data.t_least=0.9",
                "data.t_most=0.1"))
        .hasMessageContaining("data.stage_two = 10 is of no effect with data.mode = sds")
        .hasMessageContaining("data.phi_lr = 0.1 is of no effect with data.mode = sds")
        .hasMessageContaining("data.numbers = bf16 is of no effect without data.folder")
        .hasMessageContaining("data.t_least = 0.9 lies above data.t_most = 0.1");
    assertThatThrownBy(() -> data("data.mode=vsd", "data.phi=full", "data.phi_rank=2"))
        .hasMessageContaining("data.phi_rank = 2 is of no effect with data.phi = full");
    assertThatThrownBy(() -> data("data.folder=sd"))
        .hasMessageContaining("data.prompts is missing");
  }

  @Test
  void imagesAndScoresBelongTogether() {
    assertThatThrownBy(() -> read("model=small-cnn"))
        .hasMessageContaining("data.name = score distils images")
        .hasMessageContaining("choose one of pixels, latent, fourier, siren, hashgrid");
    assertThatThrownBy(() -> read("data=shapes"))
        .hasMessageContaining("model.name = pixels represents images to be distilled");
  }

  @Test
  void whatHasNoMeaningWithoutDataIsRefused() {
    assertThatThrownBy(() ->
            read(
                "training.batch=64",
                "training.label_smoothing=0.1",
                "augmentation.flip=random",
                "evaluation.tta=mirror",
                "training.accumulation=2"))
        .hasMessageContaining("training.batch = 64 is of no effect where images are distilled")
        .hasMessageContaining("training.label_smoothing = 0.1 is of no effect")
        .hasMessageContaining("augmentation.flip = random is of no effect")
        .hasMessageContaining("evaluation.tta = mirror is of no effect")
        .hasMessageContaining("training.accumulation = 2 is of no effect");
    assertThatThrownBy(() -> read("training={epochs: 3}", "evaluation={}"))
        .hasMessageContaining("training.steps is missing")
        .hasMessageContaining("evaluation.every_steps is missing");
    assertThatThrownBy(() -> read("data.mode=bridge", "data.stage_two=100"))
        .hasMessageContaining("would not begin within training.steps = 100");
  }
}
