package dev.steepest.lab.data.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/** Closes a stream that has been silent for too long, so that a blocked read ends in an error. */
final class StallGuard implements AutoCloseable {

  private final long limitNanos;
  private final Thread watcher;
  private volatile long lastSign = System.nanoTime();

  StallGuard(InputStream stream, Duration limit) {
    this.limitNanos = limit.toNanos();
    this.watcher = Thread.ofVirtual().name("steepest-stall-guard").start(() -> watch(stream));
  }

  /** Bytes have arrived. */
  void alive() {
    lastSign = System.nanoTime();
  }

  @Override
  public void close() {
    watcher.interrupt();
  }

  private void watch(InputStream stream) {
    try {
      for (long left; (left = limitNanos - (System.nanoTime() - lastSign)) > 0; ) {
        Thread.sleep(Duration.ofNanos(left));
      }
      stream.close();
    } catch (InterruptedException _) {
      // The transfer has ended.
    } catch (IOException _) {
      // It was broken anyway; the reader sees its own error.
    }
  }
}
