package dev.steepest.study.sweep;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Fifty agents on one PostgreSQL server, each with a connection of its own. */
@Timeout(300)
class FiftyAgentsTest {
  private static final int AGENTS = 50;
  private static final int TRIALS = 600;

  @Test
  void noTrialIsLostOrDoubled() throws Exception {
    String address = PostgresServer.shared().freshDatabase();
    ConcurrentLinkedQueue<Integer> ended = new ConcurrentLinkedQueue<>();
    try (TrialStore store = open(address)) {
      Audit audit = new Audit(address);
      long begun = System.nanoTime();
      all(address, ended);
      double seconds = (System.nanoTime() - begun) / 1e9;
      audit.check(TRIALS, store.trials(), List.copyOf(ended));
      report(store, audit, seconds);
    }
  }

  private static void all(String address, ConcurrentLinkedQueue<Integer> ended) throws Exception {
    List<Callable<Boolean>> agents = new ArrayList<>();
    for (int i = 0; i < AGENTS; i++) {
      String name = "agent-" + i;
      agents.add(() -> {
        try (TrialStore store = open(address)) {
          new SweepWorker(store, name, told -> note(told, ended)).work();
        }
        return true;
      });
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(AGENTS)) {
      for (Future<Boolean> agent : threads.invokeAll(agents)) {
        agent.get();
      }
    }
  }

  private static void note(String told, ConcurrentLinkedQueue<Integer> ended) {
    if (told.startsWith("ended ")) {
      ended.add(Integer.valueOf(told.substring("ended ".length())));
    }
  }

  private static TrialStore open(String address) {
    return TrialStores.create(address, SweepWorker.sweep(TRIALS).sweep(), SweepWorker.OPTIONS);
  }

  private static void report(TrialStore store, Audit audit, double seconds) throws SQLException {
    int reports = store.trials().stream().mapToInt(e -> e.trial().reports().size()).sum();
    System.out.printf(
        "PostgreSQL: %d agents, %d trials each ended once, %d reports, %d handovers, in %.1f s%n",
        AGENTS, TRIALS, reports, audit.handovers(), seconds);
  }
}
