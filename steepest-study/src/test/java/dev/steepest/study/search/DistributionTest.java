package dev.steepest.study.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.study.search.Distribution.Span;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DistributionTest {

  static Stream<Distribution> all() {
    return Stream.of(
        new Constant("x"),
        Categorical.of(List.of("a", 1L, 0.5, true)),
        new Categorical(List.of("a", "b", "c"), List.of(0.2, 0.5, 0.3)),
        new WholeUniform(-3, 12),
        new WholeUniform(0, (1L << 50) - 1),
        new Uniform(-2, 7),
        new LogUniform(1e-5, 0.1),
        Parametric.normal(3, 2),
        Parametric.logNormal(-1, 0.5),
        Parametric.beta(2, 5),
        new Quantized(new Uniform(0.3, 9.1), 0.5),
        new Quantized(new LogUniform(16, 512), 8),
        new Quantized(Parametric.normal(0, 10), 2),
        new Quantized(Parametric.logNormal(1, 1), 0.1),
        new Quantized(Parametric.beta(2, 2), 0.05));
  }

  @ParameterizedTest
  @MethodSource("all")
  void aValueSpansTheShareThatItCameFrom(Distribution distribution) {
    for (int i = 0; i <= 1000; i++) {
      double share = i == 1000 ? 1 : i / 1000.0 + 1e-7;
      Object value = distribution.at(share);
      Span span = distribution.span(value);

      assertThat(span.from()).isBetween(0.0, Math.min(1, share + 1e-9));
      assertThat(span.to()).isBetween(Math.max(0, share - 1e-9), 1.0);
      assertThat(distribution.at(Math.clamp(span.middle(), 0, 1)))
          .isEqualTo(distribution instanceof Smooth ? distribution.at(span.middle()) : value);
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void numbersGrowWithTheirShare(Distribution distribution) {
    if (distribution instanceof Constant || distribution instanceof Categorical) {
      return;
    }
    double before = Double.NEGATIVE_INFINITY;
    for (int i = 0; i <= 500; i++) {
      double now = ((Number) distribution.at(i / 500.0)).doubleValue();
      assertThat(now).isFinite().isGreaterThanOrEqualTo(before);
      before = now;
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void pointsAreExactlyTheValues(Distribution distribution) {
    if (distribution.size().isEmpty() || distribution.size().getAsLong() > 1000) {
      return;
    }
    List<Object> points =
        LongStream.range(0, distribution.size().getAsLong()).mapToObj(distribution::point).toList();
    Set<Object> values = new HashSet<>();
    for (int i = 0; i <= 20_000; i++) {
      values.add(distribution.at(i / 20_000.0));
    }
    assertThat(points).doesNotHaveDuplicates();
    assertThat(new HashSet<>(points)).isEqualTo(values);
    assertThat(points.stream().map(distribution::span).mapToDouble(Span::width).sum())
        .isCloseTo(1, within(1e-9));
  }

  /** Quantiles of R 4: qnorm, qlnorm, qbeta at .975 (and closed forms of the others). */
  @Test
  void quantilesAreThoseOfTables() {
    assertThat(Parametric.normal(1, 2).quantile(0.975)).isCloseTo(4.919928, within(1e-6));
    assertThat(Parametric.logNormal(0, 1).quantile(0.975)).isCloseTo(7.099071, within(1e-6));
    assertThat(Parametric.beta(2, 1).quantile(0.25)).isCloseTo(0.5, within(1e-9));
    assertThat(new LogUniform(1e-4, 1e-2).quantile(0.5)).isCloseTo(1e-3, within(1e-15));
    assertThat(new Uniform(2, 4).quantile(0.25)).isEqualTo(2.5);
    assertThat(new WholeUniform(1, 4).at(0.5)).isEqualTo(3L);
    assertThat(new WholeUniform(1, 4).at(1)).isEqualTo(4L);
  }

  @Test
  void boundsAreKeptToTheBit() {
    LogUniform d = new LogUniform(0.1, 0.7);
    assertThat(d.quantile(0)).isEqualTo(0.1);
    assertThat(d.quantile(1)).isEqualTo(0.7);
    assertThat(d.cumulative(0.05)).isZero();
    assertThat(d.cumulative(9)).isEqualTo(1);
  }

  @Test
  void stepsAreExactAndWholeWhereTheStepIs() {
    Quantized tenths = new Quantized(new Uniform(0, 1), 0.1);
    assertThat(LongStream.range(0, 11).mapToObj(tenths::point))
        .containsExactly(0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0);
    assertThat(new Quantized(new Uniform(0, 10), 5).at(0.9)).isEqualTo(10L);
    // Halves go to the even multiple, as in W&B: 2.5 / 1 → 2.
    assertThat(new Quantized(new Uniform(0, 5), 1).at(0.5)).isEqualTo(2L);
    // Outermost multiples are as rare as the half step that they stand for.
    assertThat(new Quantized(new Uniform(0, 10), 5).span(0L).width()).isEqualTo(0.25);
  }

  @Test
  void farAwayStepsAreNumbersStill() {
    Distribution wide = new Quantized(Parametric.logNormal(100, 50), 1);
    assertThat((Double) wide.at(0.99)).isGreaterThan(1e30).isFinite();
    assertThat(wide.size()).isEmpty();
  }
}
