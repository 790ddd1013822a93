package dev.steepest.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.steepest.optim.rule.AdamW;
import dev.steepest.optim.rule.Muon;
import dev.steepest.tensor.Seeds;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is done with a gradient that is not finite, and that nothing else is. */
class NonFiniteTest {

  private PointerScope scope;
  private Parameter good;
  private Parameter bad;
  private Parameter matrix;

  @BeforeEach
  void open() {
    scope = new PointerScope();
    good = new Parameter("good", Role.VECTOR, Seeds.normal(1, 4).set_requires_grad(true));
    bad = new Parameter("layer.bad", Role.VECTOR, Seeds.normal(2, 4).set_requires_grad(true));
    matrix = new Parameter("matrix", Role.MATRIX, Seeds.normal(3, 4, 3).set_requires_grad(true));
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private Optimizer optimizer(NonFinite policy) {
    return Optimizer.builder(
            List.of(
                new ParameterGroup(
                    "vectors", Rules.make(AdamW.class, Map.of()), List.of(good, bad)),
                new ParameterGroup("hidden", Rules.make(Muon.class, Map.of()), List.of(matrix))))
        .nonFinite(policy)
        .build();
  }

  /** Gradients of ones; the first element of {@code bad}'s is {@code value}, the second 7. */
  private void give(double value) {
    for (Parameter parameter : List.of(good, bad, matrix)) {
      Tensor ones = parameter.tensor().detach().clone().fill_(new Scalar(1.0));
      parameter.tensor().mutable_grad().put(ones);
    }
    bad.tensor().grad().select(0, 0).fill_(new Scalar(value));
    bad.tensor().grad().select(0, 1).fill_(new Scalar(7.0));
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void raisesWithTheNameAndChangesNothing(double value) {
    Tensor before = good.tensor().detach().clone();
    Tensor hidden = matrix.tensor().detach().clone();
    try (Optimizer optimizer = optimizer(NonFinite.RAISE)) {
      give(value);
      assertThatThrownBy(optimizer::step)
          .isInstanceOf(ArithmeticException.class)
          .hasMessageContaining("'layer.bad' holds 1 of 4 values that are NaN or infinite")
          .hasMessageContaining("nothing was changed")
          .hasMessageNotContaining("'good'");
      assertThat(good.tensor().equal(before)).isTrue();
      assertThat(matrix.tensor().equal(hidden)).isTrue();
      assertThat(optimizer.state()).isEmpty();
    }
  }

  @Test
  void skipsTheWholeStep() {
    try (Optimizer optimizer = optimizer(NonFinite.SKIP)) {
      give(1);
      assertThat(optimizer.step()).isEqualTo(Optimizer.Outcome.STEPPED);
      Tensor before = good.tensor().detach().clone();
      Tensor hidden = matrix.tensor().detach().clone();
      give(Double.NaN);
      assertThat(optimizer.step()).isEqualTo(Optimizer.Outcome.SKIPPED);
      assertThat(good.tensor().equal(before)).isTrue();
      assertThat(matrix.tensor().equal(hidden)).isTrue();
      assertThat(optimizer.state().get("good/step").item_long()).isEqualTo(1);
    }
  }

  @Test
  void clipsToWhatIsFinite() {
    try (Optimizer optimizer = optimizer(NonFinite.CLIP)) {
      give(Double.NEGATIVE_INFINITY);
      optimizer.step();
      assertThat(bad.tensor().grad().select(0, 0).item_double()).isEqualTo(-7);
      assertThat(bad.tensor().isfinite().all().item_bool()).isTrue();
      // m = (1 − β₁)g: the clipped gradient is what the rule saw.
      Tensor m = optimizer.state().get("layer.bad/first_moment");
      assertThat(m.select(0, 0).item_double()).isCloseTo(-0.7, within());
      give(Double.NaN);
      optimizer.step();
      assertThat(bad.tensor().grad().select(0, 0).item_double()).isZero();
    }
  }

  @Test
  void hugeButFiniteGradientsAreNoReasonToStop() {
    try (Optimizer optimizer = optimizer(NonFinite.RAISE)) {
      give(1);
      bad.tensor().grad().fill_(new Scalar(3e38)); // their sum overflows float32
      assertThat(optimizer.step()).isEqualTo(Optimizer.Outcome.STEPPED);
    }
  }

  private static org.assertj.core.data.Offset<Double> within() {
    return org.assertj.core.data.Offset.offset(1e-6); // float32
  }
}
