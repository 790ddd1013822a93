package dev.steepest.cli;

import java.util.concurrent.CountDownLatch;

/**
 * Ctrl-C and SIGTERM while native code runs: asks the work to stop and keeps the process alive
 * until this is closed. An exit in the midst of a step would pull libtorch from under it.
 */
final class StopSignal implements AutoCloseable {
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread hook;
  private Runnable whenAsked = () -> {};
  private boolean asked;

  /**
   * @param farewell said when it is safe to go
   */
  StopSignal(Console console, String farewell) {
    hook =
        new Thread(
            () -> {
              console.note("Stopping after this step …");
              ask();
              awaitClose();
              console.note(farewell);
            },
            "stop");
    try {
      Runtime.getRuntime().addShutdownHook(hook);
    } catch (IllegalStateException _) {
      asked = true; // the JVM is going down already, and waits for whoever began before
    }
  }

  /** What makes the work stop soon; it runs at once where the signal came before. */
  synchronized void whenAsked(Runnable stop) {
    whenAsked = stop;
    if (asked) {
      stop.run();
    }
  }

  private synchronized void ask() {
    asked = true;
    whenAsked.run();
  }

  private void awaitClose() {
    try {
      closed.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closed.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException _) {
      // The JVM is going down already: the hook has run.
    }
  }
}
