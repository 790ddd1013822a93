package dev.steepest.lab.model;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** What bounds the logits behind the last matrix. */
sealed interface LogitCap {
  /** Nothing. */
  LogitCap NONE = new None();

  /** Capped logits, of any shape. */
  Tensor apply(Tensor logits);

  /** The derivative of {@link #apply} at the capped logits; null for 1 everywhere. */
  Tensor slope(Tensor capped);

  /**
   * most·σ(z/width), between 0 and {@code most}; a softmax does not see that the middle is not 0.
   */
  static LogitCap sigmoid(Site site, double most, double width) {
    return new Sigmoid(
        site.keep(new Scalar(most)),
        site.keep(new Scalar(1 / width)),
        site.keep(new Scalar(-1 / (width * most))));
  }

  /** The logits as they are. */
  record None() implements LogitCap {
    @Override
    public Tensor apply(Tensor logits) {
      return logits;
    }

    @Override
    public Tensor slope(Tensor capped) {
      return null;
    }
  }

  /**
   * Soft bounds.
   *
   * @param most upper bound
   * @param steepness 1/width
   * @param bend −1/(width·most)
   */
  record Sigmoid(Scalar most, Scalar steepness, Scalar bend) implements LogitCap {
    @Override
    public Tensor apply(Tensor logits) {
      return logits.mul(steepness).sigmoid().mul(most);
    }

    @Override
    public Tensor slope(Tensor capped) {
      // y(1 − y/most)/width
      return capped.mul(steepness).addcmul_(capped, capped, bend);
    }
  }
}
