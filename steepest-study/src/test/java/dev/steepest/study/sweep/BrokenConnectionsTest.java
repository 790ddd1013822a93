package dev.steepest.study.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.steepest.study.search.Report;
import dev.steepest.study.search.Trial;
import dev.steepest.study.sweep.TrialStore.Advice;
import dev.steepest.study.sweep.TrialStore.Claim;
import dev.steepest.study.sweep.TrialStore.Entry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was asked for is done once, however often the way to the store breaks. */
class BrokenConnectionsTest {
  private static final int TRIALS = 150;
  private static final StoreOptions HASTY =
      StoreOptions.DEFAULT.withPatience(
          new Patience(Duration.ofMillis(1), Duration.ofMillis(2), Duration.ofSeconds(60)));

  @TempDir Path folder;

  @Test
  void everyRequestIsDoneOnce() {
    long seed = new Random().nextLong();
    Path file = folder.resolve("trials.db");
    CountedSweep sweep = CountedSweep.of(TRIALS);
    TrialStores.create(file.toString(), sweep.sweep(), HASTY).close();
    BrokenConnections broken =
        new BrokenConnections(
            new SqliteDialect(file, SqliteDialect.Missing.REFUSE, Duration.ofSeconds(5)),
            new Random(seed),
            0.06);
    try (TrialStore store =
        new SqlTrialStore(
            sweep.sweep(), HASTY, new Transactions(broken, HASTY), new TrialTables(broken, 1))) {
      for (int i = 0; i < TRIALS; i++) {
        // A claim that was kept without an answer and forgotten would leave a gap here.
        assertThat(store.claim("w"))
            .as("seed %d", seed)
            .isEqualTo(new Claim.Taken(Trial.begun(i, CountedSweep.values(i)), 1));
        assertThat(store.report(i, "w", new Report(1, 0.5))).isEqualTo(Advice.GO_ON);
        assertThat(store.end(i, "w", CountedSweep.finished(i, 1))).as("seed %d", seed).isTrue();
        assertThat(store.end(i, "w", CountedSweep.finished(i, 1))).as("seed %d", seed).isFalse();
      }
      List<Entry> entries = store.trials();
      assertThat(entries).hasSize(TRIALS).allMatch(entry -> entry.attempts() == 1);
      assertThat(entries).allMatch(entry -> entry.trial().reports().size() == 1);
      assertThat(broken.unanswered()).as("seed %d", seed).isPositive();
    }
  }

  @Test
  void pausesGrowAreJitteredAndEnd() {
    Patience patience =
        new Patience(Duration.ofMillis(100), Duration.ofSeconds(1), Duration.ofSeconds(9));
    for (int failures = 1; failures < 40; failures++) {
      long whole = Math.min(1000, 100L << Math.min(failures - 1, 10));
      List<Long> pauses = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        pauses.add(patience.pause(failures).toMillis());
      }
      assertThat(pauses).allMatch(pause -> pause >= whole / 2 && pause <= whole);
      assertThat(pauses.stream().distinct().count()).isGreaterThan(1);
    }
    assertThatThrownBy(() -> new Patience(Duration.ZERO, Duration.ZERO, Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> StoreOptions.DEFAULT.withSilence(Duration.ofSeconds(9), Duration.ofSeconds(10)))
        .hasMessageContaining("at least two beats");
  }
}
