package dev.steepest.study.search;

import java.util.OptionalLong;

/**
 * Whole numbers, each as often as any other.
 *
 * @param min the least
 * @param max the greatest, at least {@code min}; there are at most 2⁵⁰ of them
 */
public record WholeUniform(long min, long max) implements Distribution {

  private long count() {
    return max - min + 1;
  }

  @Override
  public Object at(double share) {
    return Math.min(max, min + (long) (share * count()));
  }

  @Override
  public Span span(Object value) {
    double index = Math.clamp(((Number) value).longValue(), min, max) - (double) min;
    return new Span(index / count(), (index + 1) / count());
  }

  @Override
  public OptionalLong size() {
    return OptionalLong.of(count());
  }

  @Override
  public Object point(long index) {
    return min + index;
  }
}
