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
 * <p>Over all finite bfloat16 inputs a value is off by at most .07 of half a unit in its last
 * bfloat16 place (measured: GELU .062, the others .003), so that at most one in a thousand rounds
 * to the other neighbour; true values below 1e-35 may come out as 0, where an exponential leaves
 * the range of floats. A derivative is off by at most 7e-5 (measured: GELU 6e-5, the others 1e-6).
 * Nothing is subtracted from 1 that should have stayed: GELU in the negative tail, where libtorch
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
        x.mul(normalCdf(x)).intoArray(z, i);
      }
    }

    // Φ(x) + x·φ(x): ½ + an odd function; a polynomial within ±4.5, then 0 or 1.
    @Override
    void derivatives(float[] z, int count) {
      for (int i = 0; i < count; i += LANES) {
        FloatVector x = at(z, i);
        x.fma(slope(x), all(.5f))
            .blend(all(0), x.compare(LT, all(-SLOPE_FAR)))
            .blend(all(1), x.compare(GT, all(SLOPE_FAR)))
            .intoArray(z, i);
      }
    }
  },

  /** x·min(max(x + 3, 0), 6)/6. */
  HARDSWISH {
    @Override
    void values(float[] z, int count) {
      for (int i = 0; i < count; i += LANES) {
        FloatVector x = at(z, i);
        x.mul(ramp(x.fma(all(1 / 6f), all(.5f)), x)).intoArray(z, i);
      }
    }

    // At the kinks as libtorch: 0 at −3, 1 at 3.
    @Override
    void derivatives(float[] z, int count) {
      for (int i = 0; i < count; i += LANES) {
        FloatVector x = at(z, i);
        ramp(x.fma(all(1 / 3f), all(.5f)), x).intoArray(z, i);
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

    // σ(1 + x(1 − σ)).
    @Override
    void derivatives(float[] z, int count) {
      for (int i = 0; i < count; i += LANES) {
        FloatVector x = at(z, i);
        FloatVector s = sigmoid(x);
        all(1).sub(s).fma(x, all(1)).mul(s).intoArray(z, i);
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

    // T + 4x·k/D², T = tanh(…) = numerator/D, k = w(1 + w), times w for x ≥ 0; w = e^−|x|.
    @Override
    void derivatives(float[] z, int count) {
      for (int i = 0; i < count; i += LANES) {
        FloatVector x = at(z, i);
        FloatVector w = decay(x);
        FloatVector numerator = mishNumerator(x, w);
        FloatVector inverse = all(1).div(mishDenominator(x, w, numerator));
        FloatVector k = w.fma(w, w);
        k = k.blend(k.mul(w), x.compare(GE, all(0)));
        k.mul(x).mul(all(4)).fma(inverse, numerator).mul(inverse).intoArray(z, i);
      }
    }
  },

  /** max(x, 0). */
  RELU {
    @Override
    void values(float[] z, int count) {
      for (int i = 0; i < count; i += LANES) {
        FloatVector x = at(z, i);
        x.blend(all(0), x.compare(LT, all(0))).intoArray(z, i);
      }
    }

    // At the kink as libtorch: 0.
    @Override
    void derivatives(float[] z, int count) {
      for (int i = 0; i < count; i += LANES) {
        all(1).blend(all(0), at(z, i).compare(LE, all(0))).intoArray(z, i);
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

  /**
   * A number in every lane. Made where it is used: the compiler then keeps it in a register. A
   * vector in a static field it would load anew for every use, since the loop stores floats, and
   * how should it know where they do not go (measured: GELU 1.7 times slower).
   */
  private static FloatVector all(float value) {
    return FloatVector.broadcast(Bf16.FLOATS, value);
  }

  // ---- GELU

  /** From here on Φ(−a) is taken as 0, it is no normal float: 2^−126.94. */
  private static final float GELU_FAR = 13;

  // log₂ Φ(−a) for 0 ≤ a ≤ 13 in v = 2a/13 − 1: minimax, error 1.9e-4 in float32, which is as much
  // as a relative error 1.3e-4 of Φ. Derived by Lawson's iteration over 4,001 Chebyshev points
  // against scipy.special.log_ndtr(-a) / log(2). Without the division and the second exponential of
  // the usual forms.
  private static final float Q0 = -34.535397f;
  private static final float Q1 = -62.333748f;
  private static final float Q2 = -29.843956f;
  private static final float Q3 = -0.39425236f;
  private static final float Q4 = 0.25631797f;
  private static final float Q5 = -0.08921118f;
  private static final float Q6 = 0.060720384f;
  private static final float Q7 = -0.15378581f;
  private static final float Q8 = 0.09114739f;

  private static FloatVector normalCdf(FloatVector x) {
    FloatVector a = capped(x, all(GELU_FAR));
    FloatVector v = a.fma(all(2 / GELU_FAR), all(-1));
    FloatVector q = v.fma(all(Q8), all(Q7)).fma(v, all(Q6)).fma(v, all(Q5)).fma(v, all(Q4));
    FloatVector tail =
        exp2(q.fma(v, all(Q3)).fma(v, all(Q2)).fma(v, all(Q1)).fma(v, all(Q0))); // Φ(−|x|)
    return tail.blend(all(1).sub(tail), x.compare(GE, all(0)));
  }

  private static final float SLOPE_FAR = 4.5f;

  // (Φ(x) + x·φ(x) − ½)/x for |x| ≤ 4.5 in v = 2x²/4.5² − 1: minimax in x times it, error 5.3e-5
  // (Lawson's iteration over 3,000 Chebyshev points, scipy.special.ndtr); beyond 4.5 the function
  // is
  // within 6.9e-5 of 0 or 1.
  private static final float S0 = 0.15944576f;
  private static final float S1 = -0.089923f;
  private static final float S2 = 0.086185925f;
  private static final float S3 = -0.09536763f;
  private static final float S4 = 0.10503901f;
  private static final float S5 = -0.08775826f;
  private static final float S6 = 0.047732603f;
  private static final float S7 = -0.045483362f;
  private static final float S8 = 0.055967104f;
  private static final float S9 = -0.024723493f;

  private static FloatVector slope(FloatVector x) {
    FloatVector v = x.mul(x).fma(all(2 / (SLOPE_FAR * SLOPE_FAR)), all(-1));
    FloatVector s = v.fma(all(S9), all(S8)).fma(v, all(S7)).fma(v, all(S6)).fma(v, all(S5));
    return s.fma(v, all(S4)).fma(v, all(S3)).fma(v, all(S2)).fma(v, all(S1)).fma(v, all(S0));
  }

  // ---- SiLU and Mish

  private static final float MINUS_LOG2_E = -1.442695f;

  /** From here on e^−x is taken as 0, it is no normal float: 2^−126.96. */
  private static final float EXPONENTIAL_FAR = 88;

  /** e^−|x|. */
  private static FloatVector decay(FloatVector x) {
    return exp2(capped(x, all(EXPONENTIAL_FAR)).mul(all(MINUS_LOG2_E)));
  }

  private static FloatVector sigmoid(FloatVector x) {
    FloatVector w = decay(x);
    return w.blend(all(1), x.compare(GE, all(0))).div(w.add(all(1)));
  }

  /**
   * With w = e^−|x|: tanh(ln(1 + eˣ)) = w(w + 2)/(w(w + 2) + 2) for x &lt; 0, and (1 + 2w)/(1 + 2w
   * + 2w²) else; each without cancellation.
   */
  private static FloatVector mishNumerator(FloatVector x, FloatVector w) {
    return w.add(all(2)).mul(w).blend(w.fma(all(2), all(1)), x.compare(GE, all(0)));
  }

  private static FloatVector mishDenominator(FloatVector x, FloatVector w, FloatVector numerator) {
    FloatVector root = all(1).blend(w, x.compare(GE, all(0)));
    return root.mul(root).fma(all(2), numerator);
  }

  // ---- HardSwish

  /** 0 for x ≤ −3, 1 for x ≥ 3, y between. */
  private static FloatVector ramp(FloatVector y, FloatVector x) {
    return y.blend(all(0), x.compare(LE, all(-3))).blend(all(1), x.compare(GE, all(3)));
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
  private static final float ROUNDER = 12582912f + 127;

  // 2^f for −½ ≤ f ≤ ½: minimax in the relative error, 2.6e-6 (Lawson's iteration over 2,001
  // Chebyshev points, numpy).
  private static final float E0 = 0.9999993f;
  private static final float E1 = 0.6931218f;
  private static final float E2 = 0.24024744f;
  private static final float E3 = 0.055917863f;
  private static final float E4 = 0.009570102f;

  /** 2^t = 2ⁿ·2^f for −127.5 &lt; t ≤ 0, n the nearest integer; 0 where n is −127. */
  private static FloatVector exp2(FloatVector t) {
    FloatVector shifted = t.add(all(ROUNDER));
    FloatVector f = t.sub(shifted.sub(all(ROUNDER)));
    FloatVector power = f.fma(all(E4), all(E3)).fma(f, all(E2)).fma(f, all(E1)).fma(f, all(E0));
    return power.mul(shifted.reinterpretAsInts().lanewise(LSHL, 23).reinterpretAsFloats());
  }
}
