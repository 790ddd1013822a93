package dev.steepest.optim.linalg;

import static org.bytedeco.pytorch.global.torch.linalg_vector_norm;
import static org.bytedeco.pytorch.global.torch.zeros_like;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;

/**
 * Some rows or columns of each of a stack of matrices, chosen on the device: the host never learns
 * which.
 *
 * <p>Shapes: a stack is (matrices, rows, columns); the selected slices are (matrices, k, columns)
 * or (matrices, rows, k), in no particular order.
 */
public final class Slices {

  /** What a slice is. */
  public enum Of {
    ROWS(1),
    COLUMNS(2);

    private final int dimension;

    Of(int dimension) {
      this.dimension = dimension;
    }

    private int other() {
      return 3 - dimension;
    }
  }

  private final Of of;
  private final Tensor indices; // (matrices, k, 1) or (matrices, 1, k)

  private Slices(Of of, Tensor indices) {
    this.of = of;
    this.indices = indices;
  }

  /**
   * The share of slices that have the largest sums of absolute values: ⌈share·n⌉ of n, at least
   * one.
   */
  public static Slices largest(Tensor stack, Of of, double share) {
    Tensor sums =
        linalg_vector_norm(
            stack, new Scalar(1.0), new long[] {of.other()}, false, new ScalarTypeOptional());
    long k = Math.max(1, (long) Math.ceil(share * stack.size(of.dimension)));
    return new Slices(of, sums.topk(k, 1, true, false).get1().unsqueeze(of.other()));
  }

  /** The selected slices of {@code stack}, copied. */
  public Tensor take(Tensor stack) {
    return stack.gather(of.dimension, expanded(stack));
  }

  /** Puts slices, in the order in which {@link #take} gave them, in their places. */
  public void put(Tensor slices, Tensor stack) {
    stack.scatter_(of.dimension, expanded(stack), slices);
  }

  /** The slices in their places in a stack like {@code like}, zeros elsewhere. */
  public Tensor spread(Tensor slices, Tensor like) {
    Tensor stack = zeros_like(like);
    put(slices, stack);
    return stack;
  }

  /** The indices for each element of the slices of {@code stack}. */
  private Tensor expanded(Tensor stack) {
    long k = indices.size(of.dimension);
    return of == Of.ROWS
        ? indices.expand(stack.size(0), k, stack.size(2))
        : indices.expand(stack.size(0), stack.size(1), k);
  }
}
