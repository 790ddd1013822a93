package dev.steepest.study.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.steepest.study.search.Report;
import dev.steepest.study.sweep.TrialStore.Advice;
import dev.steepest.study.sweep.TrialStore.Claim;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server that goes away, for a while or for good. */
@Timeout(300)
class LostServerTest {
  private static final int TRIALS = 60;

  /** After so many ends the server is stopped. */
  private static final int BEFORE = 15;

  @Test
  void workGoesOnWhenTheServerIsBack() throws Exception {
    try (PostgresServer server = PostgresServer.started()) {
      String address = server.freshDatabase();
      ConcurrentLinkedQueue<String> notes = new ConcurrentLinkedQueue<>();
      ConcurrentLinkedQueue<Integer> ended = new ConcurrentLinkedQueue<>();
      CountDownLatch some = new CountDownLatch(BEFORE);
      StoreOptions options =
          SweepWorker.OPTIONS
              .withSilence(Duration.ofSeconds(10), Duration.ofSeconds(60))
              .withNotes(notes::add);
      try (TrialStore store = store(address, options);
          ExecutorService threads = Executors.newFixedThreadPool(6)) {
        Audit audit = new Audit(address);
        List<Future<?>> workers = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
          SweepWorker worker =
              new SweepWorker(
                  store(address, options),
                  "w" + i,
                  told -> {
                    if (told.startsWith("ended ")) {
                      ended.add(Integer.valueOf(told.substring("ended ".length())));
                      some.countDown();
                    }
                  });
          workers.add(threads.submit(worker::work));
        }
        some.await();
        server.crash();
        Thread.sleep(500);
        server.start();
        for (Future<?> worker : workers) {
          worker.get();
        }
        audit.check(TRIALS, store.trials(), List.copyOf(ended));
        // None was told falsely that its end was not kept.
        assertThat(ended).hasSize(TRIALS);
        assertThat(notes).anyMatch(note -> note.contains("is out of reach"));
        assertThat(notes).anyMatch(note -> note.endsWith("is back."));
      }
    }
  }

  @Test
  void aServerThatStaysAwayIsGivenUpAndNothingIsLost() {
    try (PostgresServer server = PostgresServer.started()) {
      String address = server.freshDatabase();
      Patience brief =
          new Patience(Duration.ofMillis(20), Duration.ofMillis(100), Duration.ofSeconds(1));
      try (TrialStore store = store(address, StoreOptions.DEFAULT.withPatience(brief))) {
        int trial = ((Claim.Taken) store.claim("a")).trial().number();
        store.report(trial, "a", new Report(1, 0.5));
        server.crash();
        assertThatThrownBy(() -> store.report(trial, "a", new Report(2, 0.4)))
            .isInstanceOf(StoreException.class)
            .extracting(e -> ((StoreException) e).kind())
            .isEqualTo(StoreException.Kind.FAILURE);
        assertThatThrownBy(() -> store.claim("b"))
            .hasMessageContaining("was out of reach for 1 s")
            .hasMessageContaining("pg_isready")
            .hasMessageContaining("What was stored is kept")
            .hasMessageNotContaining("user=");
        server.start();
        assertThat(store.beat(trial, "a")).isTrue();
        assertThat(store.report(trial, "a", new Report(2, 0.4))).isEqualTo(Advice.GO_ON);
        assertThat(store.trials().getFirst().trial().reports())
            .containsExactly(new Report(1, 0.5), new Report(2, 0.4));
      }
    }
  }

  /** It takes as long as the server waits for a process that says nothing, a quarter minute. */
  @Test
  void aWorkerThatStopsInTheMiddleOfAClaimHoldsUpNobodyForever() throws Exception {
    String address = PostgresServer.shared().freshDatabase();
    CountDownLatch stopped = new CountDownLatch(1);
    CountDownLatch another = new CountDownLatch(1);
    CountedSweep stopping =
        SweepWorker.sweep(TRIALS)
            .withSearcher((number, _) -> {
              stopped.countDown();
              await(another);
              return Optional.of(CountedSweep.values(number));
            });
    try (TrialStore one = TrialStores.create(address, stopping.sweep(), StoreOptions.DEFAULT);
        TrialStore other = store(address, StoreOptions.DEFAULT);
        ExecutorService thread = Executors.newSingleThreadExecutor()) {
      Future<Claim> late = thread.submit(() -> one.claim("late"));
      stopped.await();
      Claim first = other.claim("first");
      another.countDown();
      assertThat(((Claim.Taken) first).trial().number()).isZero();
      assertThat(((Claim.Taken) late.get()).trial().number()).isEqualTo(1);
      assertThat(one.trials())
          .extracting(TrialStore.Entry::worker)
          .containsExactly("first", "late");
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static TrialStore store(String address, StoreOptions options) {
    return TrialStores.create(address, SweepWorker.sweep(TRIALS).sweep(), options);
  }
}
