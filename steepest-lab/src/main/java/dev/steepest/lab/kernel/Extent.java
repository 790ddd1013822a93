package dev.steepest.lab.kernel;

/** Size of one image: H×W pixels of C channels. */
record Extent(int height, int width, int channels) {
  long pixels() {
    return (long) height * width;
  }

  long values() {
    return pixels() * channels;
  }

  /** Bytes as bfloat16. */
  long bytes() {
    return values() * Bf16.BYTES;
  }

  /** The same pixels with other channels. */
  Extent ofChannels(int other) {
    return new Extent(height, width, other);
  }
}
