package dev.steepest.optim.rule;

import static dev.steepest.optim.rule.Trial.after;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** ADOPT's clip. */
class AdoptTest {

  /** The first gradient only starts v = 1; then n = 100 each time, kept within c·tᵖ. */
  @ParameterizedTest
  @CsvSource({"2, 0, 4", "3, 1, 9", "0.5, 2, 2.5"})
  void a_large_gradient_counts_with_the_clip(double scale, double exponent, double sum) {
    try (PointerScope _ = new PointerScope()) {
      Map<String, Object> settings =
          Map.of(
              "lr", 1.0,
              "beta1", 0.0,
              "beta2", 0.0,
              "clip_scale", scale,
              "clip_exponent", exponent);
      Tensor start = torch.zeros(new long[] {1}).to(ScalarType.Double);
      // v is the square of the gradient before, so a gradient that grows a hundredfold has n = 100.
      Tensor end =
          after(
              Adopt.class, settings, start, 3, step -> start.add(new Scalar(Math.pow(100, step))));
      assertThat(end.item_double()).isCloseTo(-sum, within(1e-14));
    }
  }
}
