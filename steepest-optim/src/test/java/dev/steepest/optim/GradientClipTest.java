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
}
