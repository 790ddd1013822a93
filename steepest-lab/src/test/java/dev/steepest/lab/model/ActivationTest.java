package dev.steepest.lab.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ActivationTest {
  private static final double[] POINTS = {-20, -3.5, -3, -1.25, -0.5, 0, 0.5, 1.25, 3, 3.5, 20};

  /**
   * x·Φ(x) at the points, from python3: {@code from scipy.stats import norm; [x * norm.cdf(x) for x
   * in (-20, -3.5, -3, -1.25, -.5, 0, .5, 1.25, 3, 3.5, 20)]}
   */
  private static final double[] GELU = {
    -5.507248237212311e-88,
    -0.0008142017766243376,
    -0.00404969409489028,
    -0.1320622170835692,
    -0.15426876936299344,
    0.0,
    0.34573123063700656,
    1.1179377829164308,
    2.99595030590511,
    3.4991857982233756,
    20.0
  };

  private static double plain(Activation activation, int i) {
    double x = POINTS[i];
    return switch (activation) {
      case GELU -> GELU[i];
      case HARDSWISH -> x * Math.min(Math.max(x + 3, 0), 6) / 6;
      case MISH -> x * Math.tanh(Math.log1p(Math.exp(x)));
      case SILU -> x / (1 + Math.exp(-x));
      case RELU -> Math.max(x, 0);
    };
  }

  @ParameterizedTest
  @EnumSource(Activation.class)
  void isThePlainFormula(Activation activation) {
    try (PointerScope _ = new PointerScope()) {
      Tensor y = activation.apply(Tensor.create(POINTS, POINTS.length));
      for (int i = 0; i < POINTS.length; i++) {
        assertThat(y.select(0, i).item_double())
            .as("%s(%s)", activation, POINTS[i])
            .isCloseTo(plain(activation, i), within(1e-14));
      }
    }
  }
}
