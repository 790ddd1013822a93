package dev.steepest.lab.bench;

import dev.steepest.tensor.NativeHeap;
import java.util.concurrent.atomic.AtomicBoolean;

/** The most memory that native code held while something ran, by looking again and again. */
final class MemoryPeak {
  private static final long PAUSE_MILLIS = 1; // assumed: tensors worth counting live longer

  private MemoryPeak() {}

  /** Runs it and returns the most bytes in use by the C allocator meanwhile. */
  static long of(Runnable work) {
    AtomicBoolean running = new AtomicBoolean(true);
    long[] most = {NativeHeap.bytesInUse()};
    Thread watcher =
        Thread.ofPlatform()
            .daemon()
            .start(() -> {
              while (running.get()) {
                most[0] = Math.max(most[0], NativeHeap.bytesInUse());
                try {
                  Thread.sleep(PAUSE_MILLIS);
                } catch (InterruptedException _) {
                  return;
                }
              }
            });
    try {
      work.run();
    } finally {
      running.set(false);
      try {
        watcher.join();
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }
    return most[0];
  }
}
