package dev.steepest.study.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steepest.study.compare.Runs.Run;
import dev.steepest.study.record.Evaluation;
import dev.steepest.study.record.Metric;
import dev.steepest.study.record.Outcome.Status;
import dev.steepest.study.record.RunRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

class AlarmsTest {
  private static final int SEEDS = 6;

  @Test
  void equalRunsRaiseNone() {
    assertThat(alarms((_, _) -> {})).isEmpty();
  }

  @Test
  void settingsThatDifferOutsideTheOptimizer() {
    assertThat(alarms((arm, run) -> run.setting("batch_size", arm.equals("muon") ? 512 : 1024)))
        .containsExactly(
            new Alarm(
                Alarm.Kind.SETTINGS,
                Runs.PROBLEM,
                "Arms differ in more than the optimizer: batch_size is 1024 (adamw ×6), 512 (muon"
                    + " ×6)."));
  }

  @Test
  void aSettingThatOneArmLacksIsADifference() {
    assertThat(
            alarms((arm, run) -> {
              if (arm.equals("muon")) {
                run.setting("augment", Map.of("cutout", 8));
              }
            }))
        .extracting(Alarm::sentence)
        .containsExactly(
            "Arms differ in more than the optimizer: augment.cutout is not stated (adamw ×6), 8"
                + " (muon ×6).");
  }

  @Test
  void oneSectionThatDiffersAloneIsWhatIsCompared() {
    List<Alarm> alarms =
        alarms((arm, run) ->
            run.setting("optimizer", Map.of("name", "adamw"))
                .setting("schedule", Map.of("name", arm.equals("muon") ? "cosine" : "linear")));
    assertThat(alarms).isEmpty();
  }

  @Test
  void seedsOfOneArmThatDiffer() {
    int[] count = {0};
    assertThat(
            alarms((_, run) ->
                run.setting("optimizer", Map.of("name", "x", "lr", count[0]++ == 0 ? .1 : .2))))
        .extracting(Alarm::sentence)
        .containsExactly(
            "Seeds of one arm were run with different settings: optimizer.lr is 0.1 (adamw ×1), 0.2"
                + " (adamw ×5, muon ×6).");
  }

  @Test
  void otherDataOtherCodeOtherMachine() {
    List<Alarm> alarms =
        alarms((arm, run) -> {
          boolean muon = arm.equals("muon");
          run.checksum("train", (muon ? "ab" : "cd").repeat(32))
              .fact("steepest.commit", muon ? "aaa" : "bbb")
              .fact("steepest.dirty", muon ? "true" : "false")
              .fact("threads", muon ? "4" : "8");
        });
    assertThat(alarms)
        .extracting(Alarm::kind)
        .containsExactly(Alarm.Kind.DATA, Alarm.Kind.CODE, Alarm.Kind.CODE, Alarm.Kind.MACHINE);
    assertThat(alarms.getFirst().sentence())
        .isEqualTo(
            "Runs did not see the same data: the checksum of train is cdcdcdcdcdcd… (adamw ×6),"
                + " abababababab… (muon ×6).");
    assertThat(alarms.get(2).sentence())
        .isEqualTo("6 of 12 runs came from uncommitted code, which no commit can bring back.");
  }

  @Test
  void armsMayBeginFromOtherWeightsButSeedsOfAnArmMayNot() {
    assertThat(
            alarms((arm, run) -> {
              if (arm.equals("muon")) {
                run.checksum(RunRecord.INITIAL_WEIGHTS, "ab".repeat(32));
              }
            }))
        .isEmpty();
    int[] count = {0};
    assertThat(
            alarms((_, run) ->
                run.checksum(
                    RunRecord.INITIAL_WEIGHTS, (count[0]++ == 0 ? "ab" : "cd").repeat(32))))
        .extracting(Alarm::sentence)
        .containsExactly(
            "Runs of one arm began from different weights: SHA-256 is abababababab… (adamw ×1),"
                + " cdcdcdcdcdcd… (adamw ×5, muon ×6).");
  }

  @Test
  void doubtAboutFairnessIsTheSecondSentence() {
    Verdict verdict =
        Comparison.of(
            runs((arm, run) -> run.fact("threads", arm)), Runs.accuracyRule(Optional.of("adamw")));
    assertThat(verdict.sentences().get(1))
        .isEqualTo(
            "Whether the runs were alike in all but what is compared is in doubt: see 1 alarm.");
  }

  @Test
  void mixedLengths() {
    assertThat(
            alarms((arm, run) ->
                run.evaluations(
                    new Evaluation(
                        arm.equals("muon") ? 80 : 40,
                        98,
                        100_000,
                        20,
                        1,
                        Map.of(Metric.VAL_ACCURACY, .5)))))
        .extracting(Alarm::sentence)
        .containsExactly(
            "Finished runs were trained for different lengths: the number of epochs is 40 (adamw ×6),"
                + " 80 (muon ×6).");
  }

  @Test
  void runsThatAreNotThereAreNamed() {
    List<RunRecord> runs = runs((_, _) -> {});
    runs.set(0, Runs.of(Runs.PROBLEM, "adamw", 0).ended(Status.FAILED).record());
    runs.set(1, Runs.of(Runs.PROBLEM, "adamw", 1).ended(Status.STOPPED).record());
    runs.set(2, Runs.of(Runs.PROBLEM, "adamw", 2).unfinished().record());
    runs.set(3, Runs.of(Runs.PROBLEM, "adamw", 3).record());
    runs.remove(11);
    Verdict verdict = Comparison.of(runs, Runs.accuracyRule(Optional.of("adamw")));
    assertThat(verdict.alarms())
        .extracting(Alarm::sentence)
        .containsExactly(
            "1 run of adamw (seed 0) failed and is not counted.",
            "2 runs of adamw (seeds 1 and 2) are unfinished and not counted.",
            "1 run of adamw (seed 3) finished without a test accuracy.",
            "muon was not run with seed 5, which another arm was run with; such runs have no pair.");
    ArmResult adamw = verdict.problems().getFirst().arms().getFirst();
    assertThat(adamw.counts()).isEqualTo(new Counts(3, 0, 1, 2));
    assertThat(adamw.value().orElseThrow().n()).isEqualTo(2);
  }

  @Test
  void aBaselineThatWasNotRun() {
    Verdict verdict = Comparison.of(runs((_, _) -> {}), Runs.accuracyRule(Optional.of("lion")));
    assertThat(verdict.alarms())
        .extracting(Alarm::sentence)
        .containsExactly("The baseline lion was not run; the arms are adamw and muon.");
    assertThat(verdict.headline())
        .isEqualTo("The baseline was not run, so that nothing is compared.");
  }

  private static List<Alarm> alarms(BiConsumer<String, Run> change) {
    return Comparison.of(runs(change), Runs.accuracyRule(Optional.of("adamw"))).alarms();
  }

  private static List<RunRecord> runs(BiConsumer<String, Run> change) {
    List<RunRecord> runs = new ArrayList<>();
    for (String arm : List.of("adamw", "muon")) {
      for (int seed = 0; seed < SEEDS; seed++) {
        Run run = Runs.of(Runs.PROBLEM, arm, seed).accuracy(.9 + .001 * seed);
        change.accept(arm, run);
        runs.add(run.record());
      }
    }
    return runs;
  }
}
