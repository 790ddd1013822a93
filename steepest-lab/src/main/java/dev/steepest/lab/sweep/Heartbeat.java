package dev.steepest.lab.sweep;

import dev.steepest.study.sweep.TrialStore;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Tells the store that a worker is alive, as long as it is at a trial. */
final class Heartbeat implements AutoCloseable {
  /** Assumed: a store that does not answer by then is out of reach. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("steepest-heartbeat").factory());

  private final ScheduledFuture<?> beats;

  /**
   * @param lost hears once why the trial is no longer ours
   */
  Heartbeat(TrialStore store, int trial, String worker, Duration every, Consumer<String> lost) {
    beats =
        clock.scheduleWithFixedDelay(
            () -> beat(store, trial, worker, lost),
            every.toMillis(),
            every.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  private void beat(TrialStore store, int trial, String worker, Consumer<String> lost) {
    try {
      if (!store.beat(trial, worker)) {
        clock.shutdown();
        lost.accept("it was given to another worker, as this one was silent for too long");
      }
    } catch (RuntimeException e) { // a clock that throws is silent from then on
      clock.shutdown();
      lost.accept(String.valueOf(e.getMessage()));
    }
  }

  /** Waits for a sign that is on its way, so that none comes after the trial's end. */
  @Override
  public void close() {
    beats.cancel(false);
    clock.shutdown();
    try {
      if (!clock.awaitTermination(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        clock.shutdownNow();
      }
    } catch (InterruptedException _) {
      clock.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
