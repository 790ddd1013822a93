package dev.steepest.study.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.steepest.study.experiment.DecisionRule;
import dev.steepest.study.plan.RunSpec;
import dev.steepest.study.plan.Settings;
import dev.steepest.study.record.RecordStore.Claim;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordStoreTest {
  @TempDir Path folder;

  private static RunSpec spec(long seed) {
    return new RunSpec(
        "demo",
        "resnet18 · cifar10",
        "muon lr=0.02",
        seed,
        new Settings(Map.of("optimizer", Map.of("name", "muon", "lr", 0.02, "steps", 5))));
  }

  private static Evaluation row(long step, Map<String, Double> values) {
    return new Evaluation(step / 10.0, step, step * 128, step * 0.1, 0.01, values);
  }

  private static final Outcome FINISHED =
      new Outcome(Outcome.Status.FINISHED, "", Instant.parse("2026-11-01T10:00:00Z"));

  private RunFolder take(RecordStore store, RunSpec spec) {
    return ((Claim.Taken) store.claim(spec)).folder();
  }

  @Test
  void aRecordReadsBackToTheBit() {
    RecordStore store = new RecordStore(folder);
    RunSpec spec = spec(3);
    double third = 1.0 / 3;
    try (RunFolder run = take(store, spec)) {
      run.begin(
          new Environment(Map.of("jdk", "25")),
          new TreeMap<>(Map.of("train", "abc")),
          List.of("hidden: Muon"));
      run.evaluation(row(10, Map.of(Metric.VAL_ACCURACY, third)));
      run.evaluation(row(20, Map.of(Metric.VAL_ACCURACY, 0.5, Metric.VAL_LOSS, Double.MIN_VALUE)));
      run.step(row(1, Map.of(Metric.LOSS, Math.nextUp(2.0))));
      run.end(FINISHED, new TreeMap<>(Map.of(Metric.TEST_ACCURACY, 0.7)));
    }
    RunRecord record = RecordStore.read(store.folderOf(spec));
    assertThat(record.spec()).isEqualTo(spec);
    assertThat(record.environment().facts()).containsEntry("jdk", "25");
    assertThat(record.checksums()).containsEntry("train", "abc");
    assertThat(record.groups()).containsExactly("hidden: Muon");
    assertThat(record.outcome()).contains(FINISHED);
    assertThat(record.last(Metric.TEST_ACCURACY)).hasValue(0.7);
    assertThat(record.best(Metric.VAL_ACCURACY)).hasValue(0.5);
    assertThat(record.secondsTo(Metric.VAL_ACCURACY, 0.4)).hasValue(2.0);
    assertThat(record.secondsTo(Metric.VAL_ACCURACY, 0.9)).isEmpty();
    assertThat(record.evaluations())
        .containsExactly(
            row(10, Map.of(Metric.VAL_ACCURACY, third)),
            row(20, Map.of(Metric.VAL_ACCURACY, 0.5, Metric.VAL_LOSS, Double.MIN_VALUE)));
    assertThat(RecordStore.steps(store.folderOf(spec)))
        .containsExactly(row(1, Map.of(Metric.LOSS, Math.nextUp(2.0))));
  }

  @Test
  void aRunIsTakenOnceAndDoneOnce() {
    RecordStore store = new RecordStore(folder);
    try (RunFolder run = take(store, spec(1))) {
      assertThat(store.claim(spec(1))).isInstanceOf(Claim.Busy.class);
      assertThat(store.claim(spec(2)))
          .isInstanceOfSatisfying(Claim.Taken.class, t -> t.folder().close());
      run.end(FINISHED, new TreeMap<>());
    }
    assertThat(store.claim(spec(1))).isInstanceOf(Claim.Done.class);
  }

  @Test
  void aFailedOrStoppedRunIsTakenAgain() {
    RecordStore store = new RecordStore(folder);
    for (Outcome.Status status : List.of(Outcome.Status.FAILED, Outcome.Status.STOPPED)) {
      try (RunFolder run = take(store, spec(1))) {
        run.end(new Outcome(status, "power cut", Instant.EPOCH), new TreeMap<>());
      }
    }
    try (RunFolder run = take(store, spec(1))) {
      run.end(new Outcome(Outcome.Status.DIVERGED, "loss is NaN", Instant.EPOCH), new TreeMap<>());
    }
    assertThat(store.claim(spec(1))).isInstanceOf(Claim.Done.class);
  }

  /** What a search ended stays ended: nobody makes it again. */
  @Test
  void aTerminatedRunIsDone() {
    RecordStore store = new RecordStore(folder);
    try (RunFolder run = take(store, spec(1))) {
      String reason = "not in the best third at epoch 3";
      run.end(
          new Outcome(Outcome.Status.TERMINATED, reason, Instant.EPOCH),
          new TreeMap<>(Map.of(Metric.PEAK_MEMORY_BYTES, 5e8)));
    }
    assertThat(store.claim(spec(1)))
        .isInstanceOfSatisfying(
            Claim.Done.class,
            done -> {
              assertThat(done.record().terminated()).isTrue();
              assertThat(done.record().finished()).isFalse();
              assertThat(done.record().last(Metric.PEAK_MEMORY_BYTES)).hasValue(5e8);
            });
  }

  @Test
  void rewindingForgetsRowsAfterTheCheckpoint() {
    RecordStore store = new RecordStore(folder);
    try (RunFolder run = take(store, spec(1))) {
      run.begin(new Environment(Map.of()), new TreeMap<>(), List.of());
      for (int step = 1; step <= 5; step++) {
        run.step(row(step, Map.of(Metric.LOSS, 1.0 * step)));
      }
      run.evaluation(row(4, Map.of(Metric.VAL_LOSS, 1.0)));
      run.rewindTo(0.3, 3);
      run.step(row(4, Map.of(Metric.LOSS, 44.0)));
      assertThat(RecordStore.steps(run.folder()))
          .extracting(Evaluation::step)
          .containsExactly(1L, 2L, 3L, 4L);
      assertThat(RecordStore.read(run.folder()).evaluations()).isEmpty();
    }
  }

  @Test
  void aLastLineCutShortIsIgnored() throws IOException {
    RecordStore store = new RecordStore(folder);
    try (RunFolder run = take(store, spec(1))) {
      run.step(row(1, Map.of(Metric.LOSS, 1.0)));
      Files.writeString(run.folder().resolve("steps.csv"), "0.2,2,25", StandardOpenOption.APPEND);
      assertThat(RecordStore.steps(run.folder())).extracting(Evaluation::step).containsExactly(1L);
    }
  }

  @Test
  void anUnreadableRecordCostsOnlyItself() throws IOException {
    RecordStore store = new RecordStore(folder);
    try (RunFolder run = take(store, spec(1))) {
      run.end(FINISHED, new TreeMap<>());
    }
    Path broken = Files.createDirectories(folder.resolve("broken"));
    Files.writeString(broken.resolve("run.json"), "{\"format\": 1, \"exp");
    Path edited = Files.createDirectories(folder.resolve("edited"));
    String good = Files.readString(store.folderOf(spec(1)).resolve("run.json"));
    Files.writeString(edited.resolve("run.json"), good.replace("0.02", "0.03"));

    RecordStore.Contents contents = RecordStore.contents(folder);
    assertThat(contents.records()).hasSize(1);
    assertThat(contents.unreadable())
        .hasSize(2)
        .anySatisfy(u -> assertThat(u).contains("broken", "not valid JSON"))
        .anySatisfy(u -> assertThat(u).contains("edited", "does not match its settings"));
  }

  @Test
  void anUnwritableFolderIsNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertThatThrownBy(() -> new RecordStore(file.resolve("runs")).claim(spec(1)))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("Cannot write");
  }

  @Test
  void aPlanThatChangedIsSeen() {
    DecisionRule rule =
        new DecisionRule(
            "test_accuracy",
            DecisionRule.Goal.MAXIMIZE,
            Optional.of("sgd"),
            0.05,
            List.of(0.6),
            "val_accuracy",
            List.of());
    StudySeal first = StudySeal.seal(folder, "demo", "Demo", rule, "aaa", List.of(spec(1)));
    assertThat(first.changed()).isFalse();
    assertThat(StudySeal.seal(folder, "demo", "Demo", rule, "aaa", List.of(spec(1))).changed())
        .isFalse();
    assertThat(first.source()).as("sealed without its file").isEmpty();
    StudySeal changed =
        StudySeal.seal(folder, "demo", "Demo", rule, "bbb", List.of(spec(2)), "name: demo\n");
    assertThat(changed.source()).contains("name: demo\n");
    assertThat(changed.plans().getFirst().source()).isEmpty();
    assertThat(changed.changed()).isTrue();
    assertThat(StudySeal.read(folder)).contains(changed);
    assertThat(changed.rule()).isEqualTo(rule);
    DecisionRule comparing = rule.comparing(List.of("model", "optimizer.lookahead"));
    StudySeal.seal(folder, "demo", "Demo", comparing, "bbb", List.of(spec(2)));
    assertThat(StudySeal.read(folder).orElseThrow().rule()).isEqualTo(comparing);
  }

  @Test
  void aRunIsKnownByItsIdWhateverThePlanCallsIt() {
    RecordStore store = new RecordStore(folder);
    RunSpec before = spec(1);
    try (RunFolder run = take(store, before)) {
      run.end(FINISHED, new TreeMap<>());
    }
    RunSpec now =
        new RunSpec(
            before.experiment(),
            before.problem(),
            "muon",
            before.seed(),
            before.settings(),
            before.id());
    assertThat(store.folderOf(now)).isEqualTo(store.folderOf(before));
    assertThat(store.claim(now)).isInstanceOf(Claim.Done.class);

    DecisionRule rule =
        new DecisionRule(
            "m", DecisionRule.Goal.MAXIMIZE, Optional.empty(), 0.05, List.of(), "m", List.of());
    StudySeal seal = StudySeal.seal(folder, "demo", "Demo", rule, "aaa", List.of(now));
    assertThat(seal.planned(RecordStore.contents(folder).records()))
        .extracting(r -> r.spec().arm())
        .containsExactly("muon");
  }

  @Test
  void anUnreadableRecordIsNotRunOver() throws IOException {
    RecordStore store = new RecordStore(folder);
    Path run = Files.createDirectories(store.folderOf(spec(1)));
    Files.writeString(run.resolve("run.json"), "{");
    assertThat(store.claim(spec(1)))
        .isInstanceOfSatisfying(
            Claim.Unreadable.class, u -> assertThat(u.reason()).contains("not valid JSON"));
    assertThat(run.resolve("run.json")).hasContent("{");
  }
}
