package dev.steepest.lab.kernel;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Maximum over square windows that neither overlap nor are padded; rows and columns that fill no
 * window are dropped. Which pixel of its window was largest is kept in one byte per output: 0 for
 * the first in row order, the first of equals.
 *
 * <p>bfloat16 are compared as integers that order like the numbers. A NaN is larger than anything
 * and stays a NaN; −0 is less than 0, which a sum of products never is.
 *
 * @param input size of the input, H×W and C
 * @param window pixels of a window's side, 2 to 11
 */
record MaxPool(Extent input, int window) {
  /** Largest window whose pixels are counted by a signed byte. */
  private static final int WIDEST = 11;

  private static final VectorSpecies<Short> SHORTS = ShortVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Byte> BYTES =
      VectorSpecies.of(byte.class, VectorShape.forBitSize(SHORTS.vectorBitSize() / 2));

  private static final short MAGNITUDE = 0x7fff;

  /** How many bit patterns are NaN with a sign. They order first, and are turned to the end. */
  private static final short NEGATIVE_NANS = 0x7f;

  MaxPool {
    if (window < 2 || window > WIDEST || input.height() < window || input.width() < window) {
      throw new IllegalArgumentException(
          ("A window of %d pixels over %d×%d pixels cannot be pooled; it must have 2 to %d and fit"
                  + " into the image.")
              .formatted(window, input.height(), input.width(), WIDEST));
    }
  }

  /** Size of the output. */
  Extent output() {
    return new Extent(input.height() / window, input.width() / window, input.channels());
  }

  /**
   * Pools one image.
   *
   * @param x [H, W, C]
   * @param y [H/window, W/window, C], written
   * @param places one byte for every value of y, written
   */
  void forward(MemorySegment x, MemorySegment y, MemorySegment places) {
    int width = input.width();
    int channels = input.channels();
    int rows = input.height() / window;
    int columns = width / window;
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        int from = (row * width + column) * window * channels;
        int to = (row * columns + column) * channels;
        for (int c = 0; c < channels; c += SHORTS.length()) {
          largest(x, from + c, y, places, to + c, c);
        }
      }
    }
  }

  private void largest(
      MemorySegment x, int from, MemorySegment y, MemorySegment places, int to, int c) {
    int width = input.width();
    int channels = input.channels();
    ShortVector best = key(load(x, from, c));
    ShortVector place = ShortVector.zero(SHORTS);
    for (int k = 1; k < window * window; k++) {
      int pixel = k / window * width + k % window;
      ShortVector key = key(load(x, from + pixel * channels, c));
      place = place.blend((short) k, key.compare(VectorOperators.GT, best));
      best = best.max(key);
    }
    store(ordered(best.add(NEGATIVE_NANS)), y, to, c);
    storePlace(place, places, to, c);
  }

  /** An integer that orders like the number. */
  private static ShortVector key(ShortVector bits) {
    return ordered(bits).sub(NEGATIVE_NANS);
  }

  /** Turns the magnitude's bits of negative numbers around; its own inverse. */
  private static ShortVector ordered(ShortVector bits) {
    return bits.lanewise(
        VectorOperators.XOR,
        bits.lanewise(VectorOperators.ASHR, 15).lanewise(VectorOperators.AND, MAGNITUDE));
  }

  /**
   * Carries one image's gradient back: to the largest pixel of every window, 0 to all others. Every
   * value of {@code dx} is written.
   *
   * @param dy [H/window, W/window, C]
   * @param places as {@link #forward} left them
   * @param dx [H, W, C]
   */
  void backward(MemorySegment dy, MemorySegment places, MemorySegment dx) {
    int width = input.width();
    int channels = input.channels();
    int rows = input.height() / window;
    int columns = width / window;
    int filled = columns * window * channels * Bf16.BYTES;
    int rowBytes = width * channels * Bf16.BYTES;
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        int to = (row * width + column) * window * channels;
        int from = (row * columns + column) * channels;
        for (int c = 0; c < channels; c += SHORTS.length()) {
          scatter(dy, places, from + c, dx, to + c, c);
        }
      }
      for (int line = row * window; filled < rowBytes && line < (row + 1) * window; line++) {
        dx.asSlice((long) line * rowBytes + filled, rowBytes - filled).fill((byte) 0);
      }
    }
    long done = (long) rows * window * rowBytes;
    dx.asSlice(done, input.bytes() - done).fill((byte) 0);
  }

  private void scatter(
      MemorySegment dy, MemorySegment places, int from, MemorySegment dx, int to, int c) {
    int width = input.width();
    int channels = input.channels();
    ShortVector gradient = load(dy, from, c);
    ShortVector place = loadPlace(places, from, c);
    ShortVector nothing = ShortVector.zero(SHORTS);
    for (int line = 0, k = 0; line < window; line++) {
      for (int column = 0; column < window; column++, k++) {
        store(
            nothing.blend(gradient, place.compare(VectorOperators.EQ, (short) k)),
            dx,
            to + (line * width + column) * channels,
            c);
      }
    }
  }

  // The last register of a pixel may hang over its channels, which begin at c.

  private boolean whole(int c) {
    return c + SHORTS.length() <= input.channels();
  }

  private ShortVector load(MemorySegment from, int index, int c) {
    long at = (long) index * Bf16.BYTES;
    return whole(c)
        ? ShortVector.fromMemorySegment(SHORTS, from, at, Bf16.ORDER)
        : ShortVector.fromMemorySegment(SHORTS, from, at, Bf16.ORDER, rest(SHORTS, c));
  }

  private void store(ShortVector values, MemorySegment to, int index, int c) {
    long at = (long) index * Bf16.BYTES;
    if (whole(c)) {
      values.intoMemorySegment(to, at, Bf16.ORDER);
    } else {
      values.intoMemorySegment(to, at, Bf16.ORDER, rest(SHORTS, c));
    }
  }

  private ShortVector loadPlace(MemorySegment from, int index, int c) {
    ByteVector bytes =
        whole(c)
            ? ByteVector.fromMemorySegment(BYTES, from, index, Bf16.ORDER)
            : ByteVector.fromMemorySegment(BYTES, from, index, Bf16.ORDER, rest(BYTES, c));
    return (ShortVector) bytes.convertShape(VectorOperators.B2S, SHORTS, 0);
  }

  private void storePlace(ShortVector place, MemorySegment to, int index, int c) {
    ByteVector bytes = (ByteVector) place.convertShape(VectorOperators.S2B, BYTES, 0);
    if (whole(c)) {
      bytes.intoMemorySegment(to, index, Bf16.ORDER);
    } else {
      bytes.intoMemorySegment(to, index, Bf16.ORDER, rest(BYTES, c));
    }
  }

  private <E> VectorMask<E> rest(VectorSpecies<E> species, int c) {
    return species.indexInRange(c, input.channels());
  }
}
