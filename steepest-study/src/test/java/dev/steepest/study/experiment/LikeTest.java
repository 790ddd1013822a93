package dev.steepest.study.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Arms that are laid over other arms. */
class LikeTest {
  private static final String FILE =
      """
      name: demo
      flags: {rate: 0.5, size: 16}
      model: {name: resnet18, width: "= size"}
      data: shapes
      optimizer: {name: sgd, lr: "= rate", sam: {rho: 0.2}}
      arms:
        baseline: {}
        muon: {flags: {rate: 0.02}, optimizer: {name: muon, lr: "= rate * 2"}}
        batch: {like: muon, training: {batch: 64}, optimizer: {nesterov: false}}
        wide: {like: batch, flags: {size: 32}, training: {batch: 32}}
      """;

  private static Map<String, Object> settings(Experiment experiment, String arm, String section) {
    return experiment.cells().stream()
        .filter(cell -> cell.arm().equals(arm))
        .findFirst()
        .orElseThrow()
        .settings()
        .get(section);
  }

  @Test
  void anArmIsLaidOverTheOneThatItIsLike() {
    Experiment experiment = ArmsTest.read(FILE);
    assertThat(settings(experiment, "muon", "optimizer"))
        .containsEntry("lr", 0.04)
        .containsEntry("nesterov", true);
    assertThat(settings(experiment, "batch", "optimizer"))
        .as("first muon's section, then its own")
        .containsEntry("name", "muon")
        .containsEntry("lr", 0.04)
        .containsEntry("nesterov", false);
    assertThat(settings(experiment, "wide", "optimizer"))
        .isEqualTo(settings(experiment, "batch", "optimizer"));
    assertThat(settings(experiment, "wide", "training")).containsEntry("batch", 32L);
    assertThat(settings(experiment, "wide", "model")).containsEntry("width", 32L);
    assertThat(settings(experiment, "baseline", "model")).containsEntry("width", 16L);
  }

  @Test
  void whatIsSetForOneArmIsForNoneThatIsLikeIt() {
    for (String override : new String[] {"arms.muon.rate=1", "arms.muon.flags={rate: 1}"}) {
      Experiment experiment = ArmsTest.read(FILE, override);
      assertThat(settings(experiment, "muon", "optimizer")).containsEntry("lr", 2.0);
      assertThat(settings(experiment, "batch", "optimizer")).containsEntry("lr", 0.04);
    }
    Experiment experiment = ArmsTest.read(FILE, "arms.muon.optimizer.lr=3");
    assertThat(settings(experiment, "muon", "optimizer")).containsEntry("lr", 3.0);
    assertThat(settings(experiment, "batch", "optimizer")).containsEntry("lr", 0.04);
    assertThat(ArmsTest.problems(FILE, "arms.batch.flags.rat=1"))
        .singleElement()
        .asString()
        .startsWith("--set arms.batch.flags.rat=1: there is no flag for arm 'batch' 'rat'");
  }

  @Test
  void theLastOptionWins() {
    assertThat(
            settings(ArmsTest.read(FILE, "arms.muon.flags.rate=1", "rate=4"), "muon", "optimizer"))
        .containsEntry("lr", 8.0);
    assertThat(
            settings(ArmsTest.read(FILE, "rate=4", "arms.muon.flags.rate=1"), "muon", "optimizer"))
        .containsEntry("lr", 2.0);
  }

  @Test
  void aFlagIsBlamedOnTheArmThatSetsItAndOnlyWhereNoneUsesIt() {
    String heir = "  plain: {like: muon, optimizer: {lr: 0.3}}\n";
    assertThat(settings(ArmsTest.read(FILE + heir), "plain", "optimizer")).containsEntry("lr", 0.3);
    String dead = "  dead: {like: batch, flags: {rate: 3}, optimizer: {lr: 0.3}}\n";
    assertThat(ArmsTest.problems(FILE + dead + "  after: {like: dead, training: {batch: 8}}\n"))
        .containsExactly(
            "demo.yaml:11: flag 'rate' of arm 'dead' is used by no expression in its sections, so"
                + " it changes nothing");
    assertThat(
            settings(
                ArmsTest.read(FILE + dead + "  after: {like: dead, optimizer: {lr: \"= rate\"}}\n"),
                "after",
                "optimizer"))
        .as("it is for those that are like it")
        .containsEntry("lr", 3.0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "below: {like: last, training: {batch: 8}} | there is no arm 'last'",
        "itself: {like: itself} | there is no arm 'itself'",
        "typo: {like: baselin, training: {batch: 8}} | there is no arm 'baselin'; did you mean 'baseline'?",
      })
  void onlyAnArmAboveCanBeNamed(String arm, String expected) {
    assertThat(ArmsTest.problems(FILE + "  " + arm + "\n  last: {training: {batch: 16}}\n"))
        .first()
        .asString()
        .startsWith("demo.yaml:11: 'like' names an arm that stands above: ")
        .contains(expected);
  }
}
