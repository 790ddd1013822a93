package dev.steepest.optim.linalg;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Fewer, larger dimensions for a tensor whose own are too many or too small to have a factor each.
 * Only neighbours merge, so that the tensor is reshaped, never permuted.
 */
public final class MergedShape {

  private MergedShape() {}

  /**
   * Merges from the right until {@code order} dimensions are left or a product would exceed {@code
   * most} (merge_small_dims of facebookresearch/optimizers). Dimensions of size 1 are dropped.
   */
  public static long[] fromRight(long[] shape, long order, long most) {
    long[] wide = Arrays.stream(shape).filter(size -> size != 1).toArray();
    if (wide.length == 0) {
      return new long[] {1};
    }
    List<Long> merged = new ArrayList<>(List.of(wide[wide.length - 1]));
    for (int i = wide.length - 2; i >= 0; i--) {
      long product = merged.getFirst() * wide[i];
      if (merged.size() + i + 1 > order && product <= most) {
        merged.set(0, product);
      } else {
        merged.addFirst(wide[i]);
      }
    }
    return array(merged);
  }

  /** Merges from the left as long as the product does not exceed {@code most} (SOAP). */
  public static long[] fromLeft(long[] shape, long most) {
    List<Long> merged = new ArrayList<>();
    long product = 1;
    for (long size : shape) {
      if (product * size <= most) {
        product *= size;
      } else if (product > 1) {
        merged.add(product);
        product = size;
      } else {
        merged.add(size);
      }
    }
    if (product > 1 || merged.isEmpty()) {
      merged.add(product);
    }
    return array(merged);
  }

  /**
   * A matrix of three dimensions or more: the last one or the first one against all others,
   * whichever has fewer columns in excess of its rows (PSGD-Kron).
   */
  public static long[] toMatrix(long[] shape) {
    long all = Arrays.stream(shape).reduce(1, Math::multiplyExact);
    long first = shape[0];
    long last = shape[shape.length - 1];
    return last - all / last <= all / first - first
        ? new long[] {all / last, last}
        : new long[] {first, all / first};
  }

  private static long[] array(List<Long> sizes) {
    return sizes.stream().mapToLong(Long::longValue).toArray();
  }
}
