package dev.steepest.study.report;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;

/** Numbers as JSON holds them: what is missing, infinite or not a number is null. */
final class JsonNumbers {
  private JsonNumbers() {}

  static Double of(OptionalDouble value) {
    return value.isPresent() && Double.isFinite(value.getAsDouble()) ? value.getAsDouble() : null;
  }

  static <T> List<Double> list(List<T> rows, Function<T, OptionalDouble> value) {
    List<Double> numbers = new ArrayList<>();
    rows.forEach(row -> numbers.add(of(value.apply(row))));
    return numbers;
  }
}
