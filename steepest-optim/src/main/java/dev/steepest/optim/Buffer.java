package dev.steepest.optim;

import java.util.ArrayList;
import java.util.List;

/**
 * A tensor that a rule keeps for a parameter between steps.
 *
 * @param name unique within the rule; the last part of its checkpoint key
 * @param shape its sizes
 * @param fill what it holds before the first step
 */
public record Buffer(String name, List<Long> shape, Fill fill) {

  /** First content of a buffer. */
  public enum Fill {
    ZEROS,
    /** Standard normal numbers, drawn from the optimizer's seed and the parameter's name only. */
    GAUSSIAN
  }

  public Buffer {
    shape = List.copyOf(shape);
  }

  /** Zeros shaped and laid out as the parameter. */
  public static Buffer like(Parameter parameter, String name) {
    return new Buffer(name, Shapes.of(parameter.tensor()), Fill.ZEROS);
  }

  /** Standard normal numbers of the given sizes. */
  public static Buffer gaussian(String name, long... shape) {
    List<Long> sizes = new ArrayList<>();
    for (long size : shape) {
      sizes.add(size);
    }
    return new Buffer(name, sizes, Fill.GAUSSIAN);
  }

  /** Number of elements. */
  public long elements() {
    return shape.stream().reduce(1L, Math::multiplyExact);
  }
}
