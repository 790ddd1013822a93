package dev.steepest.optim.linalg;

import java.util.List;

/**
 * Coefficients (a, b, c) of the odd polynomial X ← aX + b(XXᵀ)X + c(XXᵀ)²X, one triple per
 * iteration; the last repeats.
 *
 * <p>All drive singular values towards 1. Sets that were tuned for a number of iterations say so.
 */
public enum Triples {
  /**
   * Keller Jordan's, for every iteration: after five, singular values from .01 up end in [.68,
   * 1.13]. It orthogonalises roughly, by design.
   */
  QUINTIC(1, Noise.BROAD, List.of(new Triple(3.4445, -4.7750, 2.0315))),
  /**
   * Polar Express (arXiv 2505.16932) as modded-nanogpt and microsoft/dion use it: five iterations,
   * safety .02, lower bound 1e-3.
   */
  POLAR_EXPRESS_SPEEDRUN(
      1.02,
      Noise.STEEP,
      List.of(
          new Triple(8.156554524902461, -22.48329292557795, 15.878769915207462),
          new Triple(4.042929935166739, -2.808917465908714, 0.5000178451051316),
          new Triple(3.8916678022926607, -2.772484153217685, 0.5060648178503393),
          new Triple(3.285753657755655, -2.3681294933425376, 0.46449024233003106),
          new Triple(2.3465413258596377, -1.7097828382687081, 0.42323551169305323))),
  /**
   * Polar Express as its authors' repository computes it: ten triples, safety .01 in all but the
   * tenth, cushion .02, lower bound 1e-3.
   */
  POLAR_EXPRESS_AUTHORS(
      1.01,
      Noise.STEEP,
      List.of(
          new Triple(8.237312490495558, -23.1577474145582, 16.680568411445915),
          new Triple(4.082441999064836, -2.8930477353325883, 0.525284925697565),
          new Triple(3.926347992254655, -2.8547468034765284, 0.5318022422894987),
          new Triple(3.298218713308516, -2.4245419810267075, 0.486320083588441),
          new Triple(2.297036943455256, -1.6366255812590311, 0.40026284559536324),
          new Triple(1.8763805351440397, -1.2347896577722233, 0.3589188750166841),
          new Triple(1.85644234855954, -1.2132449880891365, 0.3568003487804285),
          new Triple(1.856435350423423, -1.2132371101621227, 0.35679935113256794),
          new Triple(1.8564311660130637, -1.2132289062790422, 0.3567953300345031),
          new Triple(1.8749954775650635, -1.2499909551519428, 0.3749954775868794))),
  /** "YOU" Jiacheng's: five iterations, singular values from .01 up end in [.978, 1.032]. */
  FIVE_TRIPLES(
      1,
      Noise.NARROW,
      List.of(
          new Triple(4.0848, -6.8946, 2.9270),
          new Triple(3.9505, -6.3029, 2.6377),
          new Triple(3.7418, -5.5913, 2.3037),
          new Triple(2.8769, -3.1427, 1.2046),
          new Triple(2.8366, -3.0525, 1.2012))),
  /** The classical Newton–Schulz iteration: converges to 1, slowly; needs some 15 iterations. */
  CUBIC(1, Noise.NARROW, List.of(new Triple(1.5, -0.5, 0))),
  /** A quintic that converges to 1; needs some 10 iterations. */
  QUINTIC_CONVERGENT(1, Noise.NARROW, List.of(new Triple(2, -1.5, 0.5)));

  /** One iteration's coefficients. */
  public record Triple(double a, double b, double c) {}

  private final double safety;
  private final double noise;
  private final List<Triple> triples;

  Triples(double safety, double noise, List<Triple> triples) {
    this.safety = safety;
    this.noise = noise;
    this.triples = triples;
  }

  /**
   * What the Frobenius norm is multiplied by before the division, so that rounding never exceeds
   * the domain.
   */
  public double safety() {
    return safety;
  }

  /**
   * How large a rounding error of the Gram matrix, relative to its norm, may grow under {@link
   * Form#GRAM} before the iteration starts again: what leaves the band of singular values as it is
   * in bfloat16 (measured: {@code docs/orthogonality.md}).
   */
  double noise() {
    return noise;
  }

  /** The coefficients of iteration {@code i}, from 0. */
  public Triple at(int i) {
    return triples.get(Math.min(i, triples.size() - 1));
  }

  /** What the first iterations make of a singular value, which is to be at most 1. */
  public double after(int iterations, double value) {
    double s = value;
    for (int i = 0; i < iterations; i++) {
      Triple t = at(i);
      // s ← as + bs³ + cs⁵
      s *= t.a() + s * s * (t.b() + s * s * t.c());
    }
    return s;
  }

  private static final class Noise {
    /** Of a set whose band is wide anyway. */
    static final double BROAD = 0.3;

    static final double NARROW = 0.1;

    /**
     * Of sets whose values pass 1.9 on their way to 1: in bfloat16 a start per iteration, which is
     * the direct form.
     */
    static final double STEEP = 0.02;

    private Noise() {}
  }
}
