package dev.steepest.study.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.steepest.study.file.ProblemsException;
import dev.steepest.study.search.EarlyTermination;
import dev.steepest.study.search.Goal;
import dev.steepest.study.search.GridSearch;
import dev.steepest.study.search.Hyperband;
import dev.steepest.study.search.Hyperband.Rule;
import dev.steepest.study.search.RandomSearch;
import dev.steepest.study.search.SuccessiveHalving;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SweepFileTest {
  static final String WHOLE =
      """
      # a sweep as W&B's documentation shows them
      program: config_cifar10.yaml
      name: My first sweep
      description: learning rates
        and batches
      entity: somebody
      project: first
      method: random
      metric: {name: val_acc, goal: maximize, target: 0.95}
      parameters:
        lr:
          distribution: log_uniform_values
          min: 1e-4
          max: 0.1
        batch_size:
          values: [32, 64, 128]
        epochs:
          value: 5
        optimizer:
          parameters:
            name: {values: [adam, sgd], probabilities: [0.25, 0.75]}
            momentum: {min: 0.5, max: 0.99}
            depth: {min: 1, max: 4}
      early_terminate:
        type: hyperband
        min_iter: 3
      run_cap: 40
      command:
        - ${env}
        - ${interpreter}
        - ${program}
        - --use_amp
        - --dataset=cifar100
        - ${args}
      seed: 7
      """;

  @Test
  void aFileOfWandbIsReadAsItIs() {
    Sweep sweep = read(WHOLE);

    assertThat(sweep.name()).isEqualTo("My-first-sweep");
    assertThat(sweep.about()).isEqualTo("learning rates and batches");
    assertThat(sweep.program()).isEqualTo("config_cifar10.yaml");
    assertThat(sweep.arguments()).containsExactly("--use_amp", "--dataset=cifar100");
    assertThat(sweep.metric()).isEqualTo("val_acc");
    assertThat(sweep.goal()).isEqualTo(Goal.MAXIMIZE);
    assertThat(sweep.target()).hasValue(0.95);
    assertThat(sweep.cap()).hasValue(40);
    assertThat(sweep.parameters())
        .containsExactly(
            "lr",
            "batch_size",
            "epochs",
            "optimizer.name",
            "optimizer.momentum",
            "optimizer.depth");
    assertThat(sweep.termination())
        .isEqualTo(Hyperband.from(Goal.MAXIMIZE, 3, 3, Rule.BEST_SO_FAR));
    assertThat(sweep.searcher()).isInstanceOf(RandomSearch.class);
    assertThat(((RandomSearch) sweep.searcher()).seed()).isEqualTo(7);
    Map<String, Object> values = sweep.searcher().propose(0, List.of()).orElseThrow();
    assertThat((Double) values.get("lr")).isBetween(1e-4, 0.1);
    assertThat((Long) values.get("batch_size")).isIn(32L, 64L, 128L);
    assertThat(values).containsEntry("epochs", 5L);
    assertThat((String) values.get("optimizer.name")).isIn("adam", "sgd");
    assertThat((Double) values.get("optimizer.momentum")).isBetween(0.5, 0.99);
    assertThat((Long) values.get("optimizer.depth")).isBetween(1L, 4L);
  }

  @Test
  void whatWasReadCanBeWrittenAndReadAgain() {
    Sweep sweep = read(WHOLE);
    Sweep again = SweepFile.read(sweep.text(), "elsewhere.yaml", List.of());

    assertThat(again).isEqualTo(sweep);
    assertThat(sweep.text()).doesNotContain("somebody", "first\n", "#");
    assertThat(read(WHOLE + "# a remark\n").text()).isEqualTo(sweep.text());
    assertThat(read(WHOLE, "run_cap=41").text()).isNotEqualTo(sweep.text());
  }

  @Test
  void textsWithSignsOfYamlSurviveTheirWriting() {
    String text =
        """
        method: grid
        description: "a: \\"b\\" #c"
        parameters: {x: {values: ['- y', "{z}", 'no, yes', a b, "1", "tru\\u00e9", "*a", "?"]}}
        """;
    Sweep sweep = read(text);

    assertThat(SweepFile.read(sweep.text(), "sweep.yaml", List.of())).isEqualTo(sweep);
    assertThat(sweep.about()).isEqualTo("a: \"b\" #c");
    assertThat(sweep.searcher().propose(0, List.of()).orElseThrow()).containsEntry("x", "- y");
  }

  @Test
  void aGridGoesThroughAllPointsInTheOrderOfTheFile() {
    Sweep sweep =
        read(
            """
            method: grid
            parameters:
              model: {values: [mlp, true, 1, 0.5]}
              lr: {values: [0.1, 1e-2]}
              fixed: {value: x}
            """);

    assertThat(sweep.name()).isEqualTo("sweep");
    assertThat(sweep.searcher()).isInstanceOf(GridSearch.class);
    assertThat(sweep.metric()).isEmpty();
    assertThat(sweep.termination()).isEqualTo(EarlyTermination.NEVER);
    assertThat(sweep.searcher().propose(0, List.of()))
        .hasValue(new TreeMap<>(Map.of("model", "mlp", "lr", 0.1, "fixed", "x")));
    assertThat(sweep.searcher().propose(3, List.of()))
        .hasValue(new TreeMap<>(Map.of("model", true, "lr", 0.01, "fixed", "x")));
    assertThat(sweep.searcher().propose(7, List.of()))
        .hasValue(new TreeMap<>(Map.of("model", 0.5, "lr", 0.01, "fixed", "x")));
    assertThat(sweep.searcher().propose(8, List.of())).isEmpty();
  }

  @Test
  void settingsOnTopOfTheFileWin() {
    Sweep sweep =
        read(
            WHOLE,
            "method=grid",
            "parameters.lr={values: [1, 2]}",
            "parameters.optimizer.parameters.momentum=",
            "parameters.optimizer.parameters.name.probabilities=",
            "parameters.weight.decay.value=0.1",
            "metric.goal=minimize",
            "early_terminate=",
            "run_cap=3");

    assertThat(sweep.goal()).isEqualTo(Goal.MINIMIZE);
    assertThat(sweep.cap()).hasValue(3);
    assertThat(sweep.termination()).isEqualTo(EarlyTermination.NEVER);
    assertThat(sweep.searcher().propose(0, List.of()).orElseThrow())
        .containsEntry("lr", 1L)
        .containsEntry("weight.decay", 0.1)
        .doesNotContainKey("optimizer.momentum");
    assertThat(read("parameters: {x: {value: 1}}", "method=grid", "metric.name=loss").metric())
        .isEqualTo("loss");
  }

  @Test
  void ashaIsOurs() {
    assertThat(read(WHOLE, "early_terminate={type: asha, min_iter: 2, eta: 4, max_iter: 100}"))
        .extracting(Sweep::termination)
        .isEqualTo(new SuccessiveHalving(Goal.MAXIMIZE, List.of(2L, 8L, 32L), 4));
    assertThat(read(WHOLE, "early_terminate={type: hyperband, max_iter: 27, s: 2, strict: true}"))
        .extracting(Sweep::termination)
        .isEqualTo(new Hyperband(Goal.MAXIMIZE, List.of(3L, 9L), 3, Rule.AT_BRACKET));
  }

  @Test
  void allProblemsAreToldAtOnceWithTheirPlaces() {
    assertThat(
            problems(
                """
                metod: random
                metric: {name: loss, goal: minimise}
                parameters:
                  lr: {min: 1, max: 0.1}
                  decay: {distribution: log_uniform_values, min: 0, max: 1}
                  momentum: {distribution: unifrom, min: 0, max: 1}
                  batch: 32
                  epochs: {values: []}
                  width: {distribution: q_uniform, min: 0, max: 1, q: 0}
                  depth: {min: 1}
                  optimizer: {values: [a, b], probabilities: [0.5, 0.6]}
                early_terminate: {type: hyperband, eta: 1}
                run_cap: 0
                command: ['${program}', '${argz}']
                """))
        .satisfiesExactlyInAnyOrder(
            p -> assertThat(p).startsWith("sweep.yaml:1: metod: ").contains("'method'"),
            p -> assertThat(p).startsWith("sweep.yaml:1: method is missing"),
            p -> assertThat(p).startsWith("sweep.yaml:2: metric.goal: ").contains("'minimize'"),
            p -> assertThat(p).startsWith("sweep.yaml:4: parameters.lr.max ").contains("swap"),
            p ->
                assertThat(p).startsWith("sweep.yaml:5: parameters.decay.min ").contains("above 0"),
            p ->
                assertThat(p)
                    .startsWith("sweep.yaml:6: parameters.momentum.distribution: ")
                    .contains("'uniform'"),
            p ->
                assertThat(p).startsWith("sweep.yaml:7: parameters.batch ").contains("{value: 32}"),
            p ->
                assertThat(p)
                    .startsWith("sweep.yaml:8: parameters.epochs.values ")
                    .contains("empty"),
            p -> assertThat(p).startsWith("sweep.yaml:9: parameters.width.q ").contains("above 0"),
            p -> assertThat(p).startsWith("sweep.yaml:10: parameters.depth.max is missing"),
            p ->
                assertThat(p)
                    .startsWith("sweep.yaml:11: parameters.optimizer.probabilities ")
                    .contains("sum to 1.1"),
            p ->
                assertThat(p).startsWith("sweep.yaml:12: early_terminate.eta ").contains("above 1"),
            p -> assertThat(p).startsWith("sweep.yaml:13: run_cap = 0 is out of range"),
            p -> assertThat(p).startsWith("sweep.yaml:12: early_terminate needs either min_iter"),
            p -> assertThat(p).startsWith("sweep.yaml:1: program is missing"),
            p -> assertThat(p).startsWith("sweep.yaml:14: command: ").contains("'${args}'"));
  }

  @Test
  void impossibleSpacesAreRefused() {
    assertThat(problems("method: grid\nparameters: {lr: {min: 0.0, max: 1.0}}"))
        .singleElement()
        .asString()
        .startsWith("sweep.yaml:2: parameters.lr has no end of values");
    assertThat(problems("method: random\nparameters: {lr: {min: 1, max: 1}}"))
        .singleElement()
        .asString()
        .contains("parameters.lr.max equals min", "value: …");
    assertThat(problems("method: random\nparameters: {}"))
        .singleElement()
        .asString()
        .contains("parameters names no hyper-parameter");
    assertThat(
            problems(
                "method: random\nparameters: {a: {distribution: log_uniform, min: 0, max: 1e3}}"))
        .singleElement()
        .asString()
        .contains("parameters.a.max", "log_uniform_values");
    assertThat(problems("method: random\nparameters: {a: {min: 0, max: 1, q: 1}}"))
        .singleElement()
        .asString()
        .contains("parameters.a.distribution is missing", "q_uniform");
    assertThat(problems("method: random\nparameters: {a: {values: [1, 1.0]}}"))
        .singleElement()
        .asString()
        .contains("parameters.a.values lists 1.0 twice");
    assertThat(
            problems(
                """
                method: random
                parameters:
                  a.b: {value: 1}
                  a: {parameters: {b: {value: 2}}}
                """))
        .singleElement()
        .asString()
        .contains("parameters.a.parameters.b is also given in sweep.yaml:3");
    assertThat(
            problems(
                "method: random\nparameters: {a: {value: 1}}\nearly_terminate: {type: asha, min_iter: 1}"))
        .singleElement()
        .asString()
        .startsWith("sweep.yaml:3: early_terminate needs a metric");
  }

  @Test
  void argumentsAreWhatStandsBehindTheProgram() {
    assertThat(command("[python, train.py, --epochs, 5, '${args}']").program())
        .isEqualTo("train.py");
    assertThat(command("[python, train.py, --epochs, 5, '${args}']").arguments())
        .containsExactly("--epochs", "5");
    assertThat(command("['${program}', a]\nprogram: x.yaml").arguments()).containsExactly("a");
    for (String wrong :
        List.of("[python]", "['${program}', '--x=${args}']", "[x.py, '${envvar:HOME}']", "[]")) {
      assertThat(problems("method: grid\nparameters: {a: {value: 1}}\ncommand: " + wrong))
          .anySatisfy(p -> assertThat(p).matches("sweep.yaml:3: command:? .*"));
    }
  }

  private static Sweep command(String command) {
    return read("method: grid\nparameters: {a: {value: 1}}\ncommand: " + command);
  }

  @Test
  void whatStandsForAnotherValueIsRefused() {
    assertThat(problems("method: random\nparameters:\n  a: &x {value: 1}\n  b: *x\n"))
        .singleElement()
        .asString()
        .startsWith("sweep.yaml:4: '*x' stands for another value");
  }

  @Test
  void wrongSettingsNameTheirOption() {
    assertThat(
            catchThrowableOfType(
                    ProblemsException.class, () -> read(WHOLE, "run_cap=many", "=3", "sed=1"))
                .problems())
        .satisfiesExactlyInAnyOrder(
            p -> assertThat(p).startsWith("--set run_cap=many: run_cap = 'many' is not a whole"),
            p -> assertThat(p).startsWith("--set =3: is not key=value"),
            p -> assertThat(p).startsWith("--set sed=1: sed: ").contains("'seed'"));
  }

  static Sweep read(String text, String... set) {
    return SweepFile.read(text, "some/where/sweep.yaml", List.of(set));
  }

  private static List<String> problems(String text) {
    return catchThrowableOfType(
            ProblemsException.class, () -> SweepFile.read(text, "sweep.yaml", List.of()))
        .problems();
  }
}
