package dev.steepest.lab.data.augment;

import dev.steepest.lab.data.Normalization;

/** Pad, crop, flip and normalise in the most obvious way: the reference of the crop test. */
final class PlainCrop {

  private PlainCrop() {}

  /** The image [C, H + 2·pad, W + 2·pad] with its border filled in. */
  static int[][][] pad(
      byte[] pixels, int from, int channels, int height, int width, int pad, PadMode mode) {
    int[][][] padded = new int[channels][height + 2 * pad][width + 2 * pad];
    for (int c = 0; c < channels; c++) {
      for (int y = -pad; y < height + pad; y++) {
        for (int x = -pad; x < width + pad; x++) {
          boolean inside = y >= 0 && y < height && x >= 0 && x < width;
          int sy = y < 0 ? -y : y >= height ? 2 * height - 2 - y : y;
          int sx = x < 0 ? -x : x >= width ? 2 * width - 2 - x : x;
          if (inside || mode == PadMode.REFLECT) {
            padded[c][y + pad][x + pad] = pixels[from + (c * height + sy) * width + sx] & 0xFF;
          }
        }
      }
    }
    return padded;
  }

  /** Number of the crop, mirrored or not, that the values are; −1 if they are none. */
  static int find(
      float[] values, int[][][] padded, int pad, int height, int width, Normalization by) {
    for (int top = 0; top <= 2 * pad; top++) {
      for (int left = 0; left <= 2 * pad; left++) {
        for (int mirrored = 0; mirrored < 2; mirrored++) {
          if (isCrop(values, padded, top, left, mirrored == 1, height, width, by)) {
            return (top * (2 * pad + 1) + left) * 2 + mirrored;
          }
        }
      }
    }
    return -1;
  }

  private static boolean isCrop(
      float[] values,
      int[][][] padded,
      int top,
      int left,
      boolean mirrored,
      int height,
      int width,
      Normalization by) {
    for (int c = 0; c < padded.length; c++) {
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          int column = mirrored ? width - 1 - x : x;
          double pixel = padded[c][top + y][left + column];
          double expected = (pixel / 255 - by.mean().get(c)) / by.std().get(c);
          // float32 against double: values up to 3 carry an error of a few 1e-7.
          if (Math.abs(values[(c * height + y) * width + x] - expected) > 2e-6) {
            return false;
          }
        }
      }
    }
    return true;
  }
}
