package dev.steepest.study.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steepest.study.search.Report;
import dev.steepest.study.sweep.TrialStore.Claim;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Measures what a store does in a second and prints it; only the counts are held to anything. The
 * property {@code steepest.claims} says how many trials are taken.
 */
class StoreThroughputTest {
  private static final int CLAIMS = Integer.getInteger("steepest.claims", 500);

  @TempDir Path folder;

  @Test
  void sqlite() {
    measure("SQLite", folder.resolve("trials.db").toString(), CLAIMS);
  }

  @Test
  void postgres() {
    // Each of its commits waits for the disk.
    measure("PostgreSQL", PostgresServer.shared().freshDatabase(), CLAIMS / 5);
  }

  private static void measure(String name, String address, int claims) {
    try (TrialStore store =
        TrialStores.create(address, CountedSweep.of(2 * claims).sweep(), StoreOptions.DEFAULT)) {
      run(store, claims, new double[3]); // until the code is compiled
      double[] seconds = new double[3];
      run(store, claims, seconds);
      assertThat(store.trials()).hasSize(2 * claims).allMatch(entry -> entry.end().isPresent());
      assertThat(store.claim("late")).isEqualTo(new Claim.Done());
      System.out.printf(
          "%s: %.0f claims/s, %.0f reports/s, %.0f ends/s, with %d trials in the store%n",
          name, claims / seconds[0], claims / seconds[1], claims / seconds[2], 2 * claims);
    }
  }

  /** Adds to the seconds of claims, reports and ends. */
  private static void run(TrialStore store, int claims, double[] seconds) {
    for (int i = 0; i < claims; i++) {
      long start = System.nanoTime();
      Claim.Taken taken = (Claim.Taken) store.claim("worker");
      long claimed = System.nanoTime();
      int number = taken.trial().number();
      store.report(number, "worker", new Report(1, CountedSweep.loss(number, 1)));
      long reported = System.nanoTime();
      store.end(number, "worker", CountedSweep.finished(number, 1));
      long ended = System.nanoTime();
      seconds[0] += (claimed - start) / 1e9;
      seconds[1] += (reported - claimed) / 1e9;
      seconds[2] += (ended - reported) / 1e9;
    }
  }
}
