package dev.steepest.lab.data.augment;

/**
 * One image under work: bytes [C, H, W], and a second buffer of the same size for operations that
 * cannot work in place. Reused from image to image; belongs to one thread.
 */
final class Picture {

  final int channels;
  final int height;
  final int width;
  byte[] pixels;
  private byte[] spare;

  Picture(int channels, int height, int width) {
    this.channels = channels;
    this.height = height;
    this.width = width;
    this.pixels = new byte[channels * height * width];
    this.spare = new byte[pixels.length];
  }

  /** Pixels per channel: H·W. */
  int area() {
    return height * width;
  }

  /** The buffer to write a result to; {@link #swap} makes it the image. */
  byte[] spare() {
    return spare;
  }

  void swap() {
    byte[] former = pixels;
    pixels = spare;
    spare = former;
  }

  /** Replaces each value v of one channel by {@code table[v]}. */
  void map(int channel, byte[] table) {
    int end = (channel + 1) * area();
    for (int i = channel * area(); i < end; i++) {
      pixels[i] = table[pixels[i] & 0xFF];
    }
  }

  /** Counts how often each value occurs in one channel. */
  int[] histogram(int channel) {
    int[] count = new int[256];
    int end = (channel + 1) * area();
    for (int i = channel * area(); i < end; i++) {
      count[pixels[i] & 0xFF]++;
    }
    return count;
  }
}
