package dev.steepest.study.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.steepest.study.file.ProblemsException;
import dev.steepest.study.plan.Plan;
import java.util.List;
import org.junit.jupiter.api.Test;

class TaskWordTest {
  private static final String REST =
      """
      name: demo
      model: resnet18
      data: shapes
      optimizer: sgd
      """;

  private static Experiment read(String text) {
    return ExperimentFile.read(text, "demo.yaml", List.of(), new SmallVocabulary());
  }

  private static List<String> problems(String text) {
    return catchThrowableOfType(ProblemsException.class, () -> read(text)).problems();
  }

  @Test
  void sayingWhatFollowsAnywayChangesNothing() {
    assertThat(Plan.of(read("task: classification\n" + REST))).isEqualTo(Plan.of(read(REST)));
  }

  @Test
  void anotherTaskIsNamedWithItsLineAndWhatFollows() {
    assertThat(problems("task: regression\n" + REST))
        .containsExactly(
            "demo.yaml:1: task is regression, but resnet18 · shapes is classification; write task: classification, or choose another model");
  }

  @Test
  void eachProblemOfAnotherTaskIsNamedOnce() {
    String several = REST.replace("resnet18", "[mlp, resnet18]").replace("sgd", "[sgd, muon]");
    assertThat(problems("task: classification\n" + several))
        .singleElement()
        .asString()
        .contains("mlp · shapes is regression");
  }

  @Test
  void anUnknownTaskIsAnsweredWithTheNearest() {
    assertThat(problems("task: clasification\n" + REST))
        .singleElement()
        .asString()
        .contains("demo.yaml:1", "clasification", "did you mean 'classification'");
  }
}
