package dev.steepest.study.search;

import java.util.OptionalLong;

/**
 * Where a hyper-parameter's values come from, and how often each does.
 *
 * <p>Everything that searches works on shares of the probability, in [0, 1]: there every
 * distribution is uniform, and a step means the same for a learning rate as for a batch size.
 */
public sealed interface Distribution
    permits Constant, Categorical, WholeUniform, Smooth, Quantized {

  /**
   * The quantile function.
   *
   * @param share of the probability that lies below the value; in [0, 1]
   * @return {@link String}, {@link Long}, {@link Double} or {@link Boolean}
   */
  Object at(double share);

  /** The shares for which {@link #at} gives {@code value}: a point where values lie close. */
  Span span(Object value);

  /** How many values there are; empty where they cannot be counted. */
  OptionalLong size();

  /**
   * A value of those that can be counted.
   *
   * @param index from 0 to {@link #size} − 1, in the order of the values
   */
  Object point(long index);

  /**
   * A range of shares.
   *
   * @param from in [0, 1]
   * @param to in [{@code from}, 1]
   */
  record Span(double from, double to) {
    public double middle() {
      return 0.5 * (from + to);
    }

    public double width() {
      return to - from;
    }
  }
}
