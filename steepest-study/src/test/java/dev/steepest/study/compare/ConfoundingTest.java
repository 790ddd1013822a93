package dev.steepest.study.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steepest.study.compare.Runs.Run;
import dev.steepest.study.experiment.DecisionRule;
import dev.steepest.study.record.Evaluation;
import dev.steepest.study.record.Metric;
import dev.steepest.study.record.RunRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

/** Alarms where the file says in what its arms differ. */
class ConfoundingTest {
  private static final List<String> COMPARED = List.of("model", "optimizer", "optimizer.lookahead");

  @Test
  void whatTheFileComparesIsNoAlarm() {
    assertThat(
            alarms(
                COMPARED,
                (arm, run) ->
                    run.setting("optimizer", Map.of("name", "sgd"))
                        .setting(
                            "model",
                            Map.of("activation", arm.equals("lion") ? "hardswish" : "gelu"))))
        .isEmpty();
  }

  @Test
  void whatItDoesNotCompareIs() {
    assertThat(alarms(COMPARED, (arm, run) -> run.setting("batch_size", arm.length())))
        .containsExactly(
            new Alarm(
                Alarm.Kind.SETTINGS,
                Runs.PROBLEM,
                "Arms differ in more than the model, optimizer and optimizer.lookahead: batch_size"
                    + " is 8 (baseline ×6), 4 (lion ×6)."));
  }

  @Test
  void anArmThatDiffersInTwoThingsCannotTellThemApart() {
    BiConsumer<String, Run> lookahead =
        (arm, run) ->
            run.setting(
                "optimizer",
                arm.equals("lion")
                    ? Map.of("name", "lion", "lr", .1)
                    : Map.of("name", "sgd", "lr", .2, "lookahead", Map.of("k", 5)));
    assertThat(alarms(COMPARED, lookahead))
        .containsExactly(
            new Alarm(
                Alarm.Kind.CONFOUNDED,
                Runs.PROBLEM,
                "lion differs from baseline in optimizer and optimizer (lookahead): their effects"
                    + " cannot be told apart."));
    Verdict verdict = Comparison.of(runs(lookahead), rule(COMPARED));
    assertThat(verdict.sentences())
        .as("what is compared on purpose is not in doubt")
        .noneMatch(s -> s.contains("in doubt"));
    assertThat(alarms(List.of(), lookahead))
        .as("without arms in the file the optimizer is compared as a whole")
        .isEmpty();
  }

  @Test
  void anArmMayHaveALengthOfItsOwn() {
    BiConsumer<String, Run> longer =
        (arm, run) -> run.evaluations(after(arm.equals("lion") ? 8 : 10));
    assertThat(alarms(List.of("optimizer", "training"), longer))
        .containsExactly(
            new Alarm(
                Alarm.Kind.LENGTH,
                Runs.PROBLEM,
                "Arms were trained for lengths of their own, as the experiment says: the number of"
                    + " epochs is 10 (baseline ×6), 8 (lion ×6)."));
    assertThat(Alarm.Kind.LENGTH.unequal()).isFalse();
    assertThat(alarms(COMPARED, longer))
        .as("neither training nor data is compared")
        .extracting(Alarm::kind)
        .containsExactly(Alarm.Kind.BUDGET);
    assertThat(alarms(List.of(), longer))
        .extracting(Alarm::kind)
        .containsExactly(Alarm.Kind.BUDGET);
    int[] count = {0};
    assertThat(
            alarms(
                List.of("optimizer", "training"),
                (_, run) -> run.evaluations(after(count[0]++ == 0 ? 8 : 10))))
        .extracting(Alarm::kind)
        .containsExactly(Alarm.Kind.BUDGET);
  }

  @Test
  void aPartIsNamedWithItsSection() {
    assertThat(
            alarms(
                List.of("augmentation", "schedule.input"),
                (arm, run) ->
                    run.setting("optimizer", "sgd")
                        .setting("augmentation", Map.of("crop", arm.length()))
                        .setting("schedule", Map.of("input", Map.of("epochs", arm.length())))))
        .extracting(Alarm::sentence)
        .containsExactly(
            "lion differs from baseline in augmentation and schedule (input): their effects cannot"
                + " be told apart.");
  }

  @Test
  void whereCurvesAreOfTheTestSetTheSameIsCompared() {
    DecisionRule stated =
        SpeedRuns.rule(Metric.TTA_ACCURACY, .9).comparing(List.of("model", "optimizer"));
    Verdict verdict = Comparison.of(SpeedRuns.records(6), stated);
    assertThat(verdict.rule()).isEqualTo(stated.withCurve(Metric.TEST_ACCURACY));
    assertThat(verdict.rule().compared()).containsExactly("model", "optimizer");
    assertThat(verdict.alarms())
        .extracting(Alarm::kind)
        .contains(Alarm.Kind.CONFOUNDED)
        .doesNotContain(Alarm.Kind.SETTINGS);
  }

  @Test
  void manyPairsAreCounted() {
    List<RunRecord> runs = new ArrayList<>();
    for (int arm = 0; arm < 5; arm++) {
      runs.add(
          Runs.of(Runs.PROBLEM, "arm" + arm, 1)
              .setting("model", Map.of("width", arm))
              .accuracy(.9)
              .record());
    }
    List<Alarm> alarms =
        Comparison.of(runs, Runs.accuracyRule(Optional.empty()).comparing(COMPARED)).alarms();
    assertThat(alarms).extracting(Alarm::kind).hasSize(7).containsOnly(Alarm.Kind.CONFOUNDED);
    assertThat(alarms.getLast().sentence())
        .isEqualTo("So do 4 other pairs of arms in several things.");
  }

  private static Evaluation after(long epochs) {
    return new Evaluation(
        epochs, 49 * epochs, 50_000 * epochs, 20, 1, Map.of(Metric.VAL_ACCURACY, .5));
  }

  private static DecisionRule rule(List<String> compared) {
    return Runs.accuracyRule(Optional.of("baseline")).comparing(compared);
  }

  private static List<Alarm> alarms(List<String> compared, BiConsumer<String, Run> change) {
    return Comparison.of(runs(change), rule(compared)).alarms();
  }

  private static List<RunRecord> runs(BiConsumer<String, Run> change) {
    List<RunRecord> runs = new ArrayList<>();
    for (String arm : List.of("baseline", "lion")) {
      for (int seed = 0; seed < 6; seed++) {
        Run run = Runs.of(Runs.PROBLEM, arm, seed).accuracy(.9 + .001 * seed);
        change.accept(arm, run);
        runs.add(run.record());
      }
    }
    return runs;
  }
}
