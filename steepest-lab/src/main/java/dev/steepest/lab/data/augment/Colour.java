package dev.steepest.lab.data.augment;

/**
 * Brightness, saturation, contrast and sharpness: Pillow's ImageEnhance, which blends the image
 * with a degenerate version of itself. Factor 0 is the degenerate image, 1 the original, above 1
 * exaggerates. Blending is done in float32, clipped to 0 … 255 and truncated.
 */
final class Colour {

  private Colour() {}

  /** Blends with black. */
  static void brightness(Picture picture, float factor) {
    blendWithConstant(picture, 0, factor);
  }

  /** Blends with the mean grey of the whole image. */
  static void contrast(Picture picture, float factor) {
    long sum = 0;
    for (int i = 0; i < picture.area(); i++) {
      sum += grey(picture, i);
    }
    int mean = (int) ((double) sum / picture.area() + 0.5);
    blendWithConstant(picture, mean, factor);
  }

  /** Blends each pixel with its own grey. Leaves a grey image as it is. */
  static void saturation(Picture picture, float factor) {
    if (picture.channels == 1) {
      return;
    }
    byte[] pixels = picture.pixels;
    int area = picture.area();
    for (int i = 0; i < area; i++) {
      int grey = grey(picture, i);
      for (int at = i; at < pixels.length; at += area) {
        pixels[at] = blend(grey, pixels[at] & 0xFF, factor);
      }
    }
  }

  /** Blends with the image smoothed by (1 1 1 / 1 5 1 / 1 1 1) / 13; border pixels keep theirs. */
  static void sharpness(Picture picture, float factor) {
    int height = picture.height;
    int width = picture.width;
    byte[] from = picture.pixels;
    byte[] to = picture.spare();
    System.arraycopy(from, 0, to, 0, from.length);
    for (int channel = 0; channel < picture.channels; channel++) {
      for (int y = 1; y < height - 1; y++) {
        int row = channel * picture.area() + y * width;
        for (int at = row + 1; at < row + width - 1; at++) {
          int centre = from[at] & 0xFF;
          int sum = triple(from, at - width) + triple(from, at) + triple(from, at + width);
          // sum/13 + ½ rounded down; 13 is odd, so that there are no ties and integers are exact.
          int smooth = (2 * (sum + 4 * centre) + 13) / 26;
          to[at] = blend(smooth, centre, factor);
        }
      }
    }
    picture.swap();
  }

  private static int triple(byte[] pixels, int centre) {
    return (pixels[centre - 1] & 0xFF) + (pixels[centre] & 0xFF) + (pixels[centre + 1] & 0xFF);
  }

  private static void blendWithConstant(Picture picture, int constant, float factor) {
    byte[] table = new byte[256];
    for (int v = 0; v < 256; v++) {
      table[v] = blend(constant, v, factor);
    }
    for (int channel = 0; channel < picture.channels; channel++) {
      picture.map(channel, table);
    }
  }

  private static byte blend(int degenerate, int original, float factor) {
    float value = degenerate + factor * (original - degenerate);
    return (byte) (value <= 0 ? 0 : value >= 255 ? 255 : (int) value);
  }

  /** ITU-R 601 luma in 16 bits of fraction, rounded, as Pillow's conversion to mode L. */
  private static int grey(Picture picture, int at) {
    byte[] pixels = picture.pixels;
    if (picture.channels == 1) {
      return pixels[at] & 0xFF;
    }
    int area = picture.area();
    int red = pixels[at] & 0xFF;
    int green = pixels[at + area] & 0xFF;
    int blue = pixels[at + 2 * area] & 0xFF;
    return (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16;
  }
}
