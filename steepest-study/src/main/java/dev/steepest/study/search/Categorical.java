package dev.steepest.study.search;

import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;

/**
 * Values without an order.
 *
 * @param values at least one, each once
 * @param probabilities of the values, each above 0; they sum to 1
 */
public record Categorical(List<Object> values, List<Double> probabilities) implements Distribution {

  public Categorical {
    values = List.copyOf(values);
    probabilities = List.copyOf(probabilities);
  }

  /** Each value as often as any other. */
  public static Categorical of(List<?> values) {
    return new Categorical(
        List.copyOf(values), Collections.nCopies(values.size(), 1.0 / values.size()));
  }

  @Override
  public Object at(double share) {
    double below = 0;
    for (int i = 0; i < values.size() - 1; i++) {
      below += probabilities.get(i);
      if (share < below) {
        return values.get(i);
      }
    }
    return values.getLast();
  }

  @Override
  public Span span(Object value) {
    int index = values.indexOf(value);
    if (index < 0) {
      throw new IllegalArgumentException(value + " is none of " + values);
    }
    double below = probabilities.stream().limit(index).mapToDouble(p -> p).sum();
    return new Span(
        below, index == values.size() - 1 ? 1 : Math.min(1, below + probabilities.get(index)));
  }

  @Override
  public OptionalLong size() {
    return OptionalLong.of(values.size());
  }

  @Override
  public Object point(long index) {
    return values.get(Math.toIntExact(index));
  }
}
