package dev.steepest.lab.data.drawing;

/** An RGB image under construction: values 0 … 255 per channel, [3, side, side]. */
final class Canvas {

  final int side;
  private final double[] values;

  Canvas(int side) {
    this.side = side;
    this.values = new double[3 * side * side];
  }

  /** Sets one pixel. */
  void set(int x, int y, double red, double green, double blue) {
    int at = y * side + x;
    values[at] = red;
    values[at + side * side] = green;
    values[at + 2 * side * side] = blue;
  }

  /** Mixes a colour in, as far as the share 0 … 1 says. */
  void mix(int x, int y, double[] colour, double share) {
    int at = y * side + x;
    for (double channel : colour) {
      values[at] += share * (channel - values[at]);
      at += side * side;
    }
  }

  /**
   * Adds noise of zero mean to each value, three from one draw: a sum of three 7-bit numbers, near
   * enough to normal.
   *
   * @param deviation standard deviation of the noise
   */
  void addNoise(Dice dice, double deviation) {
    // Each 7-bit number has variance (128² − 1) / 12.
    double scale = deviation / Math.sqrt(3 * (128 * 128 - 1) / 12.0);
    int area = side * side;
    for (int i = 0; i < area; i++) {
      long bits = dice.bits();
      for (int c = 0; c < 3; c++) {
        long sum = (bits & 127) + (bits >>> 7 & 127) + (bits >>> 14 & 127);
        values[c * area + i] += scale * (sum - 190.5);
        bits >>>= 21;
      }
    }
  }

  /** Writes the values, rounded and clipped, as bytes. */
  void copyTo(byte[] target, int offset) {
    for (int i = 0; i < values.length; i++) {
      target[offset + i] = (byte) (int) Math.clamp(values[i] + 0.5, 0.0, 255.0);
    }
  }
}
