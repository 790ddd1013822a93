package dev.steepest.study.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.steepest.study.search.Report;
import dev.steepest.study.search.Trial;
import dev.steepest.study.sweep.TrialStore.Advice;
import dev.steepest.study.sweep.TrialStore.Claim;
import dev.steepest.study.sweep.TrialStore.End;
import dev.steepest.study.sweep.TrialStore.Entry;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What every store does. Silence is made by setting beats back, not by waiting. */
abstract class TrialStoreContract {
  private final List<TrialStore> opened = new ArrayList<>();

  /** Of a database that is this test's alone. */
  abstract String address();

  /** Changes the database behind the store's back. */
  abstract void execute(String sql) throws SQLException;

  TrialStore open(CountedSweep sweep) {
    TrialStore store = TrialStores.create(address(), sweep.sweep(), StoreOptions.DEFAULT);
    opened.add(store);
    return store;
  }

  @AfterEach
  void closeAll() {
    opened.forEach(TrialStore::close);
  }

  private void silence(int trial) throws SQLException {
    execute("UPDATE steepest_trials SET beat = beat - 60001 WHERE number = " + trial);
  }

  private static Claim.Taken take(TrialStore store, String worker) {
    Claim claim = store.claim(worker);
    assertThat(claim).isInstanceOf(Claim.Taken.class);
    return (Claim.Taken) claim;
  }

  @Test
  void trialsAreProposedInOrderAndKeptToTheBit() {
    TrialStore one = open(CountedSweep.of(4));
    TrialStore other = open(CountedSweep.of(4));
    for (int i = 0; i < 4; i++) {
      Claim.Taken taken = take(i % 2 == 0 ? one : other, "w" + i);
      assertThat(taken.attempt()).isEqualTo(1);
      assertThat(taken.trial()).isEqualTo(Trial.begun(i, CountedSweep.values(i)));
    }
    for (TrialStore store : List.of(one, other)) {
      assertThat(store.trials())
          .extracting(Entry::trial)
          .containsExactlyElementsOf(
              List.of(0, 1, 2, 3).stream()
                  .map(i -> Trial.begun(i, CountedSweep.values(i)))
                  .toList());
      assertThat(store.trials()).extracting(Entry::worker).containsExactly("w0", "w1", "w2", "w3");
    }
  }

  @Test
  void theSearchSeesWhatOthersReportedAndHowTheirTrialsEnded() {
    List<List<Trial>> seen = new ArrayList<>();
    CountedSweep watched =
        CountedSweep.of(9)
            .withSearcher((number, trials) -> {
              seen.add(trials);
              return Optional.of(CountedSweep.values(number));
            });
    TrialStore one = open(CountedSweep.of(9));
    TrialStore other = open(watched);
    take(one, "a");
    take(one, "b");
    one.report(0, "a", new Report(1, 0.5));
    one.report(1, "b", new Report(1, Double.NaN));
    one.report(0, "a", new Report(2, Double.POSITIVE_INFINITY));
    one.end(1, "b", new End(Trial.State.DIVERGED, OptionalDouble.empty(), 2, List.of(), "NaN"));
    take(other, "c");
    one.end(0, "a", CountedSweep.finished(0, 3));
    take(other, "d");
    assertThat(seen).hasSize(2);
    assertThat(seen.get(0)).hasSize(2);
    assertThat(seen.get(0).get(0).reports())
        .containsExactly(new Report(1, 0.5), new Report(2, Double.POSITIVE_INFINITY));
    assertThat(seen.get(0).get(0).state()).isEqualTo(Trial.State.RUNNING);
    assertThat(seen.get(0).get(1).reports()).containsExactly(new Report(1, Double.NaN));
    assertThat(seen.get(0).get(1).state()).isEqualTo(Trial.State.DIVERGED);
    assertThat(seen.get(1)).hasSize(3);
    assertThat(seen.get(1).get(0).value()).hasValue(CountedSweep.loss(0, 3));
    assertThat(seen.get(1))
        .isEqualTo(one.trials().subList(0, 3).stream().map(Entry::trial).toList());
  }

  @Test
  void anEndIsKeptWhole() {
    TrialStore store = open(CountedSweep.of(2));
    take(store, "a");
    take(store, "b");
    End finished = CountedSweep.finished(0, 2);
    End failed = new End(Trial.State.FAILED, OptionalDouble.empty(), 0, List.of(), "no\0 memory");
    assertThat(store.end(0, "a", finished)).isTrue();
    assertThat(store.end(1, "b", failed)).isTrue();
    List<Entry> entries = open(CountedSweep.of(2)).trials();
    assertThat(entries.get(0).end()).contains(finished);
    assertThat(entries.get(0).trial().value()).isEqualTo(finished.value());
    assertThat(entries.get(1).end().orElseThrow().reason()).isEqualTo("no\uFFFD memory");
    assertThat(entries.get(1).trial().state()).isEqualTo(Trial.State.FAILED);
    assertThat(entries.get(1).trial().value()).isEmpty();
  }

  @Test
  void aTrialEndsOnce() {
    TrialStore store = open(CountedSweep.of(1));
    take(store, "a");
    assertThat(store.end(0, "b", CountedSweep.finished(0, 1))).isFalse();
    assertThat(store.end(0, "a", CountedSweep.finished(0, 1))).isTrue();
    assertThat(store.end(0, "a", CountedSweep.finished(0, 2))).isFalse();
    assertThat(store.end(7, "a", CountedSweep.finished(7, 2))).isFalse();
    assertThat(store.beat(0, "a")).isFalse();
    assertThat(store.report(0, "a", new Report(1, 0.1))).isEqualTo(Advice.LOST);
    assertThat(store.report(7, "a", new Report(1, 0.1))).isEqualTo(Advice.LOST);
    store.release(0, "a");
    assertThat(store.trials().getFirst().end()).contains(CountedSweep.finished(0, 1));
    assertThat(store.trials().getFirst().trial().reports()).isEmpty();
    assertThatThrownBy(() ->
            store.end(
                0, "a", new End(Trial.State.RUNNING, OptionalDouble.empty(), 0, List.of(), "")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aSilentWorkersTrialIsTakenByAnotherWithItsReports() throws SQLException {
    TrialStore store = open(CountedSweep.of(2));
    take(store, "dead");
    take(store, "alive");
    store.report(0, "dead", new Report(1, 0.5));
    silence(0);
    silence(1);
    assertThat(store.beat(1, "alive")).isTrue();
    Claim.Taken taken = take(store, "next");
    assertThat(taken.attempt()).isEqualTo(2);
    assertThat(taken.trial().number()).isZero();
    assertThat(taken.trial().values()).isEqualTo(CountedSweep.values(0));
    assertThat(taken.trial().reports()).containsExactly(new Report(1, 0.5));
    assertThat(store.claim("none left")).isInstanceOf(Claim.Wait.class);
    assertThat(store.beat(0, "dead")).isFalse();
    assertThat(store.report(0, "dead", new Report(2, 0.5))).isEqualTo(Advice.LOST);
    assertThat(store.end(0, "dead", CountedSweep.finished(0, 1))).isFalse();
    store.release(0, "dead");
    assertThat(store.beat(0, "next")).isTrue();
    assertThat(store.end(0, "next", CountedSweep.finished(0, 1))).isTrue();
    assertThat(store.trials().getFirst().attempts()).isEqualTo(2);
  }

  @Test
  void aReportIsASignOfLife() throws SQLException {
    TrialStore store = open(CountedSweep.of(1));
    take(store, "a");
    silence(0);
    store.report(0, "a", new Report(1, 0.5));
    assertThat(store.claim("b")).isInstanceOf(Claim.Wait.class);
    silence(0);
    store.report(0, "a", new Report(1, 0.5));
    assertThat(store.claim("b")).isInstanceOf(Claim.Wait.class);
  }

  @Test
  void nobodyWaitsForAClockThatWasSetBack() throws SQLException {
    TrialStore store = open(CountedSweep.of(1));
    take(store, "a");
    execute("UPDATE steepest_trials SET beat = beat + 3600000");
    assertThat(take(store, "b").attempt()).isEqualTo(2);
  }

  @Test
  void aTrialThatKillsItsWorkersFails() throws SQLException {
    TrialStore store = open(CountedSweep.of(2));
    for (int attempt = 1; attempt <= SqlTrialStore.MOST_LOSSES; attempt++) {
      Claim.Taken taken = take(store, "w" + attempt);
      assertThat(taken.trial().number()).isZero();
      assertThat(taken.attempt()).isEqualTo(attempt);
      store.report(0, taken.attempt() == 1 ? "w1" : "w" + attempt, new Report(1, 0.5));
      silence(0);
    }
    assertThat(take(store, "w4").trial().number()).isEqualTo(1);
    Entry entry = store.trials().getFirst();
    assertThat(entry.trial().state()).isEqualTo(Trial.State.FAILED);
    assertThat(entry.attempts()).isEqualTo(3);
    assertThat(entry.end().orElseThrow().reason())
        .isEqualTo("Its worker fell silent 3 times without coming any further.");
  }

  @Test
  void aTrialThatComesFurtherMayLoseManyWorkers() throws SQLException {
    TrialStore store = open(CountedSweep.of(1));
    for (int attempt = 1; attempt <= 9; attempt++) {
      assertThat(take(store, "w" + attempt).attempt()).isEqualTo(attempt);
      store.report(0, "w" + attempt, new Report(attempt, 0.5));
      silence(0);
    }
    assertThat(take(store, "w10").attempt()).isEqualTo(10);
  }

  @Test
  void aTrialGivenBackIsTakenAtOnceAsOftenAsItIs() {
    TrialStore store = open(CountedSweep.of(1));
    for (int attempt = 1; attempt <= 5; attempt++) {
      assertThat(take(store, "same").attempt()).isEqualTo(attempt);
      store.release(0, "same");
      assertThat(store.beat(0, "same")).isFalse();
      assertThat(store.trials().getFirst().worker()).isEmpty();
    }
    assertThat(take(store, "other").trial().number()).isZero();
  }

  @Test
  void aRepeatedIterationReplacesItsReport() {
    TrialStore store = open(CountedSweep.of(1));
    TrialStore other = open(CountedSweep.of(1));
    take(store, "a");
    store.report(0, "a", new Report(2, 0.3));
    store.report(0, "a", new Report(1, 0.5));
    assertThat(other.trials().getFirst().trial().reports())
        .containsExactly(new Report(1, 0.5), new Report(2, 0.3));
    store.report(0, "a", new Report(2, 0.25));
    assertThat(other.trials().getFirst().trial().reports())
        .containsExactly(new Report(1, 0.5), new Report(2, 0.25));
  }

  @Test
  void earlyTerminationSeesTheNewReportAndAllOthers() {
    List<Trial> judged = new ArrayList<>();
    List<List<Trial>> against = new ArrayList<>();
    TrialStore store =
        open(
            CountedSweep.of(3)
                .withTermination((trial, others) -> {
                  judged.add(trial);
                  against.add(others);
                  return trial.reports().getLast().value() > 1;
                }));
    TrialStore other = open(CountedSweep.of(3));
    take(store, "a");
    take(other, "b");
    other.report(1, "b", new Report(1, 0.7));
    assertThat(store.report(0, "a", new Report(1, 0.9))).isEqualTo(Advice.GO_ON);
    assertThat(store.report(0, "a", new Report(2, 1.1))).isEqualTo(Advice.END);
    assertThat(judged.get(1).reports()).containsExactly(new Report(1, 0.9), new Report(2, 1.1));
    assertThat(against.get(1)).hasSize(1);
    assertThat(against.get(1).getFirst().reports()).containsExactly(new Report(1, 0.7));
  }

  @Test
  void theSweepEndsWhenAllThatWasProposedHasEnded() {
    TrialStore store =
        open(
            new CountedSweep(
                "space of two",
                java.util.OptionalInt.empty(),
                OptionalDouble.empty(),
                (number, _) ->
                    number < 2 ? Optional.of(CountedSweep.values(number)) : Optional.empty(),
                dev.steepest.study.search.EarlyTermination.NEVER));
    take(store, "a");
    take(store, "b");
    assertThat(store.claim("c")).isEqualTo(new Claim.Wait());
    store.end(0, "a", CountedSweep.finished(0, 1));
    assertThat(store.claim("c")).isEqualTo(new Claim.Wait());
    store.end(1, "b", CountedSweep.finished(1, 1));
    assertThat(store.claim("c")).isEqualTo(new Claim.Done());
  }

  @Test
  void aTargetReachedEndsTheSweepAndGivesUpWhatNobodyIsAt() throws SQLException {
    TrialStore store = open(CountedSweep.of(9).withTarget(0.25));
    take(store, "a");
    take(store, "dead");
    take(store, "alive");
    store.report(0, "a", new Report(1, 0.1));
    assertThat(take(store, "d").trial().number()).isEqualTo(3);
    store.end(0, "a", end(0.25));
    silence(1);
    assertThat(store.claim("e")).isEqualTo(new Claim.Done());
    assertThat(store.trials().get(1).trial().state()).isEqualTo(Trial.State.FAILED);
    assertThat(store.report(2, "alive", new Report(1, 0.1))).isEqualTo(Advice.GO_ON);
    assertThat(store.end(2, "alive", end(0.5))).isTrue();
  }

  private static End end(double value) {
    return new End(Trial.State.FINISHED, OptionalDouble.of(value), 1, List.of(), "");
  }

  @Test
  void whatASearchThrowsChangesNothing() {
    TrialStore store =
        open(
            CountedSweep.of(2)
                .withSearcher((_, _) -> {
                  throw new IllegalStateException("no proposal");
                }));
    assertThatThrownBy(() -> store.claim("a")).hasMessage("no proposal");
    assertThat(store.trials()).isEmpty();
    assertThat(take(open(CountedSweep.of(2)), "b").trial().number()).isZero();
  }

  @Test
  void aStorePutBackToAnEarlierStateIsReadAnew() throws SQLException {
    TrialStore store = open(CountedSweep.of(5));
    take(store, "a");
    take(store, "b");
    execute("DELETE FROM steepest_trials WHERE number = 1");
    execute("UPDATE steepest_sweeps SET revision = 1");
    assertThat(store.trials()).hasSize(1);
    assertThat(take(store, "c").trial().number()).isEqualTo(1);
  }
}
