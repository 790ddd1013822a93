package dev.steepest.optim;

import java.util.Arrays;
import java.util.List;

/**
 * A tensor that a rule keeps for a parameter between steps.
 *
 * @param name unique within the rule; the last part of its checkpoint key
 * @param shape its sizes
 * @param fill what it holds before the first step
 * @param scale what the fill is multiplied by
 */
public record Buffer(String name, List<Long> shape, Fill fill, double scale) {

  /**
   * The name of a running sum or average of gradients, shaped as the parameter, that a rule steps
   * along; wrappers find it under this name.
   */
  public static final String MOMENTUM = "momentum";

  /** First content of a buffer. */
  public enum Fill {
    /** {@code scale} everywhere. */
    CONSTANT,
    /** Standard normal numbers, drawn from the optimizer's seed and the parameter's name only. */
    GAUSSIAN,
    /** {@code scale} on the diagonal of the last two dimensions. */
    IDENTITY,
    /** A copy of the parameter at its first step. */
    PARAMETER
  }

  public Buffer {
    shape = List.copyOf(shape);
  }

  /** Zeros shaped and laid out as the parameter. */
  public static Buffer like(Parameter parameter, String name) {
    return new Buffer(name, Shapes.of(parameter.tensor()), Fill.CONSTANT, 0);
  }

  /** {@code value} everywhere, shaped and laid out as the parameter. */
  public static Buffer like(Parameter parameter, String name, double value) {
    return new Buffer(name, Shapes.of(parameter.tensor()), Fill.CONSTANT, value);
  }

  /** The parameter as it is when its state is made. */
  public static Buffer copyOf(Parameter parameter, String name) {
    return new Buffer(name, Shapes.of(parameter.tensor()), Fill.PARAMETER, 1);
  }

  /** Zeros of the given sizes; no sizes make a scalar. */
  public static Buffer zeros(String name, long... shape) {
    return filled(name, 0, shape);
  }

  /** {@code value} everywhere; no sizes make a scalar. */
  public static Buffer filled(String name, double value, long... shape) {
    return new Buffer(name, sizes(shape), Fill.CONSTANT, value);
  }

  /** A stack of identity matrices times {@code scale}: {@code [matrices, n, n]}. */
  public static Buffer identity(String name, double scale, long matrices, long n) {
    return new Buffer(name, List.of(matrices, n, n), Fill.IDENTITY, scale);
  }

  /** Standard normal numbers of the given sizes. */
  public static Buffer gaussian(String name, long... shape) {
    return new Buffer(name, sizes(shape), Fill.GAUSSIAN, 1);
  }

  /** Number of elements. */
  public long elements() {
    return shape.stream().reduce(1L, Math::multiplyExact);
  }

  private static List<Long> sizes(long... shape) {
    return Arrays.stream(shape).boxed().toList();
  }
}
