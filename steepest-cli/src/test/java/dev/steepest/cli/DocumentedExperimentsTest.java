package dev.steepest.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.steepest.lab.catalog.Catalog;
import dev.steepest.study.experiment.Experiment;
import dev.steepest.study.experiment.ExperimentFile;
import dev.steepest.study.plan.Plan;
import dev.steepest.study.plan.RunSpec;
import dev.steepest.study.plan.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

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
    assertThat(plan).extracting(RunSpec::problem).containsOnly("small-cnn · shapes");
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

  @Test
  void theExampleOfLikeIsLaidOverLion() throws IOException {
    String like =
        blocks("yaml").stream().filter(b -> b.contains("like:")).findFirst().orElseThrow();
    String file = recipe().replace("  narrow:", like.indent(2).stripTrailing() + "\n  narrow:");
    List<RunSpec> plan = Plan.of(read(file, List.of("mode=[baseline, lion, lion_lookahead]")));
    Settings lion = plan.get(1).settings();
    Settings heir = plan.get(2).settings();
    assertThat(heir.number("optimizer.lr")).isEqualTo(lion.number("optimizer.lr")).isEqualTo(5e-4);
    assertThat(heir.has("optimizer.lookahead")).isTrue();
    assertThat(lion.has("optimizer.lookahead")).isFalse();
  }

  /** Every file of the family, every arm: the problem has one name, so that records meet. */
  @ParameterizedTest
  @MethodSource("airbench")
  void theSpeedRecordsAreOfOneProblem(Path file) throws IOException {
    assertThat(all(file))
        .isNotEmpty()
        .extracting(RunSpec::problem)
        .containsOnly("airbench94 · cifar10");
  }

  /**
   * Rates and decays of the published programs, k = 1024 · (1 + 1/(1 − .85)): SGD 11.5/k, decay
   * .0153 · 1024/11.5; Lion 20/10/1024 with decay .03 · 1024 · 10/20; biases 64 times the rate with
   * a 64th of the decay; Muon .24 without decay, its head .67 and the rest .053 by SGD, decay
   * .004/rate.
   */
  @ParameterizedTest
  @MethodSource("airbench")
  void theArmsOfTheSpeedRecordsHaveThePublishedRates(Path file) throws IOException {
    int checked = 0;
    for (RunSpec run : all(file)) {
      Settings optimizer = run.settings().section("optimizer");
      switch (run.arm()) {
        case "baseline" -> {
          double k = 1024 * (1 + 1 / (1 - .85));
          group(optimizer, "", 11.5 / k, .0153 * 1024 / 11.5);
          group(optimizer, "vectors.", 64 * 11.5 / k, .0153 * 1024 / (64 * 11.5));
          checked++;
        }
        case "lion" -> {
          group(optimizer, "", 20 / 10.0 / 1024, .03 * 1024 * 10 / 20);
          group(optimizer, "vectors.", 64 * 20 / 10.0 / 1024, .03 * 1024 * 10 / (64 * 20));
          checked++;
        }
        case "muon" -> {
          assertThat(optimizer.number("lr")).isEqualTo(.24);
          assertThat(optimizer.text("weight_norm")).isEqualTo("reset");
          group(optimizer, "head.", .67, .004 / .67);
          group(optimizer, "input.", .053, .004 / .053);
          group(optimizer, "vectors.", .053, .004 / .053);
          checked++;
        }
        default -> {}
      }
    }
    assertThat(checked).as("arms of known rates").isPositive();
  }

  private static void group(Settings optimizer, String group, double rate, double decay) {
    assertThat(optimizer.number(group + "lr"))
        .as(group + "lr")
        .isCloseTo(rate, withinPercentage(1e-12));
    assertThat(optimizer.number(group + "weight_decay"))
        .as(group + "weight_decay")
        .isCloseTo(decay, withinPercentage(1e-12));
  }

  static List<Path> airbench() throws IOException {
    try (Stream<Path> files = Files.list(EXPERIMENTS)) {
      List<Path> found =
          files.filter(f -> f.getFileName().toString().startsWith("airbench94")).sorted().toList();
      assertThat(found).hasSizeGreaterThanOrEqualTo(5);
      return found;
    }
  }

  /** One run of every arm, at the flags that Lion was published with. */
  private static List<RunSpec> all(Path file) throws IOException {
    String text = Files.readString(file);
    List<String> overrides = new ArrayList<>(List.of("runs=1"));
    if (text.contains("\nmode:")) {
      List<String> arms =
          text.substring(text.indexOf("\narms:"))
              .lines()
              .filter(line -> line.matches("  [a-z_]+:.*"))
              .map(line -> line.strip().substring(0, line.strip().indexOf(':')))
              .toList();
      overrides.add("mode=" + arms);
    }
    if (text.contains("  lion:")) {
      overrides.addAll(List.of("arms.lion.flags.lr=20", "arms.lion.flags.wd=0.03"));
    }
    return Plan.of(read(text, overrides));
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
