package dev.steepest.optim.linalg;

import static org.bytedeco.pytorch.global.torch.baddbmm_out;
import static org.bytedeco.pytorch.global.torch.bmm_out;
import static org.bytedeco.pytorch.global.torch.mul_out;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The iteration of {@link Triples} on stacks of wide matrices X of (matrices, m, n), m ≤ n, in the
 * number type of X. Work buffers live for one call and are reused from iteration to iteration.
 *
 * <p>As in the published functions, a matrix whose sum of squares overflows becomes zeros (‖X‖_F
 * above 1.8e19 for float32 and bfloat16), and one that is small beside eps nearly so.
 *
 * @param triples the coefficients
 * @param iterations how many, at least 1
 * @param eps guard of the prescaling
 * @param guard how eps guards
 * @param prescaling what brings singular values to at most 1
 * @param form which products
 */
record NewtonSchulz(
    Triples triples,
    int iterations,
    double eps,
    NormGuard guard,
    Prescaling prescaling,
    Form form) {

  /** Share of the direct form's time below which the Gram form is taken (measured). */
  private static final double ADVANTAGE = 0.9;

  /** Below this m the calls cost more than the operations (measured). */
  private static final long GRAM_SIDE = 48;

  /** Below this m, m×m products run no faster than m²·256 would (measured, both precisions). */
  private static final long FULL_SPEED_SIDE = 256;

  /**
   * Orthogonalises.
   *
   * @param x (matrices, m, n), left as it is
   * @param out contiguous, of the shape and type of {@code x}
   */
  void apply(Tensor x, Tensor out) {
    if (isGram(x.size(1), x.size(2), x.scalar_type().intern())) {
      gram(x, out);
    } else {
      direct(x, out);
    }
  }

  private Triples.Triple triple(int i) {
    return triples.at(i + prescaling.skipped());
  }

  private void direct(Tensor x, Tensor out) {
    Tensor a = square(x);
    Tensor b = square(x);
    Tensor spare = like(out);
    for (int i = 0; i < iterations; i++) {
      boolean toOut = (iterations - i) % 2 != 0;
      Triples.Triple t = triple(i);
      // A = XXᵀ
      SymmetricProduct.of(a, x, x);
      Tensor s = null;
      if (i == 0) {
        // A ← diag(s)A diag(s)
        s = prescaling.factor(a, triples.safety(), eps, guard);
        scale(a, s);
        // X ← diag(s)X
        mul_out(toOut ? spare : out, x, s);
        x = toOut ? spare : out;
      }
      // B = bA + cA²
      polynomial(b, a, t);
      // X ← aX + BX
      Tensor next = toOut ? out : spare;
      baddbmm_out(next, x, b, x, new Scalar(t.a()), new Scalar(1.0));
      x = next;
    }
  }

  private void gram(Tensor x, Tensor out) {
    Tensor r = square(x);
    Tensor z = square(x);
    Tensor rp = square(x);
    Tensor q = square(x);
    Tensor other = square(x);
    int i = 0;
    while (i < iterations) {
      // R = XXᵀ
      SymmetricProduct.of(r, x, x);
      Tensor s = null;
      if (i == 0) {
        // R ← diag(s)R diag(s); X itself is scaled with the last product
        s = prescaling.factor(r, triples.safety(), eps, guard);
        scale(r, s);
      }
      int start = i;
      int end = end(start, rounding(x.scalar_type().intern()));
      for (; i < end; i++) {
        Triples.Triple t = triple(i);
        // P = aI + Z, Z = bR + cR²
        polynomial(z, r, t);
        // Q ← PQ
        if (i == start) {
          q.copy_(z).diagonal(0, 1, 2).add_(new Scalar(t.a()));
        } else {
          SymmetricProduct.plus(other, q, t.a(), q, z, 1);
          Tensor swapped = q;
          q = other;
          other = swapped;
        }
        if (i + 1 < end) {
          // R ← PRP
          SymmetricProduct.plus(rp, r, t.a(), r, z, 1);
          SymmetricProduct.plus(r, rp, t.a(), rp, z, 1);
        }
      }
      // X ← Q diag(s)X
      if (s != null) {
        q.mul_(s.transpose(1, 2));
      }
      Tensor next = end == iterations ? out : like(out);
      bmm_out(next, q, x);
      x = next;
    }
  }

  /**
   * A ← diag(s)A diag(s). Where a sum of squares overflows, s is 0 and A infinite: their product is
   * the 0 that X's rows become.
   */
  private static void scale(Tensor a, Tensor s) {
    Tensor lost = s.eq(new Scalar(0.0));
    a.mul_(s.mul(s.transpose(1, 2)))
        .masked_fill_(lost.logical_or(lost.transpose(1, 2)), new Scalar(0.0));
  }

  /** out = bA + cA². */
  private static void polynomial(Tensor out, Tensor a, Triples.Triple t) {
    if (t.c() == 0) {
      mul_out(out, a, new Scalar(t.b()));
    } else {
      SymmetricProduct.plus(out, a, t.b(), a, a, t.c());
    }
  }

  private static Tensor like(Tensor x) {
    return x.new_empty(x.size(0), x.size(1), x.size(2));
  }

  private static Tensor square(Tensor x) {
    return x.new_empty(x.size(0), x.size(1), x.size(1));
  }

  /**
   * The iteration before which the Gram form starts again, for one that started at {@code from}.
   */
  private int end(int from, double rounding) {
    double noise = rounding;
    int i = from;
    while (i + 1 < iterations) {
      noise *= triple(i).a() * triple(i).a();
      if (noise > triples.noise()) {
        break;
      }
      i++;
    }
    return i + 1;
  }

  boolean isGram(long m, long n, ScalarType type) {
    if (form != Form.AUTO) {
      return form == Form.GRAM;
    }
    return m >= GRAM_SIDE
        && time(gramProducts(type), m, n) < ADVANTAGE * time(directProducts(), m, n);
  }

  /** In multiples of that of 2m² operations. */
  private static double time(Products products, long m, long n) {
    return products.wide() * (double) n + products.square() * (double) Math.max(m, FULL_SPEED_SIDE);
  }

  Products products(long m, long n, ScalarType type) {
    return isGram(m, n, type) ? gramProducts(type) : directProducts();
  }

  private Products directProducts() {
    return new Products(2 * iterations, squares());
  }

  private Products gramProducts(ScalarType type) {
    int starts = 0;
    for (int i = 0; i < iterations; i = end(i, rounding(type))) {
      starts++;
    }
    // Each start saves one product of Q, and its last iteration the two of R.
    return new Products(2 * starts, squares() + 3 * (iterations - starts));
  }

  /** How many iterations have a square. */
  private int squares() {
    int squares = 0;
    for (int i = 0; i < iterations; i++) {
      squares += triple(i).c() == 0 ? 0 : 1;
    }
    return squares;
  }

  /** Unit roundoff. */
  private static double rounding(ScalarType type) {
    return switch (type) {
      case Double -> 0x1p-53;
      case Float -> 0x1p-24;
      case Half -> 0x1p-11;
      default -> 0x1p-9;
    };
  }
}
