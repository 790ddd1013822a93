package dev.steepest.lab.weights;

import java.io.IOException;
import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;

/** A tensor in a file of weights, read when it is wanted. */
interface StoredTensor {

  /** Sizes of its dimensions. */
  long[] shape();

  /**
   * The values, contiguous on the CPU, in the type they are stored in; owned by the caller's scope.
   */
  Tensor read() throws Malformed, IOException;

  /** The shape of a tensor in memory. */
  static long[] shape(Tensor tensor) {
    long[] shape = new long[(int) tensor.dim()];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = tensor.size(i);
    }
    return shape;
  }

  /** The shape as people write it. */
  default String spoken() {
    return Arrays.toString(shape());
  }
}
