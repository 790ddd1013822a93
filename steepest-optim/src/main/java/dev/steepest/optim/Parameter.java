package dev.steepest.optim;

import java.util.Arrays;
import java.util.Objects;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;

/**
 * One trainable tensor, with the name that its state is stored under and the role that decides its
 * group.
 *
 * @param name unique within an optimizer; the prefix of its keys in a checkpoint
 * @param role what it is to the network
 * @param tensor the leaf tensor that the model uses; the optimizer changes it in place and never
 *     closes it
 * @param blocks number of equal matrices stacked along dimension 0 (3 for a fused query/key/value
 *     weight, else 1); rules that orthogonalise treat each block as a matrix of its own
 */
public record Parameter(String name, Role role, Tensor tensor, int blocks) {

  public Parameter(String name, Role role, Tensor tensor) {
    this(name, role, tensor, 1);
  }

  public Parameter {
    Objects.requireNonNull(role, "role of parameter '" + name + "'");
    Objects.requireNonNull(tensor, "tensor of parameter '" + name + "'");
    if (name == null || name.isBlank()) {
      throw new IllegalArgumentException("a parameter needs a name: its state is stored under it");
    }
    if (blocks < 1 || (blocks > 1 && (tensor.dim() < 2 || tensor.size(0) % blocks != 0))) {
      throw new IllegalArgumentException(
          "parameter '"
              + name
              + "' cannot be "
              + blocks
              + " stacked matrices: its shape is "
              + Shapes.text(tensor)
              + "; blocks must divide the first dimension of a matrix");
    }
  }

  /** Whether it can be seen as a matrix: two dimensions or more. */
  public boolean isMatrix() {
    return tensor.dim() >= 2;
  }

  /** Rows of one block: outputs of the layer. */
  public long rows() {
    return tensor.size(0) / blocks;
  }

  /** Columns of one block: inputs of the layer, times the kernel's area for a filter. */
  public long columns() {
    return tensor.numel() / tensor.size(0);
  }

  /**
   * {@code like} (shaped as this parameter) seen as its matrices: (blocks, rows, columns), filters
   * flattened to (out, in·height·width). A view where the layout allows it.
   */
  public Tensor matrices(Tensor like) {
    return like.reshape(blocks, rows(), columns());
  }

  /**
   * Frobenius norm of each block of {@code like} (shaped as this parameter), of a shape by which it
   * can be divided.
   */
  public Tensor norms(Tensor like) {
    if (blocks == 1) {
      return like.norm();
    }
    long[] rows = new long[(int) like.dim()];
    Arrays.fill(rows, 1);
    rows[0] = like.size(0);
    return like.reshape(blocks, -1)
        .norm(new ScalarOptional(new Scalar(2.0)), 1)
        .repeat_interleave(rows())
        .view(rows);
  }
}
