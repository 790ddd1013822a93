package dev.steepest.study.track;

import dev.steepest.study.track.MlflowException.Away;
import dev.steepest.study.track.MlflowException.Refused;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Brings the news of runs to an MLflow server, on a thread of its own: a run never waits for the
 * server. While it is away, the courier tries again with growing pauses.
 */
final class Courier {
  private final MlflowClient client;
  private final Patience patience;
  private final SequencedSet<MlflowRun> news = new LinkedHashSet<>();
  private final Thread thread;
  private boolean told; // that the server is away
  private boolean over;

  /**
   * How long the courier waits.
   *
   * @param between two deliveries, so that rows travel together
   * @param first pause after a failure; doubled after each further one
   * @param longest pause
   * @param atEnd of a session, for what is under way
   */
  record Patience(Duration between, Duration first, Duration longest, Duration atEnd) {
    /** Assumed: charts may be a second late, and nobody waits long for a server that is down. */
    static final Patience USUAL =
        new Patience(
            Duration.ofSeconds(1),
            Duration.ofMillis(500),
            Duration.ofSeconds(30),
            Duration.ofSeconds(10));
  }

  Courier(MlflowClient client, Patience patience) {
    this.client = client;
    this.patience = patience;
    this.thread = Thread.ofPlatform().daemon().name("mlflow").start(this::deliver);
  }

  synchronized void take(MlflowRun run) {
    news.add(run);
    notifyAll();
  }

  private void deliver() {
    try {
      for (Optional<MlflowRun> run = next(); run.isPresent(); run = next()) {
        deliver(run.get());
        if (!over()) {
          pause(patience.between());
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** The run that has waited longest; empty when the session is over and all is done. */
  private synchronized Optional<MlflowRun> next() throws InterruptedException {
    while (news.isEmpty() && !over) {
      wait();
    }
    return news.isEmpty() ? Optional.empty() : Optional.of(news.removeFirst());
  }

  private void deliver(MlflowRun run) throws InterruptedException {
    Duration pause = patience.first();
    while (true) {
      try {
        run.send(client);
        told = false;
        return;
      } catch (Away e) {
        if (!told) {
          told = true;
          run.log(
              "mlflow: the server is away (%s); trying again, the run goes on"
                  .formatted(e.getMessage()));
        }
        boolean hurry = pause(max(jittered(pause), e.after().orElse(Duration.ZERO)));
        pause = hurry ? patience.first() : min(pause.multipliedBy(2), patience.longest());
      } catch (Refused | UncheckedIOException e) {
        run.refuse(e.getMessage());
        return;
      } catch (RuntimeException e) {
        run.refuse(e.toString());
        return;
      }
    }
  }

  /** Half of a pause is drawn, so that many processes do not come at once. */
  private static Duration jittered(Duration pause) {
    long half = pause.toMillis() / 2;
    return Duration.ofMillis(half + ThreadLocalRandom.current().nextLong(half + 1));
  }

  /** Waits, but not beyond the moment at which the session ends; then it is true. */
  private synchronized boolean pause(Duration length) throws InterruptedException {
    boolean before = over;
    Instant until = Instant.now().plus(length);
    while (over == before) {
      long left = Duration.between(Instant.now(), until).toMillis();
      if (left <= 0) {
        return false;
      }
      wait(left);
    }
    return true;
  }

  private synchronized boolean over() {
    return over;
  }

  /** Waits for what is under way, but not for long. */
  void finish() {
    synchronized (this) {
      over = true;
      notifyAll();
    }
    try {
      thread.join(patience.atEnd());
      thread.interrupt();
      thread.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    client.close();
  }

  private static Duration max(Duration a, Duration b) {
    return a.compareTo(b) > 0 ? a : b;
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }
}
