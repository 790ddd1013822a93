package dev.steepest.study.stats;

/**
 * Student's test of paired samples: is the mean of the differences zero?
 *
 * @param n pairs, ≥ 2
 * @param difference mean of first − second
 * @param sd standard deviation of the differences, n − 1
 * @param t difference in standard errors; infinite where all differences are equal, NaN where all
 *     are zero
 * @param p two-sided, n − 1 degrees of freedom
 */
public record PairedT(int n, double difference, double sd, double t, double p, Interval interval) {

  public static PairedT of(double[] first, double[] second, double level) {
    double[] d = Samples.differences(first, second, 2);
    int n = d.length;
    double mean = Samples.mean(d);
    double sd = Math.sqrt(Samples.variance(d));
    double error = sd / Math.sqrt(n);
    double t = mean / error;
    return new PairedT(
        n, mean, sd, t, StudentT.twoSided(t, n - 1), StudentT.interval(mean, error, n - 1, level));
  }
}
