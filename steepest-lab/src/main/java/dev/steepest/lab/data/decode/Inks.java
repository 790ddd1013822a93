package dev.steepest.lab.data.decode;

/**
 * Pictures for print in colours of a screen, without profiles: Adobe writes inks inverted, so that
 * a channel is ink · black / 255, as Pillow has it.
 */
final class Inks {

  private static final int YCCK = 2;

  private Inks() {}

  /** Of the four stored components of each pixel. */
  static Raster rgb(Jpeg jpeg, byte[] stored) {
    byte[] rgb = new byte[stored.length / 4 * 3];
    for (int from = 0, to = 0; from < stored.length; from += 4, to += 3) {
      int black = stored[from + 3] & 0xFF;
      int first = stored[from] & 0xFF;
      int second = stored[from + 1] & 0xFF;
      int third = stored[from + 2] & 0xFF;
      if (jpeg.transform() == YCCK) {
        // ITU-R 601-2 as JFIF has it; what comes out is the colour, its complement the ink.
        double cb = second - 128;
        double cr = third - 128;
        second = 255 - clamp(first - 0.344136 * cb - 0.714136 * cr);
        third = 255 - clamp(first + 1.772 * cb);
        first = 255 - clamp(first + 1.402 * cr);
      }
      rgb[to] = product(first, black);
      rgb[to + 1] = product(second, black);
      rgb[to + 2] = product(third, black);
    }
    return new Raster(jpeg.width(), jpeg.height(), 3, rgb);
  }

  private static int clamp(double value) {
    return Math.clamp(Math.round(value), 0, 255);
  }

  private static byte product(int ink, int black) {
    return (byte) ((ink * black + 127) / 255);
  }
}
