package dev.steepest.study.stats;

import java.util.OptionalInt;

/** The best of some values drawn without replacement: what a search finds by luck alone. */
public final class BestOf {
  private BestOf() {}

  /**
   * A quantile of the rank (1 = best) of the best among {@code drawn} of {@code all} values in
   * random order, of which only the best {@code ranked} have a value at all.
   *
   * <p>P(rank ≤ i) = 1 − C(all − i, drawn) / C(all, drawn): all draws come from behind i.
   *
   * @param p in (0, 1)
   * @return empty where with more than probability 1 − p no drawn one has a value
   */
  public static OptionalInt rank(int all, int ranked, int drawn, double p) {
    if (drawn < 1 || drawn > all || ranked > all) {
      throw new IllegalArgumentException(
          "cannot draw %d of %d values, %d of them ranked".formatted(drawn, all, ranked));
    }
    double behind = 1;
    for (int i = 1; i <= ranked; i++) {
      behind *= Math.max(0, all - drawn - i + 1) / (double) (all - i + 1);
      if (1 - behind >= p) {
        return OptionalInt.of(i);
      }
    }
    return OptionalInt.empty();
  }
}
