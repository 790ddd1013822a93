package dev.steepest.study.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.steepest.study.file.Problems;
import dev.steepest.study.file.ProblemsException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExperimentFileTest {
  private static final String BASE =
      """
      name: demo
      model: resnet18
      data: shapes
      optimizer: [sgd, {name: muon, lr: [0.02, 0.05]}]
      """;

  private static Experiment read(String text, String... overrides) {
    return ExperimentFile.read(text, "demo.yaml", List.of(overrides), new SmallVocabulary());
  }

  private static List<String> problems(String text, String... overrides) {
    ProblemsException e =
        catchThrowableOfType(ProblemsException.class, () -> read(text, overrides));
    assertThat(e).as("an ProblemsException").isNotNull();
    assertThat(e.getMessage()).contains(e.problems());
    return e.problems();
  }

  @Test
  void listsAreAxesAndDefaultsAreFilledIn() {
    Experiment experiment = read(BASE + "seeds: 3\n");

    assertThat(experiment.seeds()).containsExactly(1L, 2L, 3L);
    assertThat(experiment.arms()).containsExactly("sgd", "muon lr=0.02", "muon lr=0.05");
    Experiment.Cell last = experiment.cells().getLast();
    assertThat(last.problem()).isEqualTo("resnet18 · shapes");
    assertThat(last.settings().get("optimizer"))
        .isEqualTo(Map.of("name", "muon", "lr", 0.05, "nesterov", true, "rest", Map.of("lr", 0.1)));
    assertThat(last.settings().get("model")).isEqualTo(Map.of("name", "resnet18", "width", 64L));
    assertThat(last.settings().get("training"))
        .isEqualTo(Map.of("epochs", 2L, "batch", 128L, "precision", "bf16"));
  }

  @Test
  void axesMultiplyAcrossAndWithinSections() {
    Experiment experiment =
        read(
            """
            name: grid
            model: [mlp, {name: resnet18, width: [8, 16]}]
            data: shapes
            optimizer: {name: [sgd, muon], lr: [0.1, 0.2]}
            schedule: [cosine, constant]
            """);
    assertThat(experiment.cells()).hasSize(3 * 4 * 2);
    assertThat(experiment.arms()).contains("sgd lr=0.1 · cosine", "muon lr=0.2 · constant");
    assertThat(experiment.cells())
        .extracting(Experiment.Cell::problem)
        .contains("resnet18 width=8 · shapes");
  }

  @Test
  void anOptionalPartIsThereOnlyWhereItIsGiven() {
    Experiment experiment =
        read(
            """
            name: parts
            model: mlp
            data: shapes
            optimizer: [sgd, {name: sgd, sam: {}}, {name: sgd, sam: {rho: [0.1, 0.2]}}]
            """);
    assertThat(experiment.arms())
        .containsExactly("sgd", "sgd sam={}", "sgd sam.rho=0.1", "sgd sam.rho=0.2");
    assertThat(experiment.cells())
        .extracting(cell -> cell.settings().get("optimizer").get("sam"))
        .containsExactly(null, Map.of("rho", 0.05), Map.of("rho", 0.1), Map.of("rho", 0.2));
    assertThat(problems("name: p\nmodel: mlp\ndata: shapes\noptimizer: {name: sgd, sam: true}\n"))
        .containsExactly("demo.yaml:4: 'sam' holds keys of its own; write {} for its defaults");
  }

  @Test
  void allProblemsAreSaidAtOnceWithTheirLines() {
    List<String> problems =
        problems(
            """
            name: demo
            modle: resnet18
            model: resnet81
            data: shapes
            optimizer:
              - sdg
              - {name: muon, learning_rate: 1}
              - {name: sgd, lr: fast}
            training:
              epochs: -1
              precision: fp8
            seeds: []
            verdict: {metric: test_acuracy}
            """);

    assertThat(problems)
        .anySatisfy(p ->
            assertThat(p)
                .startsWith("demo.yaml:2: there is no section 'modle'; did you mean 'model'?"))
        .anySatisfy(p ->
            assertThat(p)
                .startsWith("demo.yaml:3: there is no model 'resnet81'; did you mean 'resnet18'?"))
        .anySatisfy(p ->
            assertThat(p)
                .startsWith("demo.yaml:6: there is no optimizer 'sdg'; did you mean 'sgd'?"))
        .anySatisfy(p ->
            assertThat(p)
                .startsWith("demo.yaml:7: there is no optimizer key of 'muon' 'learning_rate'"))
        .anySatisfy(
            p -> assertThat(p).isEqualTo("demo.yaml:8: optimizer.lr = 'fast' is not a number"))
        .anySatisfy(p ->
            assertThat(p)
                .isEqualTo(
                    "demo.yaml:10: training.epochs = -1 is out of range; allowed: 1 to 1000"))
        .anySatisfy(
            p -> assertThat(p).startsWith("demo.yaml:11: there is no training.precision 'fp8'"))
        .anySatisfy(p -> assertThat(p).startsWith("demo.yaml:12: 'seeds' lists no value"))
        .anySatisfy(p -> assertThat(p).contains("did you mean 'test_accuracy'?"))
        .hasSize(9);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "optimizer: [] | lists no value",
        "optimizer: {name: sgd, lr: []} | lists no value",
        "optimizer: [sgd, sgd] | twice",
        "optimizer: {name: sgd, lr: [1, 1]} | twice",
        "optimizer: {lr: 1} | needs a 'name'",
        "optimizer: {name: sgd, lr: {a: 1}} | not a group of keys",
        "optimizer: {name: sgd, lr: 0x10} | is not a number",
        "optimizer: {name: sgd, lr: NaN} | is not a number",
        "optimizer: {name: sgd, lr: 1e400} | is not a number",
        "optimizer: {name: muon, rest: 3} | holds keys of its own",
        "optimizer: {name: muon, rest: {lr: -1}} | optimizer.rest.lr = -1.0 is out of range",
        "optimizer: {name: muon, nesterov: maybe} | is not true or false",
        "training: fast | holds keys",
        "training: {epochs: 1.5} | is not a whole number",
        "training: {epochs: 501} | nobody waits",
        "seeds: {a: 1} | number of seeds or a list",
        "seeds: [1, 1] | twice",
        "verdict: {baseline: adam} | no arm for verdict.baseline 'adam'",
        "verdict: {alpha: 1.5} | out of range",
        "title: [a, b] | is a text",
      })
  void eachProblemIsNamed(String line, String expected) {
    String text =
        "name: demo\nmodel: mlp\ndata: shapes\n"
            + (line.startsWith("optimizer") ? "" : "optimizer: sgd\n")
            + line
            + "\n";
    assertThat(problems(text)).hasSize(1).first().asString().contains(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "- a\n- b", "just words"})
  void aFileWithoutKeysSaysSo(String text) {
    assertThat(problems(text)).first().asString().contains("empty or holds no keys");
  }

  @Test
  void brokenYamlNamesItsLine() {
    assertThat(problems("name: demo\noptimizer: [sgd\nmodel: mlp\n"))
        .first()
        .asString()
        .matches("(?s)demo.yaml:\\d+: is not valid YAML.*");
  }

  @Test
  void aKeyGivenTwiceIsAProblem() {
    assertThat(problems(BASE + "model: mlp\n"))
        .containsExactly("demo.yaml:5: 'model' is given twice; keep one of them");
  }

  @Test
  void overridesReachSectionsKeysAndSingleChoices() {
    Experiment experiment =
        read(
            BASE,
            "training.epochs=7",
            "batch=64",
            "optimizer.muon.lr=0.3",
            "optimizer.muon.rest.lr=0.4",
            "model=[mlp]",
            "seeds=[5, 6]");
    assertThat(experiment.arms()).containsExactly("sgd", "muon");
    assertThat(experiment.seeds()).containsExactly(5L, 6L);
    Map<String, Map<String, Object>> settings = experiment.cells().getLast().settings();
    assertThat(settings.get("training")).containsEntry("epochs", 7L).containsEntry("batch", 64L);
    assertThat(settings.get("optimizer"))
        .containsEntry("lr", 0.3)
        .containsEntry("rest", Map.of("lr", 0.4));
    assertThat(settings.get("model")).isEqualTo(Map.of("name", "mlp"));
  }

  @Test
  void wrongOverridesNameTheOption() {
    assertThat(
            problems(BASE, "epochz=3", "training.batch=big", "optimizer.adam.lr=1", "oops", ".=1"))
        .anySatisfy(p -> assertThat(p).startsWith("--set .=1: there is no section ''"))
        .anySatisfy(p -> assertThat(p).startsWith("--set epochz=3: there is no section 'epochz'"))
        .anySatisfy(p ->
            assertThat(p).startsWith("--set training.batch=big: training.batch = 'big' is not"))
        .anySatisfy(
            p -> assertThat(p).startsWith("--set optimizer.adam.lr=1: there is no optimizer key"))
        .anySatisfy(p -> assertThat(p).startsWith("--set oops: is not of the form key=value"));
  }

  @Test
  void suggestionsCountSwappedNeighboursAsOneMistake() {
    assertThat(Problems.distance("moun", "muon")).isEqualTo(1);
    assertThat(Problems.distance("", "abc")).isEqualTo(3);
    assertThat(Problems.distance("kitten", "sitting")).isEqualTo(3);
  }

  @Test
  void theRuleIsReadWithItsDefaults() {
    assertThat(read(BASE).rule())
        .isEqualTo(
            new DecisionRule(
                "test_accuracy",
                DecisionRule.Goal.MAXIMIZE,
                java.util.Optional.empty(),
                0.05,
                List.of(),
                "val_accuracy",
                List.of()));
    DecisionRule rule =
        read(BASE + "verdict: {metric: val_loss, baseline: sgd, alpha: 0.01, targets: [0.6, .7]}\n")
            .rule();
    assertThat(rule.goal()).isEqualTo(DecisionRule.Goal.MINIMIZE);
    assertThat(rule.baseline()).contains("sgd");
    assertThat(rule.targets()).containsExactly(0.6, 0.7);
  }
}
