package dev.steepest.study.sweep;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processes that are killed at any moment neither lose nor double a trial. The property {@code
 * steepest.kills} makes more of it.
 */
@Timeout(600)
class KilledWorkersTest {
  private static final int KILLS = Integer.getInteger("steepest.kills", 8);

  /** Enough that there is work until the last kill. */
  private static final int TRIALS = 60 + 5 * KILLS;

  @TempDir Path folder;

  @Test
  void sqliteKeepsEveryTrial() throws Exception {
    everyTrialEndsOnce("SQLite", folder.resolve("trials.db").toString());
  }

  @Test
  void postgresKeepsEveryTrial() throws Exception {
    everyTrialEndsOnce("PostgreSQL", PostgresServer.shared().freshDatabase());
  }

  private void everyTrialEndsOnce(String name, String address) throws Exception {
    try (TrialStore store =
        TrialStores.create(address, SweepWorker.sweep(TRIALS).sweep(), SweepWorker.OPTIONS)) {
      Audit audit = new Audit(address);
      KilledProcesses processes = new KilledProcesses(address, TRIALS, KILLS, folder);
      processes.untilDone();
      audit.check(TRIALS, store.trials(), processes.ended());
      long failed =
          store.trials().stream()
              .filter(entry -> !entry.end().orElseThrow().reason().isEmpty())
              .filter(entry -> !SweepWorker.early(entry.trial().number()))
              .count();
      System.out.printf(
          "%s: %d trials, each ended once; %s; %d handovers, %d failed after three losses%n",
          name, TRIALS, processes.counts(), audit.handovers(), failed);
    }
  }
}
