package dev.steepest.study.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.study.report.ParameterAxis.Scale;
import dev.steepest.study.report.ParameterAxis.Tick;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

class ParameterAxisTest {
  @Test
  void numbersOfManySizesAreSeenByTheirLogarithm() {
    assertThat(drawn(u -> Math.pow(10, -5 + 4 * u)).scale()).isEqualTo(Scale.LOGARITHMIC);
    assertThat(drawn(u -> Math.pow(10, -2 + 1.5 * u)).scale()).isEqualTo(Scale.LOGARITHMIC);
    assertThat(drawn(u -> u).scale()).isEqualTo(Scale.LINEAR);
    assertThat(drawn(u -> .5 + .49 * u).scale()).isEqualTo(Scale.LINEAR);
    assertThat(drawn(u -> u - .5).scale()).isEqualTo(Scale.LINEAR);
    assertThat(axis(false, 32L, 64L, 128L).scale()).isEqualTo(Scale.LOGARITHMIC);
    assertThat(axis(false, .1, .2, .3, .4).scale()).isEqualTo(Scale.LINEAR);
    assertThat(axis(false, 0.0, .1, 1.0).scale()).isEqualTo(Scale.LINEAR);
    ParameterAxis lr = axis(false, .0005, .001, .01);
    assertThat(lr.scale()).isEqualTo(Scale.LOGARITHMIC);
    assertThat(lr.ticks()).extracting(Tick::label).containsExactly("0.0005", "0.001", "0.01");
    assertThat(lr.share(Optional.of(.01))).isEqualTo(1);
    assertThat(lr.share(Optional.of(.001))).isCloseTo(Math.log10(2) / Math.log10(20), within(1e-9));
  }

  private static ParameterAxis drawn(DoubleUnaryOperator quantile) {
    SplittableRandom random = new SplittableRandom(4);
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      values.add(quantile.applyAsDouble(random.nextDouble()));
    }
    return ParameterAxis.of("x", "x", values, false);
  }

  @Test
  void whatIsNotANumberIsAName() {
    ParameterAxis mixed = axis(false, "adam", 1L, .5, true, "adam");
    assertThat(mixed.levels()).containsExactly("0.5", "1", "adam", "true");
    assertThat(mixed.coordinate("adam")).isEqualTo(2);
    assertThat(mixed.range()).isEqualTo("0.5, 1, adam, true");
  }

  @Test
  void aValueThatIsMissingHasAPlaceBelowTheOthers() {
    ParameterAxis momentum = axis(true, .5, .7, .9, .99);
    assertThat(momentum.share(Optional.empty())).isZero();
    assertThat(momentum.share(Optional.of(.5))).isGreaterThan(.1);
    assertThat(momentum.share(Optional.of(.99))).isEqualTo(1);
    assertThat(momentum.ticks().getFirst()).isEqualTo(new Tick(0, "none"));
    assertThat(momentum.range()).isEqualTo("0.5, 0.7, 0.9, 0.99, or none");
  }

  @Test
  void anEndIsAnEndWhereThereIsABetween() {
    ParameterAxis lr = axis(false, .1, .2, .3, .4);
    assertThat(lr.atEnd(.4)).isTrue();
    assertThat(lr.atEnd(.3)).isFalse();
    assertThat(axis(false, .1, .4).atEnd(.4)).isFalse();
    assertThat(axis(false, "a", "b", "c", "d").atEnd("d")).isFalse();
  }

  @Test
  void oneValueIsNoVariation() {
    assertThat(axis(false, .1, .1).varied()).isFalse();
    assertThat(axis(true, .1, .1).varied()).isTrue();
    assertThat(axis(false, .1, .1).share(Optional.of(.1))).isEqualTo(.5);
    assertThat(axis(true).varied()).isFalse();
  }

  @Test
  void shortNamesAreUnlikeEachOther() {
    assertThat(
            ParameterAxis.labels(
                List.of(
                    "model.name", "optimizer.lr", "optimizer.rest.lr", "training.batch", "lr_x")))
        .containsValues("model", "optimizer.lr", "optimizer.rest.lr", "batch", "lr_x");
  }

  private static ParameterAxis axis(boolean missing, Object... values) {
    return ParameterAxis.of("x", "x", List.of(values), missing);
  }
}
