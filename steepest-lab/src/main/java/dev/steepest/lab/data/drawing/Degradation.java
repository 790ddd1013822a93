package dev.steepest.lab.data.drawing;

/**
 * How a grey picture is spoilt, values 0 … 1. Only + − · / and tables, whose results are the same
 * on every machine. All strengths are assumed, then set by looking: the figure stays recognisable.
 */
enum Degradation {
  /** A Gaussian of 1.2 to 2.1 pixels, as binomial filters one after the other. */
  BLUR {
    @Override
    void spoil(double[] values, int side, Dice dice) {
      smooth(values, side, 3 + dice.below(7));
    }
  },

  /** Squares of 3 to 5 pixels become their mean. */
  PIXELATION {
    @Override
    void spoil(double[] values, int side, Dice dice) {
      int cell = 3 + dice.below(3);
      for (int top = 0; top < side; top += cell) {
        for (int left = 0; left < side; left += cell) {
          flatten(values, side, left, Math.min(left + cell, side), top, Math.min(top + cell, side));
        }
      }
    }

    private void flatten(double[] values, int side, int left, int right, int top, int bottom) {
      double sum = 0;
      for (int y = top; y < bottom; y++) {
        for (int x = left; x < right; x++) {
          sum += values[y * side + x];
        }
      }
      double mean = sum / ((right - left) * (bottom - top));
      for (int y = top; y < bottom; y++) {
        for (int x = left; x < right; x++) {
          values[y * side + x] = mean;
        }
      }
    }
  },

  /** Contrast beyond what the range holds, after a glow: light swells and is cut off. */
  OVERSATURATION {
    @Override
    void spoil(double[] values, int side, Dice dice) {
      double[] glow = values.clone();
      smooth(glow, side, 4);
      double gain = dice.between(1.8, 3.5);
      double lift = dice.between(0, 0.25);
      for (int i = 0; i < values.length; i++) {
        double brighter = Math.max(values[i], glow[i]) + lift - 0.5;
        values[i] = Math.clamp(0.5 + gain * brighter, 0.0, 1.0);
      }
    }
  },

  /**
   * Of deviation .04 to .1, near enough to normal: stronger noise would be most of what a diffusion
   * model of these pictures cannot predict.
   */
  NOISE {
    @Override
    void spoil(double[] values, int side, Dice dice) {
      // Four uniform numbers of 15 bits each: together of deviation 2^15 / √3.
      double scale = dice.between(0.04, 0.1) / (32_768 * 0.5773502691896258);
      for (int i = 0; i < values.length; i++) {
        long bits = dice.bits();
        long sum = (bits & 32_767) + (bits >>> 15 & 32_767);
        sum += (bits >>> 30 & 32_767) + (bits >>> 45 & 32_767);
        values[i] += scale * (sum - 2 * 32_767);
      }
    }
  };

  /**
   * Changes a picture in place.
   *
   * @param values side·side, 0 … 1; afterwards possibly a little beyond
   */
  abstract void spoil(double[] values, int side, Dice dice);

  /** So many times (1 2 1) / 4 along rows and columns, each of variance ½; edges are repeated. */
  private static void smooth(double[] values, int side, int times) {
    for (int i = 0; i < times; i++) {
      along(values, side, side, 1);
      along(values, side, 1, side);
    }
  }

  private static void along(double[] values, int side, int line, int step) {
    for (int l = 0; l < side; l++) {
      int at = l * line;
      double before = values[at];
      for (int i = 0; i < side; i++, at += step) {
        double here = values[at];
        double after = i + 1 < side ? values[at + step] : here;
        values[at] = 0.25 * before + 0.5 * here + 0.25 * after;
        before = here;
      }
    }
  }
}
