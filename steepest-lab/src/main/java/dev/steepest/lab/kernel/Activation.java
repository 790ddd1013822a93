package dev.steepest.lab.kernel;

import static jdk.incubator.vector.VectorOperators.ABS;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LE;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;

import jdk.incubator.vector.FloatVector;

/**
 * Activation functions on vectors of floats: the value, and the derivative from the same input.
 *
 * <p>Over all bfloat16 inputs the value differs from the true one by less than half a unit in its
 * last bfloat16 place (measured: at most .02 of it, see {@code ActivationTest}), unless it is so
 * small that its exponential leaves the range of floats; it is then 0 (true values below 1e-35).
 * Nothing subtracts from 1 what should have stayed: GELU in the negative tail, where libtorch
 * computes 1 + erf, keeps its relative accuracy here.
 *
 * <p>Each works on an array in a loop of its own, for the reason that {@link Stage} gives.
 */
public enum Activation {
  /** x·Φ(x), Φ the distribution function of the standard normal: the exact form. */
  GELU {
    @Override
    void values(float[] z, int count) {
      for (int i = 0; i < count; i += LANES) {
        FloatVector x = at(z, i);
        FloatVector a = capped(x, GELU_FAR);
        x.mul(normalCdf(x, a, bell(a))).intoArray(z, i);
      }
    }

    /** Φ(x) + x·φ(x). */
    @Override
    void derivatives(float[] z, int count) {
      for (int i = 0; i < count; i += LANES) {
        FloatVector x = at(z, i);
        FloatVector a = capped(x, GELU_FAR);
        FloatVector bell = bell(a);
        x.mul(bell).fma(INVERSE_ROOT_TWO_PI, normalCdf(x, a, bell)).intoArray(z, i);
      }
    }
  },

  /** x·min(max(x + 3, 0), 6)/6. */
  HARDSWISH {
    @Override
    void values(float[] z, int count) {
      for (int i = 0; i < count; i += LANES) {
        FloatVector x = at(z, i);
        x.mul(ramp(x.fma(SIXTH, HALF), x)).intoArray(z, i);
      }
    }

    /** At the kinks as libtorch: 0 at −3, 1 at 3. */
    @Override
    void derivatives(float[] z, int count) {
      for (int i = 0; i < count; i += LANES) {
        FloatVector x = at(z, i);
        ramp(x.fma(THIRD, HALF), x).intoArray(z, i);
      }
    }
  },

  /** x·σ(x), σ(x) = 1/(1 + e⁻ˣ). */
  SILU {
    @Override
    void values(float[] z, int count) {
      for (int i = 0; i < count; i += LANES) {
        FloatVector x = at(z, i);
        x.mul(sigmoid(x)).intoArray(z, i);
      }
    }

    /** σ(1 + x(1 − σ)). */
    @Override
    void derivatives(float[] z, int count) {
      for (int i = 0; i < count; i += LANES) {
        FloatVector x = at(z, i);
        FloatVector s = sigmoid(x);
        ONE.sub(s).fma(x, ONE).mul(s).intoArray(z, i);
      }
    }
  },

  /** x·tanh(ln(1 + eˣ)). */
  MISH {
    @Override
    void values(float[] z, int count) {
      for (int i = 0; i < count; i += LANES) {
        FloatVector x = at(z, i);
        FloatVector w = decay(x);
        FloatVector numerator = mishNumerator(x, w);
        x.mul(numerator).div(mishDenominator(x, w, numerator)).intoArray(z, i);
      }
    }

    /** T + 4x·k/D², T = tanh(…) = numerator/D, k = w(1 + w), times w for x ≥ 0; w = e^−|x|. */
    @Override
    void derivatives(float[] z, int count) {
      for (int i = 0; i < count; i += LANES) {
        FloatVector x = at(z, i);
        FloatVector w = decay(x);
        FloatVector numerator = mishNumerator(x, w);
        FloatVector inverse = ONE.div(mishDenominator(x, w, numerator));
        FloatVector k = w.fma(w, w);
        k = k.blend(k.mul(w), x.compare(GE, ZERO));
        k.mul(x).mul(FOUR).fma(inverse, numerator).mul(inverse).intoArray(z, i);
      }
    }
  },

  /** max(x, 0). */
  RELU {
    @Override
    void values(float[] z, int count) {
      for (int i = 0; i < count; i += LANES) {
        FloatVector x = at(z, i);
        x.blend(ZERO, x.compare(LT, ZERO)).intoArray(z, i);
      }
    }

    /** At the kink as libtorch: 0. */
    @Override
    void derivatives(float[] z, int count) {
      for (int i = 0; i < count; i += LANES) {
        ONE.blend(ZERO, at(z, i).compare(LE, ZERO)).intoArray(z, i);
      }
    }
  };

  /**
   * Replaces the first {@code count} numbers, a multiple of {@link Bf16#LANES}, by their values.
   */
  abstract void values(float[] z, int count);

  /** Replaces the first {@code count} numbers, a multiple of {@link Bf16#LANES}, by derivatives. */
  abstract void derivatives(float[] z, int count);

  /** {@link #values} of a column. */
  Stage valuesStage() {
    return column -> values(column.block, column.count());
  }

  /** {@link #derivatives} of a column. */
  Stage derivativesStage() {
    return column -> derivatives(column.block, column.count());
  }

  private static final int LANES = Bf16.LANES;

  private static FloatVector at(float[] z, int i) {
    return FloatVector.fromArray(Bf16.FLOATS, z, i);
  }

  // Vectors of one number each: they stay in registers.

  private static final FloatVector ZERO = all(0);
  private static final FloatVector HALF = all(.5f);
  private static final FloatVector ONE = all(1);
  private static final FloatVector TWO = all(2);
  private static final FloatVector FOUR = all(4);

  private static FloatVector all(float value) {
    return FloatVector.broadcast(Bf16.FLOATS, value);
  }

  // ---- GELU

  private static final FloatVector INVERSE_ROOT_TWO_PI = all(0.3989422804f);

  /** e^(−x²/2) = 2^(x²·this). */
  private static final FloatVector MINUS_HALF_LOG2_E = all(-0.72134752f);

  /** From here on e^(−x²/2) is taken as 0, it is no normal float: 2^−126.8. */
  private static final FloatVector GELU_FAR = all(13.26f);

  /**
   * Φ(−a)·e^(a²/2) = t·(T1 + T2 t + … + T5 t⁴), t = 1/(1 + P a), for 0 ≤ a ≤ 14: minimax in the
   * relative error, 3.5e-5. Derived by Lawson's iteration over 4,001 Chebyshev points of t against
   * {@code scipy.special.erfcx(a / sqrt(2)) / 2}; P by search in steps of .02.
   */
  private static final FloatVector P = all(0.38f);

  private static final FloatVector T1 = all(0.15122513473033905f);
  private static final FloatVector T2 = all(0.15782944858074188f);
  private static final FloatVector T3 = all(0.09197983890771866f);
  private static final FloatVector T4 = all(0.18887634575366974f);
  private static final FloatVector T5 = all(-0.0899282917380333f);

  /** Φ(x) from a = |x| and e^(−a²/2). */
  private static FloatVector normalCdf(FloatVector x, FloatVector a, FloatVector bell) {
    FloatVector t = ONE.div(a.fma(P, ONE));
    FloatVector sum = t.fma(T5, T4).fma(t, T3).fma(t, T2).fma(t, T1);
    FloatVector tail = sum.mul(t).mul(bell); // Φ(−|x|)
    return tail.blend(ONE.sub(tail), x.compare(GE, ZERO));
  }

  /** e^(−a²/2). */
  private static FloatVector bell(FloatVector a) {
    return exp2(a.mul(a).mul(MINUS_HALF_LOG2_E));
  }

  // ---- SiLU and Mish

  private static final FloatVector MINUS_LOG2_E = all(-1.44269504f);

  /** From here on e^−x is taken as 0, it is no normal float: 2^−126.96. */
  private static final FloatVector EXPONENTIAL_FAR = all(88);

  /** e^−|x|. */
  private static FloatVector decay(FloatVector x) {
    return exp2(capped(x, EXPONENTIAL_FAR).mul(MINUS_LOG2_E));
  }

  private static FloatVector sigmoid(FloatVector x) {
    FloatVector w = decay(x);
    return w.blend(ONE, x.compare(GE, ZERO)).div(w.add(ONE));
  }

  /**
   * With w = e^−|x|: tanh(ln(1 + eˣ)) = w(w + 2)/(w(w + 2) + 2) for x &lt; 0, and (1 + 2w)/(1 + 2w
   * + 2w²) else; each without cancellation.
   */
  private static FloatVector mishNumerator(FloatVector x, FloatVector w) {
    return w.add(TWO).mul(w).blend(w.fma(TWO, ONE), x.compare(GE, ZERO));
  }

  private static FloatVector mishDenominator(FloatVector x, FloatVector w, FloatVector numerator) {
    FloatVector root = ONE.blend(w, x.compare(GE, ZERO));
    return root.mul(root).fma(TWO, numerator);
  }

  // ---- HardSwish

  private static final FloatVector SIXTH = all(1 / 6f);
  private static final FloatVector THIRD = all(1 / 3f);
  private static final FloatVector THREE = all(3);
  private static final FloatVector MINUS_THREE = all(-3);

  /** 0 for x ≤ −3, 1 for x ≥ 3, y between. */
  private static FloatVector ramp(FloatVector y, FloatVector x) {
    return y.blend(ZERO, x.compare(LE, MINUS_THREE)).blend(ONE, x.compare(GE, THREE));
  }

  // ---- shared

  /** min(|x|, far); NaN stays NaN, which {@code min} of the JDK would pay five instructions for. */
  private static FloatVector capped(FloatVector x, FloatVector far) {
    FloatVector a = x.lanewise(ABS);
    return a.blend(far, a.compare(GT, far));
  }

  /**
   * 1.5·2²³ + 127: adding it to t rounds to an integer n, and the lowest bits of the sum are then n
   * + 127, the exponent of 2ⁿ as floats store it.
   */
  private static final FloatVector ROUNDER = all(12582912f + 127);

  // 2^f for −½ ≤ f ≤ ½: minimax in the relative error, 2.6e-6 (Lawson's iteration over 2,001
  // Chebyshev points, numpy).
  private static final FloatVector E0 = all(0.9999992847442627f);
  private static final FloatVector E1 = all(0.6931217908859253f);
  private static final FloatVector E2 = all(0.240247443318367f);
  private static final FloatVector E3 = all(0.05591786280274391f);
  private static final FloatVector E4 = all(0.009570102207362652f);

  /** 2^t = 2ⁿ·2^f for −127.5 &lt; t ≤ 0, n the nearest integer; 0 where n is −127. */
  private static FloatVector exp2(FloatVector t) {
    FloatVector shifted = t.add(ROUNDER);
    FloatVector f = t.sub(shifted.sub(ROUNDER));
    FloatVector power = f.fma(E4, E3).fma(f, E2).fma(f, E1).fma(f, E0);
    return power.mul(shifted.reinterpretAsInts().lanewise(LSHL, 23).reinterpretAsFloats());
  }
}
