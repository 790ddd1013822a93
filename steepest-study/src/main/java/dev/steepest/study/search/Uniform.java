package dev.steepest.study.search;

/** Numbers between two bounds, of equal density. */
public record Uniform(double min, double max) implements Smooth {

  @Override
  public double quantile(double share) {
    return Math.clamp(min + share * (max - min), min, max);
  }

  @Override
  public double cumulative(double x) {
    return Math.clamp((x - min) / (max - min), 0.0, 1.0);
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
