package dev.steepest.study.sweep;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Does work in transactions on one connection, which is made anew after each failure, and does it
 * again where that may help. Threads take turns; none waits while another pauses.
 *
 * <p>Work may be done twice: where the connection breaks during the commit, nobody knows whether it
 * was kept. Work therefore looks for its own traces first.
 */
final class Transactions implements AutoCloseable {
  private final Dialect dialect;
  private final StoreOptions options;
  private final ReentrantLock turn = new ReentrantLock();
  private Optional<Session> session = Optional.empty();
  private boolean closed;

  Transactions(Dialect dialect, StoreOptions options) {
    this.dialect = dialect;
    this.options = options;
  }

  /** What is done between begin and commit. */
  interface Work<T> {
    T on(Session session) throws SQLException;
  }

  /**
   * @throws StoreException if the store cannot be used, or stays out of reach
   */
  <T> T run(Work<T> work) {
    long begun = System.nanoTime();
    for (int failures = 0; ; ) {
      try {
        T result = inTurn(work);
        if (failures > 0) {
          options.notes().accept("The store " + dialect.place() + " is back.");
        }
        return result;
      } catch (SQLException e) {
        dialect
            .lasting(e)
            .ifPresent(lasting -> {
              throw lasting;
            });
        failures++;
        Duration pause = options.patience().pause(failures);
        Duration left =
            options.patience().altogether().minusNanos(System.nanoTime() - begun).minus(pause);
        if (left.isNegative()) {
          throw outOfReach(e);
        }
        if (failures == 1) {
          options.notes().accept(tryingAgain(e));
        }
        sleep(pause);
      }
    }
  }

  private <T> T inTurn(Work<T> work) throws SQLException {
    turn.lock();
    try {
      if (closed) {
        throw new IllegalStateException("The store " + dialect.place() + " has been closed.");
      }
      if (session.isEmpty()) {
        session = Optional.of(new Session(dialect.connect()));
      }
      Session current = session.get();
      boolean kept = false;
      try {
        dialect.begin(current);
        T result = work.on(current);
        current.execute("COMMIT");
        kept = true;
        return result;
      } finally {
        if (!kept) {
          drop(); // which also rolls back
        }
      }
    } finally {
      turn.unlock();
    }
  }

  private void drop() {
    try {
      if (session.isPresent()) {
        session.get().close();
      }
    } catch (SQLException _) {
      // It is of no use any more; why, the failure that led here says.
    } finally {
      session = Optional.empty();
    }
  }

  private void sleep(Duration pause) {
    try {
      Thread.sleep(pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException(
          StoreException.Kind.FAILURE,
          "Interrupted while the store " + dialect.place() + " was out of reach.",
          e);
    }
  }

  private String tryingAgain(SQLException failure) {
    return "The store %s is out of reach (%s); trying again for %d s."
        .formatted(
            dialect.place(),
            oneLine(failure.getMessage()),
            options.patience().altogether().toSeconds());
  }

  private StoreException outOfReach(SQLException failure) {
    return new StoreException(
        StoreException.Kind.FAILURE,
        ("The store %s was out of reach for %d s (%s). %s What was stored is kept; a trial under way is"
                + " taken up again by any agent once its own has been silent for %d s.")
            .formatted(
                dialect.place(),
                options.patience().altogether().toSeconds(),
                oneLine(failure.getMessage()),
                dialect.remedy(),
                options.silence().toSeconds()),
        failure);
  }

  /** Messages of database servers have several lines. */
  static String oneLine(String message) {
    return message.strip().replaceAll("\\s*\\R\\s*", "; ");
  }

  @Override
  public void close() {
    turn.lock();
    try {
      closed = true;
      drop();
    } finally {
      turn.unlock();
    }
  }
}
