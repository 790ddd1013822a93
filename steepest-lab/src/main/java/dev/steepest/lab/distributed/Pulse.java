package dev.steepest.lab.distributed;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Whether the working thread of this process lives: it waits for the others, or it uses computing
 * time. A thread that hangs in a lock or in a driver does neither, while the process goes on
 * answering.
 */
final class Pulse {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final long worker = Thread.currentThread().threadId();
  private final AtomicInteger reasons = new AtomicInteger(); // to stand still, one within another
  private long used;
  private long changed = System.nanoTime();

  /**
   * The working thread waits for the others, or for a disk or a console: it may stand still until
   * the pause is closed. Asked and closed by the working thread.
   */
  Pause pause() {
    reasons.incrementAndGet();
    return reasons::decrementAndGet;
  }

  /** A time in which the working thread may stand still. */
  interface Pause extends AutoCloseable {
    @Override
    void close();
  }

  /** For how long the working thread has stood still; asked by one thread. */
  Duration still() {
    long now = System.nanoTime();
    long time =
        reasons.get() > 0 || !THREADS.isThreadCpuTimeSupported()
            ? -1
            : THREADS.getThreadCpuTime(worker);
    if (time < 0 || time != used) {
      used = time;
      changed = now;
    }
    return Duration.ofNanos(now - changed);
  }
}
