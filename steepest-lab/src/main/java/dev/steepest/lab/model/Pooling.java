package dev.steepest.lab.model;

/** How a map [N, C, H, W] is halved, to ⌊H/2⌋ × ⌊W/2⌋. */
public enum Pooling {
  /** The largest value of each 2×2 square. */
  MAX(0),
  /**
   * The largest value of every 2×2 square, one pixel apart, then [1 2 1]/4 along both axes at every
   * other pixel (Zhang 2019, "Making convolutional networks shift-invariant again",
   * arXiv:1904.11486).
   */
  BLUR3(3),
  /** As {@link #BLUR3}, with [1 4 6 4 1]/16. */
  BLUR5(5);

  private final int blur;

  Pooling(int blur) {
    this.blur = blur;
  }

  /** Width of the blur in pixels, odd; 0 for none. */
  int blur() {
    return blur;
  }
}
