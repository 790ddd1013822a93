package dev.steepest.study.search;

import java.util.OptionalLong;

/** A value that is not searched for. */
public record Constant(Object value) implements Distribution {

  @Override
  public Object at(double share) {
    return value;
  }

  @Override
  public Span span(Object value) {
    return new Span(0, 1);
  }

  @Override
  public OptionalLong size() {
    return OptionalLong.of(1);
  }

  @Override
  public Object point(long index) {
    return value;
  }
}
