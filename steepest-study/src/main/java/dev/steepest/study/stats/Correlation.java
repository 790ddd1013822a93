package dev.steepest.study.stats;

import java.util.Optional;
import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * Pearson's correlation of paired values; between runs that share a seed it says what pairing is
 * worth.
 *
 * @param n pairs
 * @param rho in [−1, 1]
 * @param interval by Fisher's z (1921); empty below four pairs
 */
public record Correlation(int n, double rho, Optional<Interval> interval) {

  /**
   * Empty where it is undefined: fewer than three pairs (two always lie on a line), or a sample
   * without spread.
   */
  public static Optional<Correlation> of(double[] first, double[] second, double level) {
    Samples.differences(first, second, 0);
    int n = first.length;
    if (n < 3) {
      return Optional.empty();
    }
    double meanA = Samples.mean(first);
    double meanB = Samples.mean(second);
    double ab = 0;
    for (int i = 0; i < n; i++) {
      ab += (first[i] - meanA) * (second[i] - meanB);
    }
    double spread = Math.sqrt(Samples.squares(first) * Samples.squares(second));
    if (spread == 0) {
      return Optional.empty();
    }
    double rho = Math.clamp(ab / spread, -1, 1);
    return Optional.of(new Correlation(n, rho, fisher(n, rho, level)));
  }

  private static Optional<Interval> fisher(int n, double rho, double level) {
    if (n < 4) {
      return Optional.empty();
    }
    double half =
        NormalDistribution.of(0, 1).inverseSurvivalProbability((1 - Samples.level(level)) / 2)
            / Math.sqrt(n - 3);
    double z = .5 * Math.log((1 + rho) / (1 - rho)); // ±∞ at ±1, whose tanh is ±1 again
    return Optional.of(new Interval(Math.tanh(z - half), Math.tanh(z + half), level));
  }
}
