package dev.steepest.study.stats;

import org.apache.commons.statistics.distribution.BinomialDistribution;

/**
 * The sign test: how often one side won, whatever by (Arbuthnot 1710). It needs no numbers, so that
 * a run without a final value (diverged, target missed) can take part as a loss.
 *
 * @param p two-sided, exact; 1 where nobody won
 */
public record SignTest(int wins, int losses, double p) {

  public static SignTest of(int wins, int losses) {
    if (wins < 0 || losses < 0) {
      throw new IllegalArgumentException("wins " + wins + " and losses " + losses + " must be ≥ 0");
    }
    int n = wins + losses;
    double tail = BinomialDistribution.of(n, .5).cumulativeProbability(Math.min(wins, losses));
    return new SignTest(wins, losses, n == 0 ? 1 : Math.min(1, 2 * tail));
  }
}
