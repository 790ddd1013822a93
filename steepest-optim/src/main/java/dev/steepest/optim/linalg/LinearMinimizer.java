package dev.steepest.optim.linalg;

import static org.bytedeco.pytorch.global.torch.linalg_vector_norm;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;

/**
 * Linear minimisation oracles over unit balls of the norms of Scion, without the minus sign: the
 * direction of steepest descent for a given notion of length.
 *
 * @param norm which length
 * @param scaling whether the direction is divided by the layer's size
 * @param transpose whether rows and columns change places before and after; for {@code COL_NORM}
 *     and {@code ROW_NORM}
 * @param floorAtOne whether {@code SPECTRAL}'s factor is at least 1
 * @param orthogonalizer of the spectral norms
 */
public record LinearMinimizer(
    Norm norm,
    Scaling scaling,
    boolean transpose,
    boolean floorAtOne,
    Orthogonalizer orthogonalizer) {

  /**
   * Notions of length. d_out and d_in are rows and columns of one block; k is the kernel's first
   * side.
   */
  public enum Norm {
    /**
     * By dimensions: 3 and more {@code SPECTRAL_CONV}, 2 {@code SPECTRAL}, fewer {@code BIAS_RMS}.
     */
    AUTO,
    /** UVᵀ·√(d_out/d_in), or √d_out where not scaled. */
    SPECTRAL,
    /**
     * UVᵀ·√(out/in)/k of the flattened filter for three dimensions, over k² for four: over k for
     * every side of the kernel.
     */
    SPECTRAL_CONV,
    /** sign(G)/d_in. Fewer than two dimensions: sign(G). */
    SIGN,
    /** Each column over its root mean square; scaled: over that times d_in. */
    COL_NORM,
    /** Each row over its norm times √d_in; not scaled: over its norm. */
    ROW_NORM,
    /** Each column over its root mean square; fewer than two dimensions: the whole over its own. */
    BIAS_RMS;

    /** Whether it is defined for two dimensions and more only. */
    public boolean needsMatrix() {
      return this == SPECTRAL || this == SPECTRAL_CONV || this == COL_NORM || this == ROW_NORM;
    }
  }

  /** Whether the size of the layer divides. */
  public enum Scaling {
    /** As the norm has it by default: yes, but not for {@code COL_NORM}. */
    STANDARD,
    SCALED,
    UNSCALED
  }

  private static final double EPS = 1e-8; // of every norm but the spectral ones, as in the source

  /**
   * The directions of many tensors.
   *
   * @param gradients (or momenta) of any shapes
   * @param blocks for each, the number of matrices stacked along dimension 0
   * @return for each, a direction of its shape
   */
  public List<Tensor> all(List<Tensor> gradients, List<Integer> blocks) {
    List<Tensor> directions = new ArrayList<>(gradients);
    List<Integer> spectral = new ArrayList<>();
    List<Tensor> matrices = new ArrayList<>();
    for (int i = 0; i < gradients.size(); i++) {
      Tensor g = gradients.get(i);
      Norm actual = actual(g);
      if (actual == Norm.SPECTRAL || actual == Norm.SPECTRAL_CONV) {
        spectral.add(i);
        matrices.add(matrices(g, blocks.get(i)));
      } else {
        directions.set(i, entrywise(actual, g, blocks.get(i)));
      }
    }
    List<Tensor> orthogonal = orthogonalizer.applyAll(matrices);
    for (int j = 0; j < spectral.size(); j++) {
      int i = spectral.get(j);
      Tensor g = gradients.get(i);
      Tensor x =
          orthogonal
              .get(j)
              .to(g.scalar_type().intern())
              .mul(new Scalar(factor(actual(g), g, matrices.get(j))));
      directions.set(i, x.reshape_as(g));
    }
    return directions;
  }

  private Norm actual(Tensor g) {
    if (norm != Norm.AUTO) {
      return norm;
    }
    return g.dim() >= 3 ? Norm.SPECTRAL_CONV : g.dim() == 2 ? Norm.SPECTRAL : Norm.BIAS_RMS;
  }

  private double factor(Norm actual, Tensor g, Tensor matrices) {
    double out = matrices.size(1);
    if (actual == Norm.SPECTRAL_CONV) {
      double in = g.size(1);
      double side = g.dim() > 2 ? g.size(2) : 1;
      return Math.sqrt(out / in) / Math.pow(side, g.dim() - 2);
    }
    double factor =
        scaling == Scaling.UNSCALED ? Math.sqrt(out) : Math.sqrt(out / matrices.size(2));
    return floorAtOne ? Math.max(1, factor) : factor;
  }

  private Tensor entrywise(Norm actual, Tensor g, int blocks) {
    return switch (actual) {
      case SIGN -> {
        boolean divide = scaling != Scaling.UNSCALED && g.dim() >= 2;
        yield divide ? g.sign().div(new Scalar((double) g.numel() / g.size(0))) : g.sign();
      }
      case BIAS_RMS -> {
        if (g.dim() < 2) {
          yield g.div(g.square().mean().sqrt_().add_(new Scalar(EPS)));
        }
        Tensor m = matrices(g, blocks);
        yield divided(m, 1, 1 / Math.sqrt(m.size(1))).reshape_as(g);
      }
      case COL_NORM -> {
        // over RMS = ‖column‖/√d_out
        Tensor m = matrices(g, blocks);
        double divisor = Math.sqrt(m.size(transpose ? 2 : 1));
        double scale = scaling == Scaling.SCALED ? m.size(transpose ? 1 : 2) : 1;
        yield divided(m, transpose ? 2 : 1, scale / divisor).reshape_as(g);
      }
      case ROW_NORM -> {
        Tensor m = matrices(g, blocks);
        double scale = scaling == Scaling.UNSCALED ? 1 : Math.sqrt(m.size(transpose ? 1 : 2));
        yield divided(m, transpose ? 1 : 2, scale).reshape_as(g);
      }
      default -> throw new IllegalStateException("not entrywise: " + actual);
    };
  }

  /** Each line along {@code dimension} over (its norm times {@code scale}, plus eps). */
  private static Tensor divided(Tensor m, long dimension, double scale) {
    Tensor norm =
        linalg_vector_norm(
            m, new Scalar(2.0), new long[] {dimension}, true, new ScalarTypeOptional());
    return m.div(norm.mul_(new Scalar(scale)).add_(new Scalar(EPS)));
  }

  private static Tensor matrices(Tensor g, int blocks) {
    return g.reshape(blocks, g.size(0) / blocks, g.numel() / g.size(0));
  }
}
