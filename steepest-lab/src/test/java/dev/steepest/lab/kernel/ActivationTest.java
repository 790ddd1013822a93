package dev.steepest.lab.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.function.DoubleUnaryOperator;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every bfloat16 input against the definition in double precision. */
class ActivationTest {
  private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

  /** Below this the exponential of an activation is no normal float: {@link Activation}. */
  private static final double TINY = 1e-35;

  /**
   * Largest error of a value, in half units of its last bfloat16 place; 1 would be the least error
   * that rounds wrongly by a unit. Measured: GELU .062, the others .003.
   */
  private static final double MOST_HALF_UNITS = .07;

  /** Largest error of a derivative. Measured: GELU 6.0e-5, the others 1e-6. */
  private static final double MOST_SLOPE_ERROR = 7e-5;

  private static DoubleUnaryOperator value(Activation activation) {
    return switch (activation) {
      case GELU -> x -> x * NORMAL.cumulativeProbability(x);
      case HARDSWISH -> x -> x * Math.clamp(x / 6 + .5, 0, 1);
      case SILU -> x -> x / (1 + Math.exp(-x));
      case MISH -> x -> x * Math.tanh(Math.log1p(Math.exp(x)));
      case RELU -> x -> Math.max(x, 0);
    };
  }

  private static DoubleUnaryOperator derivative(Activation activation) {
    return switch (activation) {
      case GELU -> x -> NORMAL.cumulativeProbability(x) + x * NORMAL.density(x);
      case HARDSWISH -> x -> x <= -3 ? 0 : x >= 3 ? 1 : x / 3 + .5;
      case SILU ->
          x -> {
            double s = 1 / (1 + Math.exp(-x));
            return x < -700 ? 0 : s * (1 + x * (1 - s));
          };
      case MISH ->
          x -> {
            double t = Math.tanh(Math.log1p(Math.exp(x)));
            return x < -700 ? 0 : t + x * (1 - t * t) / (1 + Math.exp(-x));
          };
      case RELU -> x -> x > 0 ? 1 : 0;
    };
  }

  @ParameterizedTest
  @EnumSource
  void valuesAreRightForEveryInput(Activation activation) {
    float[] inputs = finite();
    float[] values = inputs.clone();
    activation.values(values, values.length);
    double worst = 0;
    for (int i = 0; i < inputs.length; i++) {
      double truth = value(activation).applyAsDouble(inputs[i]);
      if (Math.abs(truth) < TINY) {
        assertThat((double) values[i]).isCloseTo(truth, within(TINY));
      } else {
        worst = Math.max(worst, Math.abs(values[i] - truth) / Bfloat16.halfUnit(truth));
      }
    }
    assertThat(worst).as("half units of the last place").isLessThan(MOST_HALF_UNITS);
  }

  @ParameterizedTest
  @EnumSource
  void derivativesAreRightForEveryInput(Activation activation) {
    float[] inputs = finite();
    float[] slopes = inputs.clone();
    activation.derivatives(slopes, slopes.length);
    for (int i = 0; i < inputs.length; i++) {
      assertThat((double) slopes[i])
          .as("at %s", inputs[i])
          .isCloseTo(derivative(activation).applyAsDouble(inputs[i]), within(MOST_SLOPE_ERROR));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aNanStaysANan(Activation activation) {
    float[] z = new float[Bf16.LANES];
    z[1] = Float.NaN;
    activation.values(z, z.length);
    assertThat(z[1]).isNaN();
    assertThat(z[0]).isZero();
  }

  /**
   * python3 -c "from scipy.stats import norm; print([x*norm.cdf(x) for x in (-6.,-2.5,-.5,1.)])"
   */
  @Test
  void geluAgreesWithScipy() {
    double[] expected = {
      -5.919525736803446e-09, -0.015524163314440138, -0.15426876936299344, 0.8413447460685429
    };
    float[] z = new float[Bf16.LANES * 4];
    float[] inputs = {-6f, -2.5f, -.5f, 1f};
    System.arraycopy(inputs, 0, z, 0, inputs.length);
    Activation.GELU.values(z, z.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) z[i])
          .isCloseTo(expected[i], within(MOST_HALF_UNITS * Bfloat16.halfUnit(expected[i])));
    }
  }

  /** All finite bfloat16; the last register is filled with zeros. */
  private static float[] finite() {
    float[] inputs = new float[1 << 16];
    for (int i = 0; i < inputs.length; i++) {
      float x = Bfloat16.toFloat((short) i);
      inputs[i] = Float.isFinite(x) ? x : 0;
    }
    return inputs;
  }
}
