package dev.steepest.optim.linalg;

import static org.bytedeco.pytorch.global.torch.linalg_svd;

import dev.steepest.tensor.Lapack;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.StringViewOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
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
 * @param prescaling what brings singular values to at most 1 before the iteration
 * @param form which products the iteration is made of
 */
public record Orthogonalizer(
    Method method,
    int iterations,
    double eps,
    NormGuard guard,
    Precision precision,
    Prescaling prescaling,
    Form form) {

  public Orthogonalizer {
    if (iterations < 1) {
      throw new IllegalArgumentException(
          "iterations is " + iterations + "; allowed is 1 and more (Muon takes 5)");
    }
  }

  /** With the Frobenius norm and the form chosen by shape. */
  public Orthogonalizer(
      Method method, int iterations, double eps, NormGuard guard, Precision precision) {
    this(method, iterations, eps, guard, precision, Prescaling.FROBENIUS, Form.AUTO);
  }

  /** The same in another form. */
  public Orthogonalizer with(Form other) {
    return new Orthogonalizer(method, iterations, eps, guard, precision, prescaling, other);
  }

  /** The same after another prescaling. */
  public Orthogonalizer with(Prescaling other) {
    return new Orthogonalizer(method, iterations, eps, guard, precision, other, form);
  }

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
    return applyAll(List.of(matrices)).getFirst();
  }

  /**
   * The same for matrices of any shapes, each (matrices, rows, columns); those of one shape up to
   * transposition go through the iteration together where that is faster.
   */
  public List<Tensor> applyAll(List<Tensor> all) {
    List<Tensor> results = new ArrayList<>(all);
    if (method == Method.SVD) {
      results.replaceAll(Orthogonalizer::exact);
      return results;
    }
    for (List<Integer> members : stacks(all)) {
      together(all, members, results);
    }
    return results;
  }

  /**
   * Which of many tensors {@link #applyAll} takes through the iteration together, by place: for
   * callers who give it one stack at a time, so that what a stack needs can be freed before the
   * next. Only shapes, types and devices count.
   *
   * @param all each (matrices, rows, columns)
   */
  public List<List<Integer>> stacks(List<Tensor> all) {
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
    return List.copyOf(alike.values());
  }

  /**
   * The products of an orthogonalisation; {@link Method#SVD} has none.
   *
   * @param type of the input
   */
  public Products products(long rows, long columns, ScalarType type) {
    return method == Method.SVD
        ? new Products(0, 0)
        : iteration()
            .products(Math.min(rows, columns), Math.max(rows, columns), precision.of(type));
  }

  private NewtonSchulz iteration() {
    return new NewtonSchulz(method.triples, iterations, eps, guard, prescaling, form);
  }

  /** One stack of wide matrices: the products are of the shorter side. */
  private void together(List<Tensor> all, List<Integer> members, List<Tensor> results) {
    List<Tensor> wide =
        members.stream().map(all::get).map(m -> isTall(m) ? m.transpose(1, 2) : m).toList();
    Tensor first = wide.getFirst();
    long matrices = wide.stream().mapToLong(m -> m.size(0)).sum();
    ScalarType type = precision.of(first.scalar_type().intern());
    Tensor out = empty(first, matrices, type);
    // Buffers of the iteration are given back at once, warm, to the next stack.
    try (PointerScope _ = new PointerScope()) {
      iteration().apply(wide.size() == 1 ? first.to(type) : stack(wide, matrices, type), out);
    }
    long start = 0;
    for (int i : members) {
      Tensor m = all.get(i);
      Tensor part = members.size() == 1 ? out : out.narrow(0, start, m.size(0));
      results.set(i, isTall(m) ? part.transpose(1, 2) : part);
      start += m.size(0);
    }
  }

  private static Tensor stack(List<Tensor> wide, long matrices, ScalarType type) {
    Tensor stack = empty(wide.getFirst(), matrices, type);
    long start = 0;
    for (Tensor m : wide) {
      stack.narrow(0, start, m.size(0)).copy_(m);
      start += m.size(0);
    }
    return stack;
  }

  private static Tensor empty(Tensor like, long matrices, ScalarType type) {
    try (TensorOptions options = new TensorOptions(type)) {
      return like.new_empty(new long[] {matrices, like.size(1), like.size(2)}, options);
    }
  }

  private static boolean isTall(Tensor m) {
    return m.size(1) > m.size(2);
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
