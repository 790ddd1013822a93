package dev.steepest.study.stats;

/**
 * Welch's test of two independent samples whose spreads may differ (Welch 1947, Biometrika 34).
 *
 * @param difference mean of the first less mean of the second
 * @param degrees Welch–Satterthwaite degrees of freedom
 * @param t difference in standard errors; NaN where neither sample has spread and the means agree
 * @param p two-sided
 */
public record Welch(
    double difference,
    double standardError,
    double degrees,
    double t,
    double p,
    Interval interval) {

  /** Both samples need two values at least. */
  public static Welch of(double[] first, double[] second, double level) {
    return of(
        Moments.of(Samples.checked("first", first, 2)),
        Moments.of(Samples.checked("second", second, 2)),
        level);
  }

  public static Welch of(Moments a, Moments b, double level) {
    double va = a.ofMean();
    double vb = b.ofMean();
    double difference = a.mean() - b.mean();
    double error = Math.sqrt(va + vb);
    double degrees =
        va + vb == 0
            ? a.n() + b.n() - 2 // the limit of equal spreads; the formula is 0/0
            : (va + vb) * (va + vb) / (va * va / (a.n() - 1) + vb * vb / (b.n() - 1));
    double t = difference / error;
    return new Welch(
        difference,
        error,
        degrees,
        t,
        StudentT.twoSided(t, degrees),
        StudentT.interval(difference, error, degrees, level));
  }
}
