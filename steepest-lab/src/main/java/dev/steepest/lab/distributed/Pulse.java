package dev.steepest.lab.distributed;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;

/**
 * Whether the working thread of this process lives: it waits for the others, or it uses computing
 * time. A thread that hangs in a lock or in a driver does neither, while the process goes on
 * answering.
 */
final class Pulse {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final long worker = Thread.currentThread().threadId();
  private volatile boolean waits;
  private long used;
  private long changed = System.nanoTime();

  /** The working thread waits for the others: it may stand still. */
  void waits(boolean now) {
    waits = now;
  }

  /** For how long the working thread has stood still; asked by one thread. */
  Duration still() {
    long now = System.nanoTime();
    long time =
        waits || !THREADS.isThreadCpuTimeSupported() ? -1 : THREADS.getThreadCpuTime(worker);
    if (time < 0 || time != used) {
      used = time;
      changed = now;
    }
    return Duration.ofNanos(now - changed);
  }
}
