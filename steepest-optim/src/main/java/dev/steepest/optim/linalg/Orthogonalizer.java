package dev.steepest.optim.linalg;

import static org.bytedeco.pytorch.global.torch.cat;
import static org.bytedeco.pytorch.global.torch.linalg_svd;
import static org.bytedeco.pytorch.global.torch.linalg_vector_norm;

import dev.steepest.tensor.Lapack;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.StringViewOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Replaces a matrix UΣVᵀ by UVᵀ, exactly or nearly: the steepest direction under the spectral norm.
 *
 * <p>Shapes: all tensors are (matrices, rows, columns); each matrix is normalised on its own.
 *
 * @param method which way
 * @param iterations of the iterative methods, at least 1
 * @param eps guard of the division by the Frobenius norm
 * @param guard how eps guards
 * @param precision of the iteration; the exact method always runs in the input's own
 */
public record Orthogonalizer(
    Method method, int iterations, double eps, NormGuard guard, Precision precision) {

  /** Ways to orthogonalise: the sets of {@link Triples}, or the singular value decomposition. */
  public enum Method {
    QUINTIC(Triples.QUINTIC),
    POLAR_EXPRESS_SPEEDRUN(Triples.POLAR_EXPRESS_SPEEDRUN),
    POLAR_EXPRESS_AUTHORS(Triples.POLAR_EXPRESS_AUTHORS),
    FIVE_TRIPLES(Triples.FIVE_TRIPLES),
    CUBIC(Triples.CUBIC),
    QUINTIC_CONVERGENT(Triples.QUINTIC_CONVERGENT),
    /** Exact, and by far the slowest: an oracle, not a tool. */
    SVD(null);

    private final Triples triples;

    Method(Triples triples) {
      this.triples = triples;
    }
  }

  /**
   * At or below this shorter side, matrices of one shape are stacked: more only copies (measured, 2
   * cores).
   */
  private static final long STACKED_SIDE = 64;

  /**
   * The orthogonalised matrices, in the precision of the iteration.
   *
   * @param matrices (matrices, rows, columns)
   */
  public Tensor apply(Tensor matrices) {
    if (method == Method.SVD) {
      return exact(matrices);
    }
    boolean tall = matrices.size(1) > matrices.size(2);
    Tensor x = precision.cast(matrices);
    x = iterate(tall ? x.transpose(1, 2) : x);
    return tall ? x.transpose(1, 2) : x;
  }

  /**
   * The same for matrices of any shapes, each (matrices, rows, columns); those of one shape up to
   * transposition go through the iteration together where that is faster.
   */
  public List<Tensor> applyAll(List<Tensor> all) {
    Map<List<Object>, List<Integer>> alike = new LinkedHashMap<>();
    for (int i = 0; i < all.size(); i++) {
      Tensor m = all.get(i);
      long shorter = Math.min(m.size(1), m.size(2));
      long longer = Math.max(m.size(1), m.size(2));
      boolean stacked = method != Method.SVD && (shorter <= STACKED_SIDE || m.is_cuda());
      alike
          .computeIfAbsent(
              stacked ? List.of(shorter, longer, m.scalar_type().intern()) : List.of(i),
              _ -> new ArrayList<>())
          .add(i);
    }
    List<Tensor> results = new ArrayList<>(all);
    for (List<Integer> members : alike.values()) {
      if (members.size() == 1) {
        results.set(members.getFirst(), apply(all.get(members.getFirst())));
      } else {
        stacked(all, members, results);
      }
    }
    return results;
  }

  private void stacked(List<Tensor> all, List<Integer> members, List<Tensor> results) {
    TensorVector wide = new TensorVector();
    for (int i : members) {
      Tensor m = all.get(i);
      wide.push_back(m.size(1) > m.size(2) ? m.transpose(1, 2) : m);
    }
    Tensor x = iterate(precision.cast(cat(wide, 0)));
    long start = 0;
    for (int i : members) {
      Tensor m = all.get(i);
      Tensor part = x.narrow(0, start, m.size(0));
      results.set(i, m.size(1) > m.size(2) ? part.transpose(1, 2) : part);
      start += m.size(0);
    }
  }

  /** Newton–Schulz on wide matrices: the products are of the shorter side. */
  private Tensor iterate(Tensor wide) {
    Triples triples = method.triples;
    // X ← X / (‖X‖_F·safety + eps)
    Tensor norm =
        linalg_vector_norm(wide, new Scalar(2.0), new long[] {1, 2}, true, new ScalarTypeOptional())
            .mul_(new Scalar(triples.safety()));
    norm = guard == NormGuard.ADD ? norm.add_(new Scalar(eps)) : norm.clamp_min_(new Scalar(eps));
    Tensor x = wide.div(norm);
    for (int i = 0; i < iterations; i++) {
      Triples.Triple t = triples.at(i);
      // A = XXᵀ
      Tensor a = x.bmm(x.transpose(1, 2));
      // B = bA + cA²
      Tensor b = a.baddbmm(a, a, new Scalar(t.b()), new Scalar(t.c()));
      // X ← aX + BX
      x = x.baddbmm(b, x, new Scalar(t.a()), new Scalar(1.0));
    }
    return x;
  }

  /** UVᵀ over the directions whose singular value is not rounding: a zero matrix stays zero. */
  private static Tensor exact(Tensor matrices) {
    var svd = Lapack.call(() -> linalg_svd(matrices, false, new StringViewOptional()));
    Tensor s = svd.get1();
    boolean wide = matrices.scalar_type().intern() == ScalarType.Double;
    double rounding = (wide ? 0x1p-52 : 0x1p-23) * Math.max(matrices.size(1), matrices.size(2));
    Tensor rank = s.gt(s.amax(new long[] {1}, true).mul(new Scalar(rounding)));
    Tensor u = svd.get0().mul(rank.unsqueeze(1));
    return u.bmm(svd.get2());
  }
}
