package dev.steepest.lab.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.steepest.lab.catalog.Catalog;
import dev.steepest.lab.data.DataException;
import dev.steepest.lab.data.decode.Raster;
import dev.steepest.lab.data.encode.PngFile;
import dev.steepest.study.experiment.ExperimentFile;
import dev.steepest.study.plan.Plan;
import dev.steepest.study.plan.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What images are distilled from, and what is wrong with it. */
class ScoreDataTest {
  private static final String FILE =
      """
      name: distilled
      model: pixels
      data: {name: score, prior: prior, judge: judge}
      optimizer: adamw
      training: {steps: 6}
      evaluation: {every_steps: 2}
      """;

  @TempDir Path folder;

  private static Settings data(String... set) {
    return Plan.of(ExperimentFile.read(FILE, "distilled.yaml", List.of(set), new Catalog()))
        .getFirst()
        .settings()
        .section("data");
  }

  private ScoreData load(String... set) {
    return ScoreData.load(data(set), folder, new TinyScore(folder));
  }

  @Test
  void promptsAreRepeatedForParticlesAndJudgedByTheirClass() {
    try (ScoreData all = load("data.particles=2")) {
      assertThat(all.prompts())
          .containsExactly("star, clean", "star, clean", "ring, clean", "ring, clean");
      assertThat(all.judged()).containsExactly(0, 0, 1, 1);
      assertThat(all.images()).isEqualTo(4);
    }
    try (ScoreData some = load("data.prompts='ring;  star, degraded'")) {
      assertThat(some.prompts()).containsExactly("ring", "star, degraded");
      assertThat(some.judged()).containsExactly(1, 0);
    }
    try (ScoreData unjudged = load("data.prompts=', clean'", "data.judge=none")) {
      assertThat(unjudged.prompts()).containsExactly(", clean");
      assertThat(unjudged.judged()).isEmpty();
      assertThat(unjudged.checksums()).containsOnlyKeys("prior", "prior run");
    }
  }

  @Test
  void wordsThatThePriorDoesNotKnowAreToldTogether() {
    assertThatThrownBy(() ->
            load(
                "data.prompts='sta, clean; ring, claen'",
                "data.mode=bridge",
                "data.source='{subject}, degrade'"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("there is no class 'sta'; did you mean 'star'?")
        .hasMessageContaining("there is no quality 'claen'; did you mean 'clean'?")
        .hasMessageContaining("there is no quality 'degrade'; did you mean 'degraded'?");
    assertThatThrownBy(() -> load("data.negative=', ugly'"))
        .hasMessageContaining("there is no quality 'ugly'");
    assertThatThrownBy(() -> load("data.prompts=', clean'"))
        .hasMessageContaining("the prompt ', clean' names none of the judge's classes: star, ring");
  }

  @Test
  void aPictureThatImagesCannotBeginAsIsNamed() throws IOException {
    Path small = folder.resolve("small.png");
    PngFile.write(small, new Raster(6, 4, 1, new byte[24]));
    assertThatThrownBy(() -> load("data.begin=" + small))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("small.png is 6×4, not 8×8")
        .hasMessageContaining("Give a picture of 8×8 pixels");
    Path text = Files.writeString(folder.resolve("notes.png"), "no picture at all");
    assertThatThrownBy(() -> load("data.begin=" + text))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("notes.png");
    assertThatThrownBy(() -> load("data.begin=" + folder.resolve("nowhere.png")))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("nowhere.png there is no such file");
  }

  @Test
  void weightsOfAnotherKindAreRefused() {
    TrainedNetworks swapped =
        wanted ->
            new TinyScore(folder)
                .trained(
                    new TrainedNetworks.Wanted(
                        wanted.key().equals("data.judge") ? "data.prior" : "data.judge",
                        wanted.experiment(),
                        0));
    assertThatThrownBy(() -> ScoreData.load(data(), folder, swapped))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("data.prior = prior is no diffusion model")
        .hasMessageContaining("model.name = mlp does not find noise");
  }
}
