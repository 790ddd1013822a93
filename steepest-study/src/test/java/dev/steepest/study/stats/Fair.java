package dev.steepest.study.stats;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Random samples for property tests; a failing test prints the seed by its assertion's description.
 */
final class Fair {
  private Fair() {}

  static double[] normals(SplittableRandom random, int n, double mean, double sd) {
    double[] values = new double[n];
    Arrays.setAll(values, _ -> mean + sd * random.nextGaussian());
    return values;
  }

  static double[] shifted(double[] values, double by) {
    return Arrays.stream(values).map(v -> v + by).toArray();
  }
}
