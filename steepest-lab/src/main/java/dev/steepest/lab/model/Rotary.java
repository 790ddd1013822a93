package dev.steepest.lab.model;

import static org.bytedeco.pytorch.global.torch.arange;
import static org.bytedeco.pytorch.global.torch.cat;
import static org.bytedeco.pytorch.global.torch.outer;
import static org.bytedeco.pytorch.global.torch.pow;
import static org.bytedeco.pytorch.global.torch.stack;
import static org.bytedeco.pytorch.global.torch.view_as_complex;
import static org.bytedeco.pytorch.global.torch.view_as_real;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Rotary positions (Su et al. 2021, arXiv:2104.09864): at position t, pair j of a head's d features
 * is turned by the angle t·10000^(−2j/d), so that a product of two turned vectors depends on their
 * positions only through the distance. Which features make a pair differs between codebases, and a
 * trained network works with its own pairing only.
 *
 * <p>Legend: B batch, T tokens, H heads, d features of a head.
 */
sealed interface Rotary {

  /** Turns every head by its token's position: [B, T, H, d] → [B, T, H, d], in x's type. */
  Tensor apply(Tensor x_BTHd);

  /**
   * Pairs feature j with j + d/2 and turns it clockwise, y₁ = x₁cos + x₂sin, y₂ = x₂cos − x₁sin.
   * The tables are rounded to bfloat16, in whatever precision the network runs: both as in record
   * #5 of the NanoGPT speedrun. The rounding moves logits by up to .01.
   */
  static Rotary halves(Site site, long context, long features) {
    return halves(site, Angles.table(context, features));
  }

  /** {@link #halves(Site, long, long)} by given angles, [T, d/2] in float64. */
  static Rotary halves(Site site, Tensor angles) {
    return new Halves(
        site.constant(rounded(angles.cos()).unsqueeze(1)),
        site.constant(rounded(angles.sin()).unsqueeze(1)));
  }

  /**
   * Pairs feature 2j with 2j + 1 and turns it counter-clockwise, which is the product of complex
   * numbers; computed in float32 at least. As in torchtune.
   */
  static Rotary neighbours(Site site, long context, long features) {
    Tensor angles = Angles.table(context, features);
    Tensor turns = stack(new TensorVector(angles.cos(), angles.sin()), -1).unsqueeze(1);
    return new Neighbours(site.constant(turns.to(ScalarType.Float)));
  }

  private static Tensor rounded(Tensor table) {
    return table.to(ScalarType.Float).to(ScalarType.BFloat16).to(ScalarType.Float);
  }

  /**
   * The angles [T, d/2], rounded to float32 as the originals have them. Powers, cosines and sines
   * are taken in double and rounded after: libtorch's float32 functions differ by a unit in the
   * last place between processors and versions.
   */
  final class Angles {
    private static final double BASE = 10_000; // of the paper, kept by both networks

    private Angles() {}

    static Tensor table(long context, long features) {
      Tensor pairs = arange(new Scalar(0f), new Scalar((float) features), new Scalar(2f));
      Tensor exponents = pairs.div(new Scalar((float) features)).to(ScalarType.Double);
      Tensor frequencies = pow(new Scalar(BASE), exponents).to(ScalarType.Float).reciprocal();
      Tensor positions = arange(new Scalar((float) context));
      return outer(positions, frequencies).to(ScalarType.Double);
    }
  }

  /**
   * Halves of a head.
   *
   * @param cos [T, 1, d/2]
   * @param sin [T, 1, d/2]
   */
  record Halves(Tensor cos, Tensor sin) implements Rotary {
    @Override
    public Tensor apply(Tensor x_BTHd) {
      long tokens = x_BTHd.size(1);
      Tensor cos_T1p = cos.narrow(0, 0, tokens).to(x_BTHd.scalar_type());
      Tensor sin_T1p = sin.narrow(0, 0, tokens).to(x_BTHd.scalar_type());
      TensorVector halves = x_BTHd.chunk(2, -1);
      Tensor x1 = halves.get(0);
      Tensor x2 = halves.get(1);
      Tensor y1 = x1.mul(cos_T1p).add(x2.mul(sin_T1p));
      Tensor y2 = x2.mul(cos_T1p).sub(x1.mul(sin_T1p));
      return cat(new TensorVector(y1, y2), -1);
    }
  }

  /**
   * Neighbouring features.
   *
   * @param turns cosine and sine, [T, 1, d/2, 2]
   */
  record Neighbours(Tensor turns) implements Rotary {
    @Override
    public Tensor apply(Tensor x_BTHd) {
      Tensor pairs = x_BTHd.to(turns.scalar_type()).unflatten(-1, -1, 2);
      Tensor turn = view_as_complex(turns.narrow(0, 0, x_BTHd.size(1)));
      Tensor turned = view_as_real(view_as_complex(pairs).mul(turn)).flatten(-2, -1);
      return turned.to(x_BTHd.scalar_type());
    }
  }
}
