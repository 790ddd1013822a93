package dev.steepest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steepest.lab.catalog.Catalog;
import dev.steepest.study.experiment.Experiment;
import dev.steepest.study.experiment.ExperimentFile;
import dev.steepest.study.plan.Plan;
import dev.steepest.study.plan.RunSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The experiments that docs/experiments.md shows, and the arms of those in experiments/. */
class DocumentedExperimentsTest {
  private static final Path PAGE = Path.of("..", "docs", "experiments.md");
  private static final Path EXPERIMENTS = Path.of("..", "experiments");

  private static List<String> blocks(String language) throws IOException {
    return Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
        .matcher(Files.readString(PAGE))
        .results()
        .map((MatchResult block) -> block.group(1))
        .toList();
  }

  private static Experiment read(String text, List<String> overrides) {
    return ExperimentFile.read(text, "test", overrides, new Catalog());
  }

  private static String recipe() throws IOException {
    return blocks("yaml").stream().filter(b -> b.contains("\narms:")).findFirst().orElseThrow();
  }

  @Test
  void everyWholeFileHasAPlan() throws IOException {
    List<String> files = blocks("yaml").stream().filter(b -> b.startsWith("name:")).toList();
    assertThat(files).hasSizeGreaterThanOrEqualTo(2);
    assertThat(files).allSatisfy(f -> assertThat(Plan.of(read(f, List.of()))).isNotEmpty());
  }

  @Test
  void theRecipeMeansWhatThePageSays() throws IOException {
    Experiment experiment = read(recipe(), List.of());
    assertThat(experiment.arms()).containsExactly("baseline", "lion", "narrow");
    assertThat(experiment.rule().compared())
        .containsExactly("model", "optimizer", "optimizer.lookahead");
    List<RunSpec> plan = Plan.of(experiment).subList(0, 3);
    assertThat(plan).extracting(RunSpec::problem).containsOnly("shapes");
    // python3 -c 'from fractions import Fraction as F; m=F("0.85")
    //             print(float(F("11.5")/(100*(1+1/(1-m)))), float(F("0.0153")/F("11.5")))'
    assertThat(plan.getFirst().settings().number("optimizer.lr")).isEqualTo(0.015);
    assertThat(plan.getFirst().settings().number("optimizer.weight_decay"))
        .isEqualTo(0.0013304347826086956);
    assertThat(plan.get(1).settings().number("optimizer.lr")).isEqualTo(0.0005);
    assertThat(plan.get(1).settings().has("optimizer.lookahead")).isFalse();
    assertThat(plan.get(2).settings().whole("model.width")).isEqualTo(16);
    assertThat(read(recipe(), List.of("lr=[11.5, 24]", "verdict.baseline=baseline lr=24")).arms())
        .startsWith("baseline lr=11.5", "baseline lr=24");
  }

  @Test
  void everyOverrideOfThePageIsUnderstood() throws IOException {
    List<List<String>> lines = new ArrayList<>();
    for (String block : blocks("text")) {
      block
          .lines()
          .map(line ->
              Pattern.compile("--set (\\S+)").matcher(line).results().map(m -> m.group(1)).toList())
          .forEach(lines::add);
    }
    assertThat(lines).hasSize(5).allSatisfy(line -> assertThat(line).isNotEmpty());
    for (List<String> overrides : lines) {
      assertThat(Plan.of(read(recipe(), overrides)))
          .as(overrides.toString())
          .isNotEqualTo(Plan.of(read(recipe(), List.of())));
    }
  }

  /** Names as they were before files could list arms; records of old runs go by them. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cifar10-optimizers | resnet18 · cifar10, mini-vit · cifar10 | adamw, muon, scion, dion",
        "cifar10-small | mini-vit · cifar10 | adamw, muon, dion",
        "quickstart | small-cnn · shapes | sgd, adamw, muon, scion, dion",
      })
  void filesWithoutArmsKeepTheirNames(String name, String problems, String arms)
      throws IOException {
    Experiment experiment = read(Files.readString(EXPERIMENTS.resolve(name + ".yaml")), List.of());
    assertThat(experiment.cells().stream().map(Experiment.Cell::problem).distinct())
        .containsExactly(problems.split(", "));
    assertThat(experiment.arms()).containsExactly(arms.split(", "));
    assertThat(experiment.rule().compared()).isEmpty();
  }
}
