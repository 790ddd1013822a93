package dev.steepest.lab.model;

import static org.bytedeco.pytorch.global.torch.cat;

import dev.steepest.optim.Role;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/**
 * All single numbers that {@link GptLate2025} learns, in one vector of 5L + 2 for L blocks: L
 * weights of skips, of which one is used, pairs λ of each block, pairs λ of each attention, the
 * smear's and the backout's. A number that is not used has a gradient of 0.
 */
final class LateScalars {
  private static final double SKIP = -1.5; // σ(−1.5) = .18
  private static final double STAY = 1.1; // of the residual stream, per block
  private static final double HALF = 0.5; // of values, of value embeddings, of the backout

  private final Tensor all;
  private final int layers;

  LateScalars(Site site, int layers) {
    this.layers = layers;
    Initializer init = site.init();
    TensorVector parts = new TensorVector();
    parts.push_back(init.constant(SKIP, layers));
    Tensor block = cat(new TensorVector(init.constant(STAY, 1), init.constant(0, 1)), 0);
    parts.push_back(block.repeat(layers));
    parts.push_back(init.constant(HALF, 2L * layers));
    parts.push_back(init.constant(0, 1));
    parts.push_back(init.constant(HALF, 1));
    all = site.parameter("scalars", Role.SCALAR, cat(parts, 0));
  }

  static long count(int layers) {
    return 5L * layers + 2;
  }

  private Tensor at(long index) {
    return all.select(0, index);
  }

  /** The share of an earlier block's result that the skip adds: one of the later half's weights. */
  Tensor skip() {
    return at(1).sigmoid();
  }

  /** λ₀ (which = 0) of the stream and λ₁ of the embedding that a block begins with. */
  Tensor block(int block, int which) {
    return at(layers + 2L * block + which);
  }

  /** λ₀ (which = 0) of an attention's values and λ₁ of the embeddings added to them. */
  Tensor values(int block, int which) {
    return at(3L * layers + 2L * block + which);
  }

  Tensor smear() {
    return at(5L * layers);
  }

  Tensor backout() {
    return at(5L * layers + 1);
  }
}
