package dev.steepest.study.search;

import java.math.BigDecimal;
import java.util.OptionalLong;

/**
 * Numbers rounded to multiples of a step: round(x / q) · q, halves to even, as W&B does it. The
 * outermost multiples may thus lie up to half a step beyond the bounds of {@code base}.
 *
 * @param base what is rounded
 * @param q the step, above 0; where it is whole, so are the values
 */
public record Quantized(Smooth base, double q) implements Distribution {

  /** The first multiple that {@code base} reaches with a probability above 0. */
  private double first() {
    return Math.floor(base.lower() / q - 0.5) + 1;
  }

  private double last() {
    return Math.ceil(base.upper() / q + 0.5) - 1;
  }

  @Override
  public Object at(double share) {
    return value(Math.clamp(Math.rint(base.quantile(share) / q), first(), last()));
  }

  /** Exact where q is a short decimal: 3 · 0.1 is 0.3. */
  private Object value(double multiple) {
    BigDecimal exact = BigDecimal.valueOf(q).multiply(new BigDecimal(multiple));
    if (q == Math.rint(q) && exact.abs().compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) <= 0) {
      return exact.longValue();
    }
    return exact.doubleValue();
  }

  @Override
  public Span span(Object value) {
    double multiple = Math.rint(((Number) value).doubleValue() / q);
    return new Span(
        multiple <= first() ? 0 : base.cumulative((multiple - 0.5) * q),
        multiple >= last() ? 1 : base.cumulative((multiple + 0.5) * q));
  }

  @Override
  public OptionalLong size() {
    double count = last() - first() + 1;
    return count <= 0x1p53 ? OptionalLong.of((long) count) : OptionalLong.empty();
  }

  @Override
  public Object point(long index) {
    return value(first() + index);
  }
}
