package dev.steepest.optim.rule;

import dev.steepest.optim.Parameter;
import org.bytedeco.pytorch.Tensor;

/**
 * Which matrices a weight of more than two dimensions is. All three are the same for a matrix,
 * whose fused blocks are taken apart.
 *
 * <p>Shapes: a filter is (out, in, height, width); matrices are (matrices, rows, columns).
 */
public enum Filters {
  /** One matrix: (1, out, in·height·width). */
  FLATTENED,
  /** Many: (out·in, height, width), each on its own. */
  STACKED,
  /**
   * Orthogonalised and scaled as {@link #FLATTENED}, but its rows and columns are those of {@link
   * #STACKED}: what microsoft/dion does with {@code flatten}. The same as {@link #FLATTENED} to a
   * rule that looks at no rows or columns, as {@link Muon}.
   */
  KERNEL_ROWS;

  /** {@code like}, shaped as the parameter, as the matrices that are made orthogonal. */
  Tensor matrices(Parameter parameter, Tensor like) {
    return this == STACKED ? stacked(parameter, like) : parameter.matrices(like);
  }

  /** {@code like}, shaped as the parameter, as the matrices whose rows and columns count. */
  Tensor lines(Parameter parameter, Tensor like) {
    return this == FLATTENED ? parameter.matrices(like) : stacked(parameter, like);
  }

  /** A selection of k rows or columns of {@link #lines}, as what is made orthogonal. */
  Tensor matricesOfLines(Parameter parameter, Tensor selected) {
    return this == KERNEL_ROWS && parameter.tensor().dim() > 2
        ? selected.reshape(parameter.blocks(), parameter.rows(), -1)
        : selected;
  }

  /** The factor of the orthogonal direction. */
  double factor(Muon.Scale scale, Parameter parameter) {
    Tensor tensor = parameter.tensor();
    return this == STACKED && tensor.dim() > 2
        ? scale.of(tensor.size(-2), tensor.size(-1), tensor)
        : scale.of(parameter);
  }

  /** Sizes of a number per row: those of the parameter with the columns gone. */
  long[] rowShape(Parameter parameter) {
    Tensor tensor = parameter.tensor();
    if (this == FLATTENED) {
      return new long[] {tensor.size(0), 1};
    }
    long[] shape = tensor.sizes().vec().get();
    shape[shape.length - 1] = 1;
    return shape;
  }

  /**
   * Writes a changed reshaping of {@code buffer} back, where the buffer's layout made it a copy.
   */
  static void keep(Tensor reshaped, Tensor buffer) {
    if (!reshaped.is_alias_of(buffer)) {
      buffer.copy_(reshaped.reshape_as(buffer));
    }
  }

  private static Tensor stacked(Parameter parameter, Tensor like) {
    return like.dim() == 2
        ? parameter.matrices(like)
        : like.reshape(-1, like.size(-2), like.size(-1));
  }
}
