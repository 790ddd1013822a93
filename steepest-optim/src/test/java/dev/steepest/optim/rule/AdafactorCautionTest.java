package dev.steepest.optim.rule;

import static dev.steepest.optim.rule.Trial.after;
import static dev.steepest.optim.rule.Trial.distance;
import static dev.steepest.optim.rule.Trial.normal;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

/** Caution where there is no first moment. */
class AdafactorCautionTest {

  private static Map<String, Object> settings(boolean caution) {
    return Map.of("eps_form", "added", "caution", caution, "beta1", 0.0, "weight_decay", 0.0);
  }

  /** U has the gradient's sign, so that only elements without a gradient are dropped. */
  @Test
  void scales_up_by_the_share_of_elements_with_a_gradient() {
    try (PointerScope _ = new PointerScope()) {
      Tensor start = normal(1, 8);
      Tensor half = normal(2, 8);
      half.narrow(0, 0, 4).zero_();
      Tensor plain = start.sub(after(Adafactor.class, settings(false), start, 1, _ -> half));
      Tensor cautious = start.sub(after(Adafactor.class, settings(true), start, 1, _ -> half));
      assertThat(distance(cautious, plain.mul(new Scalar(2.0)))).isLessThan(1e-15);
      assertThat(plain.abs().max().item_double()).isGreaterThan(0);
    }
  }
}
