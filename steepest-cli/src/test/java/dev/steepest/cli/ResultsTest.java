package dev.steepest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steepest.study.compare.Alarm;
import dev.steepest.study.experiment.DecisionRule;
import dev.steepest.study.record.StudySeal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What several folders say together. */
class ResultsTest {
  private static final DecisionRule RULE =
      new DecisionRule(
          "test_accuracy",
          DecisionRule.Goal.MAXIMIZE,
          Optional.empty(),
          0.05,
          List.of(),
          "val_accuracy",
          List.of("optimizer"));

  @TempDir Path root;

  @Test
  void foldersThatDecideAlikeAreComparedInWhatAnyOfThemCompares() throws IOException {
    Results results =
        Results.read(
            List.of(
                folder("a", RULE, "sgd"), folder("b", RULE.comparing(List.of("model")), "muon")));
    assertThat(results.rule()).isEqualTo(RULE.comparing(List.of("optimizer", "model")));
    assertThat(results.alarms())
        .filteredOn(alarm -> alarm.kind() == Alarm.Kind.PLAN)
        .as("they differ in what they compare, not in how they decide")
        .isEmpty();
  }

  @Test
  void foldersThatDecideOtherwiseAreNamed() throws IOException {
    Results results =
        Results.read(
            List.of(folder("a", RULE, "sgd"), folder("b", RULE.withCurve("val_loss"), "muon")));
    assertThat(results.alarms())
        .extracting(Alarm::sentence)
        .contains(
            "The folders were decided by different rules; that of the first is used for all.");
  }

  @Test
  void unseededRunsOfTwoFoldersAreNoPairs() throws IOException {
    Results results = Results.read(List.of(folder("a", RULE, "sgd"), folder("b", RULE, "muon")));
    assertThat(results.records()).extracting(run -> run.spec().seed()).containsExactly(-1L, -2L);
    assertThat(results.verdict().problems().getFirst().comparisons().getFirst().pairs()).isZero();
  }

  private Path folder(String name, DecisionRule rule, String optimizer) throws IOException {
    Path folder = root.resolve(name);
    StudySeal.seal(folder, name, name, rule, "aaa", List.of());
    Files.writeString(
        folder.resolve("runs.csv"), "model,optimizer,final_acc\nnet," + optimizer + ",0.9\n");
    return folder;
  }
}
