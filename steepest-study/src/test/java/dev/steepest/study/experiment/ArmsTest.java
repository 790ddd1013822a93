package dev.steepest.study.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.steepest.study.experiment.Experiment.Cell;
import dev.steepest.study.file.ProblemsException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Arms that a file lists: laid over the file, labelled, chosen, refused. */
class ArmsTest {
  private static final String BASE =
      """
      name: demo
      model: {name: resnet18, width: 16}
      data: shapes
      optimizer: {name: sgd, lr: 0.5, sam: {rho: 0.2}}
      """;

  private static final String FILE =
      BASE
          + """
          arms:
            baseline: {}
            wide: {model: {width: 32}}
            muon:
              optimizer: {name: muon, lr: 0.02}
              training: {batch: 64}
            plain: {optimizer: {sam: ~}}
          """;

  static Experiment read(String text, String... overrides) {
    return ExperimentFile.read(text, "demo.yaml", List.of(overrides), new SmallVocabulary());
  }

  static List<String> problems(String text, String... overrides) {
    ProblemsException e =
        catchThrowableOfType(ProblemsException.class, () -> read(text, overrides));
    assertThat(e).as("an ProblemsException").isNotNull();
    return e.problems();
  }

  private static Object setting(Experiment experiment, String arm, String section, String key) {
    return experiment.cells().stream()
        .filter(cell -> cell.arm().equals(arm))
        .findFirst()
        .orElseThrow()
        .settings()
        .get(section)
        .get(key);
  }

  @Test
  void anArmIsLaidOverTheFileKeyByKey() {
    Experiment experiment = read(FILE);
    assertThat(experiment.arms()).containsExactly("baseline", "wide", "muon", "plain");
    assertThat(setting(experiment, "wide", "model", "width")).isEqualTo(32L);
    assertThat(setting(experiment, "wide", "optimizer", "lr")).isEqualTo(0.5);
    assertThat(setting(experiment, "baseline", "model", "width")).isEqualTo(16L);
    assertThat(setting(experiment, "baseline", "optimizer", "sam")).isEqualTo(Map.of("rho", 0.2));
    assertThat(setting(experiment, "plain", "optimizer", "sam")).isNull();
    assertThat(setting(experiment, "plain", "optimizer", "lr")).isEqualTo(0.5);
  }

  @Test
  void aSectionWithAnotherNameTakesThePlaceOfTheFiles() {
    Experiment experiment = read(FILE);
    assertThat(experiment.cells().get(2).settings().get("optimizer"))
        .isEqualTo(Map.of("name", "muon", "lr", 0.02, "nesterov", true, "rest", Map.of("lr", 0.1)));
    assertThat(setting(experiment, "muon", "training", "batch")).isEqualTo(64L);
    assertThat(setting(experiment, "baseline", "training", "batch")).isEqualTo(128L);
    // The same name, said again, is no other.
    assertThat(
            setting(
                read(BASE + "arms: {a: {}, b: {model: resnet18, training: {epochs: 3}}}\n"),
                "b",
                "model",
                "width"))
        .isEqualTo(16L);
  }

  @Test
  void whatEveryArmChoosesNamesTheProblem() {
    assertThat(read(FILE).cells())
        .as("an arm has another width, but no arm another network")
        .extracting(Cell::problem)
        .containsOnly("resnet18 · shapes");
    assertThat(read(BASE + "arms: {a: {}, b: {model: mlp, data: {limit: 9}}}\n").cells())
        .extracting(Cell::problem)
        .containsOnly("shapes");
    String lists = "arms: {a: {}, b: {model: mlp, data: [{limit: 8}, {limit: 9}]}}\n";
    assertThat(read(BASE + lists).cells())
        .as("where nothing is left to name the problem, the experiment does")
        .extracting(Cell::problem)
        .containsOnly("demo");
    String networks = BASE + "arms: {a: {}, b: {model: mlp}, c: {model: {width: 8}}}\n";
    assertThat(read(networks, "mode=[a, c]").cells())
        .as("the label is the same whatever is run")
        .extracting(Cell::problem)
        .containsOnly("shapes");
    assertThat(read(networks, "arms.b.model.name=resnet18", "arms.b.model.width=4").cells())
        .extracting(Cell::problem)
        .containsOnly("resnet18 · shapes");
  }

  @Test
  void listsStillMultiply() {
    Experiment experiment =
        read(
            BASE.replace("data: shapes", "data: {name: shapes, limit: [10, 20]}")
                + """
                schedule: [cosine, constant]
                arms:
                  a: {}
                  b: {optimizer: {lr: [0.1, 0.2]}}
                  c: {optimizer: [muon, {lr: 3}]}
                """);
    assertThat(experiment.cells().stream().map(Cell::problem).distinct())
        .containsExactly("resnet18 · shapes limit=10", "resnet18 · shapes limit=20");
    assertThat(experiment.arms())
        .containsExactly(
            "a cosine",
            "a constant",
            "b lr=0.1 cosine",
            "b lr=0.1 constant",
            "b lr=0.2 cosine",
            "b lr=0.2 constant",
            "c muon cosine",
            "c muon constant",
            "c sgd cosine",
            "c sgd constant");
    assertThat(experiment.cells()).hasSize(20);
    assertThat(experiment.cells().subList(0, 10))
        .extracting(Cell::problem)
        .as("problems outermost")
        .containsOnly("resnet18 · shapes limit=10");
  }

  @Test
  void modeChoosesArms() {
    assertThat(read(FILE + "mode: muon\n").arms()).containsExactly("muon");
    assertThat(read(FILE + "mode: [muon, baseline]\n").arms()).containsExactly("baseline", "muon");
    assertThat(read(FILE, "mode=wide").arms()).containsExactly("wide");
    assertThat(read(FILE, "mode=[wide, plain]").arms()).containsExactly("wide", "plain");
    assertThat(read(FILE + "mode: muon\n").cells())
        .as("the label of the problem is the same whatever is run")
        .extracting(Cell::problem)
        .containsOnly("resnet18 · shapes");
  }

  @Test
  void aBaselineMayBeAnArm() {
    String file = FILE + "verdict: {baseline: baseline}\n";
    assertThat(read(file).rule().baseline()).contains("baseline");
    assertThat(read(file, "mode=wide").rule().baseline())
        .as("an arm alone is compared with nothing")
        .isEmpty();
    assertThat(problems(file, "mode=[wide, muon]"))
        .containsExactly(
            "demo.yaml: verdict.baseline 'baseline' is an arm that 'mode' leaves out; add it to"
                + " mode, or write --set verdict.baseline=wide");
    assertThat(problems(FILE + "verdict: {baseline: basline}\n"))
        .singleElement()
        .asString()
        .contains("there is no arm for verdict.baseline 'basline'; did you mean 'baseline'?");
  }

  @Test
  void theRuleKnowsWhatIsCompared() {
    assertThat(read(FILE).rule().compared())
        .containsExactly("model", "optimizer", "optimizer.sam", "training");
    assertThat(read(FILE, "mode=[baseline, plain]").rule().compared())
        .containsExactly("optimizer.sam");
    assertThat(read(BASE).rule().compared()).as("no arms are listed").isEmpty();
  }

  @Test
  void anOverrideForAllWinsOverArms() {
    assertThat(problems(FILE, "model.width=8"))
        .as("so that arms may become equal")
        .containsExactly(
            "demo.yaml:7: arms 'baseline' and 'wide' have equal settings on resnet18 · shapes, so"
                + " there is nothing to compare; change one or drop it");
    Experiment experiment =
        read(FILE, "mode=[baseline, muon, plain]", "optimizer.lr=0.7", "epochs=9", "model.width=8");
    for (String arm : List.of("baseline", "muon", "plain")) {
      assertThat(setting(experiment, arm, "optimizer", "lr")).as(arm).isEqualTo(0.7);
      assertThat(setting(experiment, arm, "training", "epochs")).as(arm).isEqualTo(9L);
      assertThat(setting(experiment, arm, "model", "width")).as(arm).isEqualTo(8L);
    }
  }

  @Test
  void anOverrideOfOneArmIsItsOwn() {
    Experiment experiment =
        read(
            FILE,
            "optimizer.lr=0.7",
            "arms.muon.optimizer.rest.lr=0.3",
            "arms.wide.epochs=5",
            "arms.plain.optimizer={lr: 0.9}");
    assertThat(setting(experiment, "muon", "optimizer", "rest")).isEqualTo(Map.of("lr", 0.3));
    assertThat(setting(experiment, "wide", "training", "epochs")).isEqualTo(5L);
    assertThat(setting(experiment, "baseline", "training", "epochs")).isEqualTo(2L);
    assertThat(setting(experiment, "plain", "optimizer", "lr")).isEqualTo(0.9);
    assertThat(read(FILE, "optimizer.muon.lr=0.4").cells())
        .as("a key of one choice is for the arms that make it")
        .extracting(c -> c.settings().get("optimizer").get("lr"))
        .containsExactly(0.5, 0.5, 0.4, 0.5);
  }

  @Test
  void anOverrideThatFitsOnlySomeArmsSaysSo() {
    assertThat(problems(FILE, "optimizer.nesterov=false"))
        .containsExactly(
            "--set optimizer.nesterov=false: there is no optimizer key of 'sgd' 'nesterov'; known:"
                + " lr, sam (arms baseline, wide, plain); it fits muon only: write --set"
                + " arms.muon.optimizer.nesterov=false");
    assertThat(read(FILE, "mode=muon", "optimizer.nesterov=false").cells())
        .as("arms that are not run do not matter")
        .hasSize(1);
    assertThat(problems(FILE, "mode=wide", "arms.muon.optimizer.lr=1"))
        .containsExactly(
            "--set arms.muon.optimizer.lr=1: 'mode' leaves out arm 'muon'; it chooses wide");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "arms: {} | demo.yaml:5: 'arms' names no arm; it holds names",
        "arms: [a, b] | demo.yaml:5: 'arms' names no arm",
        "arms: {a: muon} | demo.yaml:5: arm 'a' holds the sections and flags that it changes",
        "arms: {a: {optimzer: muon}} | there is no section of arm 'a' 'optimzer'; did you mean 'optimizer'?",
        "arms: {a: {seeds: 3}} | arm 'a' cannot change 'seeds', which all arms share",
        "arms: {a: {optimizer: {lrr: 3}}} | there is no optimizer key of 'sgd' 'lrr'; did you mean 'lr'?",
        "arms: {a: {optimizer: {sma: ~}}} | arm 'a' takes 'optimizer.sma' away: there is no such key 'sma'; did you mean 'sam'?",
        "arms: {a: {schedule: ~}} | arm 'a' takes 'schedule' away, which the file does not give",
        "arms: {a: {}, b: {optimizer: {lr: 0.5}}} | arms 'a' and 'b' have equal settings on resnet18 · shapes, so there is nothing to compare",
        "arms: {a: {}, a: {}} | 'a' is given twice",
        "arms: {'': {}, b: {optimizer: muon}} | demo.yaml:5: an arm has no name",
        "arms: {a: {optimizer: ~}, b: {}} | demo.yaml: has no 'optimizer'; known: sgd, muon (arm a)",
        "mode: a | 'mode' chooses among 'arms', of which the file has none",
      })
  void whatIsWrongWithArmsIsNamed(String line, String expected) {
    assertThat(problems(BASE + line + "\n")).singleElement().asString().contains(expected.strip());
  }

  @Test
  void anUnknownArmIsNamed() {
    assertThat(problems(FILE, "mode=moun"))
        .containsExactly(
            "--set mode=moun: there is no arm for mode 'moun'; did you mean 'muon'? (known:"
                + " baseline, wide, muon, plain)");
    assertThat(problems(FILE + "mode: []\n"))
        .containsExactly("demo.yaml:12: 'mode' lists no arm; leave it out for all of them");
    assertThat(problems(FILE, "arms.moun.optimizer.lr=1"))
        .singleElement()
        .asString()
        .startsWith("--set arms.moun.optimizer.lr=1: there is no arm 'moun'; did you mean 'muon'?");
  }

  @Test
  void aMistakeIsSaidOnceWithTheArmsThatHaveIt() {
    assertThat(problems(BASE.replace("0.5", "-1") + "arms: {a: {}, b: {training: {batch: 1}}}\n"))
        .containsExactly("demo.yaml:4: optimizer.lr = -1.0 is out of range; allowed: (0, inf)");
    assertThat(problems(FILE.replace("0.5", "-1")))
        .containsExactly(
            "demo.yaml:4: optimizer.lr = -1.0 is out of range; allowed: (0, inf) (arms baseline,"
                + " wide, plain)");
    assertThat(problems(FILE.replace("0.02", "-1") + "mode: wide\n"))
        .as("arms that are not run are read too")
        .containsExactly(
            "demo.yaml:9: optimizer.lr = -1.0 is out of range; allowed: (0, inf) (arm muon)");
  }

  @Test
  void filesWithoutArmsAreAsBefore() {
    Experiment experiment =
        read(
            """
            name: grid
            model: [mlp, {name: resnet18, width: [8, 16]}]
            data: shapes
            optimizer: [{name: sgd, label: slow, lr: [0.1, 0.2]}, muon]
            schedule: [cosine, constant]
            training: {batch: [32, 64]}
            """);
    assertThat(experiment.cells().stream().map(Cell::problem).distinct())
        .containsExactly("mlp · shapes", "resnet18 width=8 · shapes", "resnet18 width=16 · shapes");
    assertThat(experiment.arms())
        .startsWith("slow lr=0.1 · cosine · batch=32", "slow lr=0.1 · cosine · batch=64")
        .endsWith("muon · constant · batch=32", "muon · constant · batch=64")
        .hasSize(12);
  }
}
