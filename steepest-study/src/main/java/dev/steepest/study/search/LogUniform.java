package dev.steepest.study.search;

/**
 * Numbers whose logarithm is uniform. (So is that of their inverse: an inverse log-uniform
 * distribution is one of these.)
 *
 * @param min the least, above 0
 * @param max the greatest
 */
public record LogUniform(double min, double max) implements Smooth {

  @Override
  public double quantile(double share) {
    if (share <= 0 || share >= 1) {
      return share <= 0 ? min : max;
    }
    double x = Math.exp(Math.log(min) + share * (Math.log(max) - Math.log(min)));
    return Math.clamp(x, min, max);
  }

  @Override
  public double cumulative(double x) {
    return x <= min
        ? 0
        : Math.min(1, (Math.log(x) - Math.log(min)) / (Math.log(max) - Math.log(min)));
  }

  @Override
  public double lower() {
    return min;
  }

  @Override
  public double upper() {
    return max;
  }
}
