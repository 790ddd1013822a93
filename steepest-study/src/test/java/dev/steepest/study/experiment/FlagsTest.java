package dev.steepest.study.experiment;

import static dev.steepest.study.experiment.ArmsTest.problems;
import static dev.steepest.study.experiment.ArmsTest.read;
import static org.assertj.core.api.Assertions.assertThat;

import dev.steepest.study.experiment.Experiment.Cell;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Flags, and expressions over them in the places of values. */
class FlagsTest {
  private static final String FILE =
      """
      name: demo
      flags: {runs: 2, lr: 11.5, momentum: 0.85, epochs: 4, mode: [baseline, muon], net: mlp}
      model: "= net"
      data: shapes
      optimizer: {name: sgd, lr: "= lr / (1024 * (1 + 1 / (1 - momentum)))"}
      training: {epochs: "= epochs", batch: "= 2 ^ 5 * epochs"}
      seeds: "= runs"
      mode: "= mode"
      arms:
        baseline: {}
        muon: {flags: {lr: 20}, optimizer: {name: muon, lr: "= lr / 10", rest: {lr: "= lr"}}}
      """;

  private static List<Object> settings(Experiment experiment, String section, String key) {
    return experiment.cells().stream().map(c -> c.settings().get(section).get(key)).toList();
  }

  @Test
  void expressionsAreEvaluated() {
    Experiment experiment = read(FILE);
    assertThat(experiment.seeds()).containsExactly(1L, 2L);
    assertThat(experiment.arms()).containsExactly("baseline", "muon");
    // python3 -c 'from fractions import Fraction as F; l,m=F("11.5"),F("0.85");
    //             print(float(l/(1024*(1+1/(1-m)))))'
    assertThat(settings(experiment, "optimizer", "lr")).containsExactly(0.00146484375, 2.0);
    assertThat(settings(experiment, "training", "batch")).containsExactly(128L, 128L);
    assertThat(settings(experiment, "model", "name")).containsExactly("mlp", "mlp");
  }

  @Test
  void anArmsOwnFlagsWinOverTheFilesAndTheCommandLineOverBoth() {
    assertThat(settings(read(FILE, "lr=30", "mode=muon"), "optimizer", "lr")).containsExactly(3.0);
    assertThat(settings(read(FILE, "flags.lr=30"), "optimizer", "lr").getLast()).isEqualTo(3.0);
    assertThat(settings(read(FILE, "arms.muon.flags.lr=40"), "optimizer", "lr"))
        .containsExactly(0.00146484375, 4.0);
    assertThat(settings(read(FILE, "arms.muon.lr=40"), "optimizer", "lr"))
        .containsExactly(0.00146484375, 4.0);
    assertThat(settings(read(FILE, "training.epochs=2"), "training", "epochs"))
        .containsExactly(2L, 2L);
    assertThat(settings(read(FILE, "epochs=3"), "training", "batch")).containsExactly(96L, 96L);
  }

  @Test
  void runsAndModeAreFlagsWhereTheFileDeclaresThem() {
    assertThat(read(FILE, "runs=5").seeds()).hasSize(5);
    assertThat(read(FILE, "runs=[11, 12]").seeds()).containsExactly(11L, 12L);
    assertThat(read(FILE, "mode=muon").arms()).containsExactly("muon");
    assertThat(read("name: d\nmodel: mlp\ndata: shapes\noptimizer: sgd\n", "runs=5").seeds())
        .as("elsewhere runs is another word for seeds")
        .hasSize(5);
    assertThat(read(FILE, "seeds=[7]").seeds()).containsExactly(7L);
  }

  @Test
  void aListIsAnAxis() {
    Experiment experiment = read(FILE, "lr=[11.5, 24]");
    assertThat(experiment.arms())
        .containsExactly("baseline lr=11.5", "baseline lr=24", "muon lr=11.5", "muon lr=24");
    assertThat(settings(experiment, "optimizer", "lr").getLast()).isEqualTo(2.4);
    String noArms =
        """
        name: demo
        flags: {lr: [1, 2], wd: [3], n: [10, 20]}
        model: mlp
        data: {name: shapes, limit: "= n"}
        optimizer: {name: [sgd, muon], lr: "= lr * wd"}
        """;
    assertThat(read(noArms).arms())
        .containsExactly("sgd lr=1", "muon lr=1", "sgd lr=2", "muon lr=2");
    assertThat(read(noArms).cells().stream().map(Cell::problem).distinct())
        .as("a flag of the problem makes problems")
        .containsExactly("mlp · shapes n=10", "mlp · shapes n=20");
    assertThat(problems(noArms + "about: \"= n\"\n"))
        .anySatisfy(p ->
            assertThat(p)
                .isEqualTo(
                    "demo.yaml:2: flag 'n' is a list, which makes an axis, but it is also used"
                        + " outside of sections"));
  }

  @Test
  void anArmsOwnFlagMakesItsSectionTheArms() {
    Experiment experiment = read(FILE.replace("{lr: 20}", "{lr: 20, net: resnet18}"));
    assertThat(experiment.cells()).extracting(Cell::problem).containsOnly("shapes");
    assertThat(experiment.rule().compared()).containsExactly("model", "optimizer");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "runs=0 | demo.yaml:7: experiment.seeds = 0 (= runs, with runs = 0) is out of range; allowed: 1 to 100000",
        "runs=1.5 | demo.yaml:7: experiment.seeds = '1.5' (= runs, with runs = 1.5) is not a whole number",
        "epochs=-1 | demo.yaml:6: training.epochs = -1 (= epochs, with epochs = -1) is out of range; allowed: 1 to 1000",
        "lr=-12 | demo.yaml:5: optimizer.lr = -0.0015285326086956522 (= lr / (1024 * (1 + 1 / (1 - momentum))), with lr = -12, momentum = 0.85) is out of range; allowed: (0, inf)",
        "lr=0 | demo.yaml:5: optimizer.lr = 0.0 (= lr / (1024 * (1 + 1 / (1 - momentum))), with lr = 0, momentum = 0.85) is out of range",
        "momentum=1 | demo.yaml:5: optimizer.lr (= lr / (1024 * (1 + 1 / (1 - momentum))), with lr = 11.5, momentum = 1): division by zero",
        "lr=fast | demo.yaml:5: optimizer.lr: 'lr / (1024 * (1 + 1 / (1 - momentum)))' needs a number for 'lr', which is 'fast' (--set lr=fast)",
        "lr=1e400 | needs a number for 'lr', which is '1e400'",
        "epochs=many | demo.yaml:6: training.epochs = 'many' (= epochs, with epochs = many) is not a whole number",
        "net=resnet81 | demo.yaml:3: there is no model 'resnet81'; did you mean 'resnet18'? (known: mlp, resnet18) (= net, with net = resnet81)",
        "lr== 2 * momentum | --set lr== 2 * momentum: flag 'lr' is '= 2 * momentum', but flags hold plain values and cannot refer to flags",
        "lr=[] | --set lr=[]: flag 'lr' lists no value",
        "lr=[1, 1] | --set lr=[1, 1]: flag 'lr' lists '1' twice",
        "lr={a: 1} | --set lr={a: 1}: flag 'lr' is a number, a word, true or false, or a list of them",
        "flags.lrr=1 | --set flags.lrr=1: there is no flag 'lrr'; did you mean 'lr'?",
        "optimizer.lr== 1e300 * 1e300 | optimizer.lr (= 1e300 * 1e300): it is beyond all numbers",
        "mode=moun | demo.yaml:8: there is no arm for mode 'moun'; did you mean 'muon'? (known: baseline, muon) (= mode, with mode = moun)",
      })
  void whatIsWrongWithAValueIsNamed(String override, String expected) {
    assertThat(problems(FILE, override)).anySatisfy(p -> assertThat(p).contains(expected.strip()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "= lr * momentun | demo.yaml:5: optimizer.lr: there is no flag 'momentun'; did you mean 'momentum'?",
        "= 2 ** lr | demo.yaml:5: optimizer.lr: '2 ** lr' cannot be read: unexpected token after infix operator at character 4; allowed: numbers, flags, + - * / ^",
        "= pow(lr, 2) | demo.yaml:5: optimizer.lr: there is no function 'pow'; known: abs, ceiling, floor, max, min, sqrt; a power is a ^ b",
        "= | cannot be read: empty expression",
        "= (lr | cannot be read",
        "= sqrt(0 - lr) | demo.yaml:5: optimizer.lr (= sqrt(0 - lr), with lr = 11.5): sqrt: parameter must not be negative",
        "= LR | there is no flag 'LR'; did you mean 'lr'?",
      })
  void whatIsWrongWithAnExpressionIsNamed(String expression, String expected) {
    String text = FILE.replace("= lr / (1024 * (1 + 1 / (1 - momentum)))", expression.strip());
    assertThat(problems(text)).anySatisfy(p -> assertThat(p).contains(expected.strip()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "runs: 2 | runs: 2, wd: 0.1 | demo.yaml:2: flag 'wd' is used by no expression; write \"= wd\" where its value belongs, or remove it",
        "runs: 2 | runs: 2, width: 3 | flag 'width' is used by no expression; write model: {width: \"= width\"}, or remove it",
        "{lr: 20} | {lrr: 20} | demo.yaml:11: there is no flag for arm 'muon' 'lrr'; did you mean 'lr'?",
        "{lr: 20} | {lr: 20, runs: 3} | demo.yaml:11: flag 'runs' of arm 'muon' is used by no expression in its sections, so it changes nothing",
        "runs: 2 | runs: \"= lr\" | demo.yaml:2: flag 'runs' is '= lr', but flags hold plain values and cannot refer to flags; write the expression where the flag is used",
        "runs: 2 | model: 2, runs: 2 | flag 'model' has the name of a section",
        "runs: 2 | a-b: 2, runs: 2 | flag 'a-b': a name is letters, digits and '_'",
        "net: mlp | net: ~ | flag 'net' has no value",
      })
  void whatIsWrongWithAFlagIsNamed(String before, String after, String expected) {
    assertThat(FILE).contains(before);
    assertThat(problems(FILE.replace(before, after)))
        .anySatisfy(p -> assertThat(p).contains(expected.strip()));
  }

  @Test
  void aFlagOfTheCommandLineIsNeverLost() {
    String file =
        FILE.replace("net: mlp}", "net: mlp, slow: 0.3}")
            .replace("rest: {lr: \"= lr\"}", "rest: {lr: \"= slow\"}");
    assertThat(problems(file, "mode=baseline", "slow=0.1"))
        .containsExactly(
            "--set slow=0.1: changes nothing: of the arms only muon uses flag 'slow', and 'mode'"
                + " leaves it out");
    assertThat(problems(FILE, "epochs=3", "training={batch: 7}"))
        .containsExactly("--set epochs=3: changes nothing: what used flag 'epochs' was overridden");
    assertThat(read(FILE, "training={batch: 7}").cells())
        .as("an expression may be overridden without its flag becoming a mistake")
        .hasSize(2);
  }

  @Test
  void aBadFlagIsNotToldOfAgainWhereItIsUsed() {
    assertThat(problems(FILE.replace("lr: 11.5", "lr: {a: 1}").replace("{lr: 20}", "{}")))
        .containsExactly(
            "demo.yaml:2: flag 'lr' is a number, a word, true or false, or a list of them");
  }
}
