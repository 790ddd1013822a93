package dev.steepest.lab.diffusion;

/**
 * How much of an image is left at each time step: x_t = √ᾱ_t·x + √(1−ᾱ_t)·ε.
 *
 * <p>Tables are float64; index t is the time step, from {@code 0} to {@code steps() − 1}.
 */
public final class NoiseSchedule {
  private final double[] alphaBar;

  NoiseSchedule(double[] alphaBar) {
    this.alphaBar = alphaBar.clone();
  }

  /** T, the number of time steps. */
  public int steps() {
    return alphaBar.length;
  }

  /** ᾱ_t, the share of the image's variance. */
  public double alphaBar(int t) {
    return alphaBar[t];
  }
}
