package dev.steepest.lab.data.augment;

/** Posterize, solarize, autocontrast and equalize: Pillow's ImageOps, each a table per channel. */
final class Tone {

  private Tone() {}

  /** Keeps the {@code bits} most significant bits of each value. */
  static void posterize(Picture picture, int bits) {
    int mask = -(1 << (8 - bits));
    byte[] table = new byte[256];
    for (int v = 0; v < 256; v++) {
      table[v] = (byte) (v & mask);
    }
    mapAll(picture, table);
  }

  /** Inverts the values that are not below the threshold. */
  static void solarize(Picture picture, float threshold) {
    byte[] table = new byte[256];
    for (int v = 0; v < 256; v++) {
      table[v] = (byte) (v < threshold ? v : 255 - v);
    }
    mapAll(picture, table);
  }

  /** Stretches each channel to the full range. */
  static void autoContrast(Picture picture) {
    for (int channel = 0; channel < picture.channels; channel++) {
      int[] count = picture.histogram(channel);
      int low = 0;
      while (count[low] == 0) {
        low++;
      }
      int high = 255;
      while (count[high] == 0) {
        high--;
      }
      if (high > low) {
        picture.map(channel, stretch(low, high));
      }
    }
  }

  private static byte[] stretch(int low, int high) {
    double scale = 255.0 / (high - low);
    double offset = -low * scale;
    byte[] table = new byte[256];
    for (int v = 0; v < 256; v++) {
      table[v] = (byte) Math.clamp((int) (v * scale + offset), 0, 255);
    }
    return table;
  }

  /** Makes the histogram of each channel as flat as a table can. */
  static void equalize(Picture picture) {
    for (int channel = 0; channel < picture.channels; channel++) {
      int[] count = picture.histogram(channel);
      int last = 255;
      while (count[last] == 0) {
        last--;
      }
      int step = (picture.area() - count[last]) / 255;
      if (step == 0) {
        continue;
      }
      byte[] table = new byte[256];
      int sum = step / 2;
      for (int v = 0; v < 256; v++) {
        table[v] = (byte) Math.min(sum / step, 255);
        sum += count[v];
      }
      picture.map(channel, table);
    }
  }

  private static void mapAll(Picture picture, byte[] table) {
    for (int channel = 0; channel < picture.channels; channel++) {
      picture.map(channel, table);
    }
  }
}
