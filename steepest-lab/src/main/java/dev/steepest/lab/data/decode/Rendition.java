package dev.steepest.lab.data.decode;

import dev.steepest.lab.data.Channels;

/**
 * What pictures become.
 *
 * @param size height and width in pixels, at least 1
 * @param fit how they become squares
 * @param channels {@link Channels#RGB} or {@link Channels#GREY}
 */
public record Rendition(int size, Fit fit, Channels channels) {

  public Rendition {
    if (size < 1) {
      throw new IllegalArgumentException("size must be at least 1, got " + size);
    }
    if (channels == Channels.AS_IS) {
      throw new IllegalArgumentException("pictures are decoded to rgb or grey");
    }
  }

  /** Bytes of one picture: C·size·size. */
  public int bytes() {
    return Math.multiplyExact(channels.of(0), Math.multiplyExact(size, size));
  }
}
