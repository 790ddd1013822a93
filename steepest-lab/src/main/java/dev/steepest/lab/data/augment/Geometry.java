package dev.steepest.lab.data.augment;

import java.util.Arrays;

/**
 * Shear, translation and rotation by nearest neighbour, black outside: Pillow's {@code
 * Image.transform(AFFINE, NEAREST)} in its 16.16 fixed-point arithmetic, to the bit.
 */
final class Geometry {

  /** One pixel in 16.16 fixed point. */
  private static final double ONE = 65536;

  private Geometry() {}

  /** source x = x + level·y, the origin at the upper left corner. */
  static void shearX(Picture picture, float level) {
    affine(picture, 1, level, 0, 0, 1, 0);
  }

  /** source y = y + level·x, the origin at the upper left corner. */
  static void shearY(Picture picture, float level) {
    affine(picture, 1, 0, 0, level, 1, 0);
  }

  /** Moves the content to the right by whole pixels. */
  static void translateX(Picture picture, int pixels) {
    affine(picture, 1, 0, -pixels, 0, 1, 0);
  }

  /** Moves the content downwards by whole pixels. */
  static void translateY(Picture picture, int pixels) {
    affine(picture, 1, 0, 0, 0, 1, -pixels);
  }

  /** Turns the content counter-clockwise about the centre of the image. */
  static void rotate(Picture picture, float degrees) {
    double angle = -StrictMath.toRadians(degrees);
    double cos = round15(StrictMath.cos(angle));
    double sin = round15(StrictMath.sin(angle));
    double cx = picture.width / 2.0;
    double cy = picture.height / 2.0;
    double x0 = cos * -cx + sin * -cy + cx;
    double y0 = -sin * -cx + cos * -cy + cy;
    affine(picture, cos, sin, x0, -sin, cos, y0);
  }

  /**
   * Output pixel (x, y) takes its value at source (a·x + b·y + c, d·x + e·y + f), pixel centres at
   * ½, coordinates rounded down.
   */
  private static void affine(
      Picture picture, double a, double b, double c, double d, double e, double f) {
    int height = picture.height;
    int width = picture.width;
    int stepX = fixed(a);
    int stepY = fixed(d);
    int rowX = fixed(c + a * 0.5 + b * 0.5);
    int rowY = fixed(f + d * 0.5 + e * 0.5);
    byte[] from = picture.pixels;
    byte[] to = picture.spare();
    int area = picture.area();
    Arrays.fill(to, (byte) 0);
    for (int y = 0; y < height; y++) {
      int sourceX = rowX;
      int sourceY = rowY;
      for (int x = 0; x < width; x++) {
        int column = sourceX >> 16;
        int row = sourceY >> 16;
        if (column >= 0 && column < width && row >= 0 && row < height) {
          int source = row * width + column;
          for (int target = y * width + x; target < to.length; target += area) {
            to[target] = from[source];
            source += area;
          }
        }
        sourceX += stepX;
        sourceY += stepY;
      }
      rowX += fixed(b);
      rowY += fixed(e);
    }
    picture.swap();
  }

  private static int fixed(double value) {
    return (int) Math.floor(value * ONE + 0.5);
  }

  /** As Python's round(value, 15): makes the quarter turns exact. */
  private static double round15(double value) {
    return Math.rint(value * 1e15) / 1e15;
  }
}
