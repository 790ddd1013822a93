package dev.steepest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One picture from the command line, with what has to be trained for it. */
class DistillCommandTest {
  private static final String PRIOR =
      """
      name: tiny-prior
      model: {name: small-unet, width: 8, blocks: 1}
      data: {name: figures, size: 8, count: 200, validation: 20}
      optimizer: {name: adam, lr: 0.002}
      schedule: constant
      training: {steps: 6, batch: 8, precision: fp32, save: last}
      evaluation: {every_steps: 6, samples: 0}
      """;

  private static final String JUDGE =
      """
      name: tiny-judge
      model: {name: mlp, hidden: 8}
      data: {name: figures, size: 8, count: 100, validation: 20, quality: clean}
      optimizer: adamw
      training: {steps: 4, batch: 8, precision: fp32, save: last}
      """;

  @TempDir Path folder;
  private Path prior;
  private Path judge;
  private Path runs;

  @BeforeEach
  void write() throws IOException {
    prior = Files.writeString(folder.resolve("tiny-prior.yaml"), PRIOR);
    judge = Files.writeString(folder.resolve("tiny-judge.yaml"), JUDGE);
    runs = folder.resolve("runs");
  }

  private Steepest.Result distill(String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "distill",
                "--prior",
                prior.toString(),
                "--set",
                "data.judge=" + judge,
                "--out",
                runs.toString(),
                "--data-dir",
                folder.resolve("data").toString(),
                "--threads",
                "1"));
    arguments.addAll(List.of(more));
    return Steepest.run(arguments.toArray(String[]::new));
  }

  private void assertMistake(Steepest.Result result, String... fragments) {
    assertThat(result.code()).as(result.err()).isEqualTo(2);
    assertThat(result.err()).contains(fragments).doesNotContain("\tat ", "Exception");
    assertThat(runs).as("nothing is written for a mistake").doesNotExist();
  }

  @Test
  void whatIsNeededIsTrainedOnceAndThePictureIsShown() throws IOException {
    String[] picture = {"--prompt", "star, clean", "--n-steps", "4", "--every", "2"};
    Steepest.Result first = distill(picture);
    assertThat(first.code()).as(first.err()).isZero();
    assertThat(first.err())
        .contains("data.prior = " + prior + " is trained first, once")
        .contains("data.judge = " + judge + " is trained first, once")
        .containsPattern("The picture as it becomes: \\S+/distill/\\S+/preview.png");
    assertThat(first.out())
        .contains("judge confidence", "RMS", "Picture: ", "Film:    ", "Record:  ");
    try (Stream<Path> files = Files.walk(runs)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .contains(
              "preview.png", "picture.png", "film.gif", "000000.png", "000002.png", "000004.png");
    }
    assertThat(folder.resolve("data/trained/tiny-prior")).isDirectory();

    Steepest.Result other = distill("--prompt", "star, clean", "--n-steps", "2", "--every", "1");
    assertThat(other.code()).as(other.err()).isZero();
    assertThat(other.err()).doesNotContain("is trained first");

    Steepest.Result shorter =
        distill(
            "--prompt", "star", "--n-steps", "1", "--every", "1", "--set", "data.prior_steps=3");
    assertThat(shorter.code()).as(shorter.err()).isZero();
    assertThat(shorter.err())
        .contains("tiny-prior.yaml is trained first")
        .doesNotContain("tiny-judge.yaml is trained first");

    Steepest.Result unknown = distill("--prompt", "sta, claen", "--n-steps", "1", "--every", "1");
    assertThat(unknown.code()).isEqualTo(2);
    assertThat(unknown.err())
        .contains("there is no class 'sta'; did you mean 'star'?")
        .doesNotContain("\tat ");
  }

  @Test
  void everythingThatIsWrongWithOptionsIsSaidAtOnce() {
    assertMistake(
        distill(
            "--prompt",
            "star",
            "--mode",
            "vsdd",
            "--representation",
            "pixel",
            "--cfg-scale",
            "2000",
            "--lr",
            "-1",
            "--n-steps",
            "0",
            "--seed",
            "x"),
        "--mode vsdd: there is no data.mode 'vsdd'; did you mean 'vsd'?",
        "--representation pixel: there is no model 'pixel'; did you mean 'pixels'?",
        "--cfg-scale 2000: data.guidance = 2000.0 is out of range; allowed: [0, 1000]",
        "lr = -1.0 is out of range",
        "--n-steps 0: training.steps = 0 is out of range",
        "--seed x");
    assertMistake(
        distill("--mode", "vsdd"),
        "--prompt: a picture needs one",
        "--mode vsdd: there is no data.mode 'vsdd'");
    assertMistake(distill(), "--prompt: a picture needs one");
    assertMistake(
        distill("--prompt", "star", "--mode", "bridge", "--stage-two-start-step", "300"),
        "data.stage_two = 300",
        "take a step before 300");
    assertMistake(distill("--prompt", "star", "--model", "sd"), "mutually exclusive");
  }

  @Test
  void whatCannotBeTrainedIsRefused() throws IOException {
    assertMistake(
        Steepest.run(
            "distill", "--prompt", "star", "--prior", "figures-difusion", "--out", runs.toString()),
        "data.prior = figures-difusion cannot be used",
        "there is no experiment 'figures-difusion'");
    Files.writeString(prior, PRIOR.replace(", save: last", ""));
    assertMistake(distill("--prompt", "star"), "its run keeps no weights", "save: last");
    Files.writeString(prior, PRIOR + "seeds: 2\n");
    assertMistake(distill("--prompt", "star"), "its experiment has 2 runs");
    Files.writeString(prior, PRIOR.replace("small-unet", "small-unett"));
    assertMistake(
        distill("--prompt", "star"),
        "names an experiment with problems",
        "tiny-prior.yaml:2: there is no model 'small-unett'");
  }

  @Test
  void aPictureToBeginWithMustFit() throws IOException {
    Path text = Files.writeString(folder.resolve("notes.png"), "no picture");
    Steepest.Result none =
        distill(
            "--prompt", "star", "--init-image", text.toString(), "--n-steps", "1", "--every", "1");
    assertMistake(none, "notes.png", "8×8 pixels");
    assertMistake(distill("--prompt", "sta"), "there is no class 'sta'; did you mean 'star'?");
    assertThat(folder.resolve("data/trained")).as("said before anything is trained").doesNotExist();
  }
}
