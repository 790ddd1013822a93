package dev.steepest.study.search;

import java.util.OptionalLong;

/** Numbers with a density. */
public sealed interface Smooth extends Distribution permits Uniform, LogUniform, Parametric {

  /** The number below which a share of the probability lies; a finite one for shares of 0 and 1. */
  double quantile(double share);

  /** The share of the probability below {@code x}. */
  double cumulative(double x);

  /** The least number; −∞ where there is none. */
  double lower();

  /** The greatest number; ∞ where there is none. */
  double upper();

  @Override
  default Object at(double share) {
    return quantile(share);
  }

  @Override
  default Span span(Object value) {
    double share = cumulative(((Number) value).doubleValue());
    return new Span(share, share);
  }

  @Override
  default OptionalLong size() {
    return OptionalLong.empty();
  }

  @Override
  default Object point(long index) {
    throw new UnsupportedOperationException("a density has no points");
  }
}
