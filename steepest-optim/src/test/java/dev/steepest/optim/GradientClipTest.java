package dev.steepest.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

/** Bounds on gradients beyond the recorded cases. */
class GradientClipTest {

  private static Parameter with(String name, Tensor gradient) {
    Tensor tensor = torch.zeros_like(gradient).set_requires_grad(true);
    tensor.mutable_grad().put(gradient);
    return new Parameter(name, Role.VECTOR, tensor);
  }

  @Test
  void norms_count_only_what_has_a_gradient() {
    try (PointerScope _ = new PointerScope()) {
      Parameter none = new Parameter("none", Role.VECTOR, torch.ones(3));
      Parameter three = with("three", torch.ones(1).mul(new Scalar(3.0)));
      Parameter four = with("four", torch.ones(1).mul(new Scalar(4.0)));
      assertThat(GradientClip.norm(List.of(none, three, four)).item_double()).isEqualTo(5);
      assertThat(GradientClip.norm(List.of(none)).item_double()).isZero();
      assertThat(GradientClip.toNorm(List.of(none), 1).item_double()).isZero();
    }
  }

  @Test
  void a_narrow_gradient_is_measured_in_float32() {
    try (PointerScope _ = new PointerScope()) {
      // 4,096 ones: a bfloat16 sum of squares would stop growing at 256.
      Parameter ones = with("ones", torch.ones(4096).to(ScalarType.BFloat16));
      assertThat(GradientClip.norm(List.of(ones)).item_double()).isEqualTo(64);
      GradientClip.toNorm(List.of(ones), 32);
      assertThat(ones.tensor().grad().scalar_type().intern()).isEqualTo(ScalarType.BFloat16);
      assertThat(ones.tensor().grad().max().item_double()).isCloseTo(0.5, within(1e-6));
    }
  }

  @Test
  void values_are_limited_one_by_one() {
    try (PointerScope _ = new PointerScope()) {
      Parameter p =
          with("p", torch.arange(new Scalar(5)).to(ScalarType.Double).sub(new Scalar(2.0)));
      GradientClip.toValue(List.of(p), 1.5);
      assertThat(p.tensor().grad().abs().max().item_double()).isEqualTo(1.5);
      assertThat(p.tensor().grad().abs().sum().item_double()).isEqualTo(5);
      assertThatThrownBy(() -> GradientClip.toValue(List.of(p), 0))
          .hasMessageContaining("must be in (0, inf]");
    }
  }

  @Test
  void the_norm_survives_the_clipping_and_belongs_to_the_caller() {
    try (PointerScope _ = new PointerScope()) {
      Tensor norm;
      Parameter p = with("p", torch.ones(4));
      norm = GradientClip.toNorm(List.of(p), 1);
      p.tensor().mutable_grad().reset();
      assertThat(norm.item_double()).isEqualTo(2);
    }
  }

  /** Against the same gradients without a scale, clipped in two steps. */
  @Test
  void a_scaled_loss_is_clipped_as_an_unscaled_one() {
    try (PointerScope _ = new PointerScope()) {
      for (double max : new double[] {0.5, 100, Double.POSITIVE_INFINITY}) {
        double scale = 1024; // a power of two: taking it away rounds nothing
        Tensor g = torch.arange(new Scalar(7)).to(ScalarType.Float).sin();
        Parameter plain = with("plain", g.clone());
        Parameter scaled = with("scaled", g.mul(new Scalar(scale)));
        Tensor norm = GradientClip.toNorm(List.of(plain), max);
        GradientClip.Unscaled found =
            GradientClip.unscaleToNorm(
                List.of(scaled), max, torch.full(new long[0], new Scalar(scale)));
        assertThat(found.norm().item_double()).isCloseTo(norm.item_double(), within(1e-6));
        assertThat(found.foundInf().item_double()).isZero();
        // Rounding of float32 numbers near 1.
        assertThat(plain.tensor().grad().sub(scaled.tensor().grad()).abs().max().item_double())
            .isLessThan(1e-7);
      }
    }
  }

  @Test
  void overflow_is_found_not_hidden() {
    try (PointerScope _ = new PointerScope()) {
      for (double bad : new double[] {Double.POSITIVE_INFINITY, Double.NaN}) {
        Parameter fine = with("fine", torch.ones(3));
        Parameter over = with("over", torch.ones(2).mul(new Scalar(bad)).to(ScalarType.Half));
        GradientClip.Unscaled found =
            GradientClip.unscaleToNorm(
                List.of(fine, over), 1, torch.full(new long[0], new Scalar(65_536.0)));
        assertThat(found.foundInf().item_double()).isEqualTo(1);
        assertThat(found.foundInf().scalar_type().intern()).isEqualTo(ScalarType.Float);
        assertThat(found.norm().item_double()).isNotFinite();
      }
    }
  }

  /** The factor 2⁻¹⁶/3 has three bits in float16, so it must not be rounded to it. */
  @Test
  void narrow_gradients_are_unscaled_in_float32() {
    try (PointerScope _ = new PointerScope()) {
      Parameter half = with("half", torch.ones(9).mul(new Scalar(4096.0)).to(ScalarType.Half));
      GradientClip.unscaleToNorm(
          List.of(half), 1.0 / 16, torch.full(new long[0], new Scalar(65_536.0)));
      // Norm 3/16; a third of 1/16 each, rounded once to eleven bits.
      assertThat(half.tensor().grad().max().item_double())
          .isCloseTo(1.0 / 48, within(1.0 / 48 / 1024));
    }
  }

  @Test
  void norms_of_mixed_types_are_those_of_one_vector() {
    try (PointerScope _ = new PointerScope()) {
      Parameter narrow = with("narrow", torch.ones(4).to(ScalarType.BFloat16));
      Parameter wide = with("wide", torch.ones(5).to(ScalarType.Double));
      List<Parameter> both = List.of(narrow, wide);
      assertThat(GradientClip.norm(both).item_double()).isEqualTo(3);
      assertThat(GradientClip.norm(both).scalar_type().intern()).isEqualTo(ScalarType.Double);
      assertThat(GradientClip.norm(both, 1).item_double()).isEqualTo(9);
      assertThat(GradientClip.norm(both, Double.POSITIVE_INFINITY).item_double()).isEqualTo(1);
      assertThatThrownBy(() -> GradientClip.toNorm(both, -1))
          .hasMessageContaining("largest norm -1.0 must be in (0, inf]");
    }
  }
}
