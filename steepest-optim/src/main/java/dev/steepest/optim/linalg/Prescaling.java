package dev.steepest.optim.linalg;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * How a matrix is brought to singular values of at most 1, where the iterations converge. Both ways
 * read the factor off the Gram matrix A = XXᵀ, which the first iteration needs anyway.
 */
public enum Prescaling {
  /** X over ‖X‖_F = √tr A: all singular values keep their ratios. */
  FROBENIUS {
    @Override
    Tensor length(Tensor a) {
      return a.diagonal(0, 1, 2).sum(new long[] {1}, true, wide(a)).unsqueeze(2).sqrt_();
    }

    @Override
    int skipped() {
      return 0;
    }
  },
  /**
   * Row i over √Σ_j|A_ij| (almost orthogonal layers, arXiv 2208.03160, as Turbo-Muon, arXiv
   * 2512.04632, uses it): a tighter bound, so that one iteration fewer is needed, but of rows of
   * different factors: the result approximates UVᵀ of the rescaled matrix, not of X. It takes the
   * place of the first iteration: sets of several triples begin with their second. Turbo-Muon is
   * this with {@link Triples#FIVE_TRIPLES} and four iterations; there eps clamps the sum, here it
   * guards its root as it guards the norm.
   */
  AOL {
    @Override
    Tensor length(Tensor a) {
      return a.abs().sum(new long[] {2}, true, wide(a)).sqrt_();
    }

    @Override
    int skipped() {
      return 1;
    }
  };

  /** What rows are divided by: (matrices, 1 or m, 1). */
  abstract Tensor length(Tensor a);

  /** How many triples of a set it makes unnecessary. */
  abstract int skipped();

  /** Sums of half-precision numbers stay in float32: their rounding would be one of the whole. */
  private static ScalarTypeOptional wide(Tensor a) {
    boolean narrow = a.element_size() < Float.BYTES;
    return new ScalarTypeOptional(narrow ? ScalarType.Float : a.scalar_type().intern());
  }

  /**
   * The factor of the rows.
   *
   * @param a XXᵀ, (matrices, m, m)
   * @return (matrices, 1 or m, 1), in float32 at least
   */
  Tensor factor(Tensor a, double safety, double eps, NormGuard guard) {
    Tensor length = length(a);
    if (safety != 1) {
      length.mul_(new Scalar(safety));
    }
    Tensor guarded =
        guard == NormGuard.ADD ? length.add_(new Scalar(eps)) : length.clamp_min_(new Scalar(eps));
    return guarded.reciprocal_();
  }
}
