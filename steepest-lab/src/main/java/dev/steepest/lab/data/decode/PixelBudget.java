package dev.steepest.lab.data.decode;

import java.util.concurrent.Semaphore;

/**
 * How many pixels all threads together may hold at a time: a small file may be a large picture, and
 * there are as many decoders as cores. Who wants more than are left waits; who wants more than
 * there are has all of them to itself.
 */
final class PixelBudget {

  /**
   * Bytes of a pixel while it is decoded, at most. Derived: as a decoder gives it (8: four channels
   * of 16 bits), as three bytes, turned (3), in grey (1).
   */
  static final int BYTES = 16;

  /** Assumed: half of Java's memory; the other half is for files and for all else. */
  static final PixelBudget OF_JAVA = ofBytes(Runtime.getRuntime().maxMemory() / 2);

  private final int most;
  private final Semaphore left;

  /**
   * @param most pixels, at least 1
   */
  PixelBudget(int most) {
    this.most = most;
    this.left = new Semaphore(most, true); // fair: large pictures get their turn too
  }

  private static PixelBudget ofBytes(long bytes) {
    return new PixelBudget(Math.clamp(bytes / BYTES, 1, Integer.MAX_VALUE));
  }

  int left() {
    return left.availablePermits();
  }

  /** Of nothing yet. */
  Share share() {
    return new Share();
  }

  /** What one picture holds, until it is closed. Belongs to one thread. */
  final class Share implements AutoCloseable {
    private int held;

    /** Waits until there are so many pixels left; to be asked once. */
    void take(long pixels) {
      int wanted = (int) Math.min(pixels, most);
      left.acquireUninterruptibly(wanted);
      held = wanted;
    }

    @Override
    public void close() {
      left.release(held);
      held = 0;
    }
  }
}
