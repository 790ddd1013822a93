package dev.steepest.optim;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** The sizes of a tensor as a value. */
final class Shapes {

  private Shapes() {}

  static List<Long> of(Tensor tensor) {
    List<Long> sizes = new ArrayList<>();
    for (int i = 0; i < tensor.dim(); i++) {
      sizes.add(tensor.size(i));
    }
    return List.copyOf(sizes);
  }

  /** The strides, in elements. */
  static List<Long> strides(Tensor tensor) {
    List<Long> strides = new ArrayList<>();
    for (int i = 0; i < tensor.dim(); i++) {
      strides.add(tensor.stride(i));
    }
    return strides;
  }

  /** Whether two tensors of one shape have their elements in the same order. */
  static boolean sameOrder(Tensor a, Tensor b) {
    return (a.is_contiguous() && b.is_contiguous()) || strides(a).equals(strides(b));
  }

  /** The sizes as "[64, 3, 3, 3]", for messages. */
  static String text(Tensor tensor) {
    return of(tensor).toString();
  }
}
