package dev.steepest.optim.rule;

import static org.bytedeco.pytorch.global.torch.cat;
import static org.bytedeco.pytorch.global.torch.linalg_vector_norm;
import static org.bytedeco.pytorch.global.torch.where;

import dev.steepest.optim.Batch;
import dev.steepest.optim.Buffer;
import dev.steepest.optim.Knob;
import dev.steepest.optim.Parameter;
import dev.steepest.optim.ParameterState;
import dev.steepest.optim.Preset;
import dev.steepest.optim.Rule;
import dev.steepest.optim.Source;
import dev.steepest.optim.linalg.Orthonormalization;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/**
 * Orthogonalised momentum of low rank, with what is left out fed back.
 *
 * <pre>
 *   M ← M + G
 *   B = M, or Mᵀ where there are fewer rows than columns
 *   P = orthonormal basis of B·Q;  R = Bᵀ·P          (power iteration, warm-started; Q ← R to repeat it)
 *   P = 0, R = Q where M is all zero
 *   M ← M − (1 − μ)·P·Rᵀ
 *   Q ← R, each column over its norm
 *   X ← X(1 − ηλ)
 *   X ← X − η·√(rows/columns)·P·Qᵀ
 * </pre>
 *
 * <p>Filters are flattened to (out, in·kh·kw); fused matrices are taken apart.
 */
@Source(
    title = "Dion: Distributed Orthonormalized Updates",
    authors = "Ahn, Xu, Abreu, Fan, Magakyan, Sharma, Zhan, Langford",
    year = 2025,
    url = "https://arxiv.org/abs/2504.05295",
    algorithm =
        "Algorithm 1, as microsoft/dion dion_reference.py; dion_simple.py with orientation=as_is and a rank",
    deviations =
        "Q₀ is drawn from the seed and the parameter's name, so that it does not depend on their order")
public record Dion(
    @Knob(symbol = "η", value = "0.02", range = "(0, inf)", about = "learning rate") double lr,
    @Knob(
            symbol = "μ",
            value = "0.95",
            range = "[0, 1)",
            about = "momentum: how much of the used part is kept")
        double momentum,
    @Knob(
            symbol = "λ",
            value = "0.01",
            range = "[0, inf)",
            about = "weight decay, times the unscaled learning rate")
        double weightDecay,
    @Knob(
            symbol = "r/n",
            value = "0.25",
            range = "(0, 1]",
            about = "rank as a share of the shorter side")
        double rankFraction,
    @Knob(symbol = "r", value = "0", range = "[0, inf)", about = "rank itself; 0 takes the share")
        long rank,
    @Knob(
            symbol = "multiple",
            value = "1",
            range = "[1, inf)",
            about = "the rank is rounded up to a multiple of this")
        long rankMultipleOf,
    @Knob(
            symbol = "power_iters",
            value = "1",
            range = "[1, 100]",
            about = "power iterations per step")
        long powerIterations,
    @Knob(symbol = "B", value = "tall", about = "whether wide matrices are worked on transposed")
        Orientation orientation,
    @Knob(
            symbol = "qr_method",
            value = "qr",
            about = "how P is made orthonormal: the same but for rounding")
        Orthonormalization qr,
    @Knob(symbol = "ε", value = "1e-8", range = "(0, 1)", about = "added to column norms")
        double eps)
    implements Rule {

  /** Which way round a matrix is factored. */
  public enum Orientation {
    /** Transposed where it has fewer rows than columns. */
    TALL,
    /** Never transposed (dion_simple.py). */
    AS_IS
  }

  /**
   * At or below this shorter side, matrices of one shape are stacked: measured on one core with 16
   * of them, ONE_BY_ONE takes 2.6 times as long at 16×16, 1.9 at 64×64, 1.25 at 64×256; above, it
   * is soon as fast or faster (.8 at 128×512, 1 at 192×192).
   */
  private static final long STACKED_SIDE = 64;

  private static final String M = "momentum";
  private static final String Q = "q";

  /** Begins a {@code Dion} whose hyper-parameters have their defaults. */
  public static DionBuilder builder() {
    return new DionBuilder();
  }

  /** Dion on hidden filters and matrices, AdamW on the rest. */
  public static List<Preset> presets() {
    return List.of(
        HiddenMatrices.preset(
            "dion",
            "low-rank orthogonalised momentum on hidden matrices, AdamW on the rest",
            Dion.class));
  }

  @Override
  public void admit(Parameter parameter) {
    HiddenMatrices.admit("dion", parameter);
  }

  @Override
  public List<Buffer> buffers(Parameter parameter) {
    long columnsOfB = isTransposed(parameter) ? parameter.rows() : parameter.columns();
    return List.of(
        Buffer.like(parameter, M),
        Buffer.gaussian(Q, parameter.blocks(), columnsOfB, rank(parameter)));
  }

  @Override
  public void update(ParameterState p, double lr) {
    move(List.of(p), lr);
  }

  /** Small matrices of one shape, wide ones transposed, go through the iteration together. */
  @Override
  public void step(Batch batch, double lr) {
    Map<Object, List<ParameterState>> alike = new LinkedHashMap<>();
    for (ParameterState p : batch.members()) {
      Tensor q = p.buffer(Q);
      // A sketch is drawn for one parameter, and its fallback is for one.
      boolean stacked = qr == Orthonormalization.QR && q.size(1) <= STACKED_SIDE;
      Object shape = List.of(rowsOfB(p.parameter()), q.size(1), q.size(2));
      alike.computeIfAbsent(stacked ? shape : p, _ -> new ArrayList<>()).add(p);
    }
    alike.values().forEach(members -> move(members, lr));
  }

  /** One step of members whose B have one shape. */
  private void move(List<ParameterState> members, double lr) {
    List<Tensor> shaped = new ArrayList<>();
    List<Tensor> bases = new ArrayList<>();
    for (ParameterState member : members) {
      // M ← M + G
      Tensor m = member.buffer(M).add_(member.gradient());
      // B = M or Mᵀ
      Tensor b = member.parameter().matrices(m);
      shaped.add(isTransposed(member.parameter()) ? b.transpose(1, 2) : b);
      bases.add(member.buffer(Q));
    }
    Tensor b = stack(shaped);
    Tensor q = stack(bases);
    // P = orthonormal basis of B·Q;  R = Bᵀ·P
    Tensor p = null;
    Tensor r = q;
    for (int i = 0; i < powerIterations; i++) {
      int iteration = i;
      p = qr.of(b.bmm(r), shape -> members.getFirst().normal("sketch " + iteration, shape));
      r = b.transpose(1, 2).bmm(p);
    }
    // Where M is all zero: P = 0, R = Q, so that Q keeps its columns (fix_all_zero_or_nan)
    Tensor idle =
        linalg_vector_norm(
                b,
                new Scalar(Double.POSITIVE_INFINITY),
                new long[] {1, 2},
                true,
                new ScalarTypeOptional())
            .eq(new Scalar(0.0));
    p = p.masked_fill(idle, new Scalar(0.0));
    r = where(idle, q, r);
    Tensor used = p.bmm(r.transpose(1, 2));
    // Q ← R, each column over its norm
    Tensor norms =
        linalg_vector_norm(r, new Scalar(2.0), new long[] {1}, true, new ScalarTypeOptional());
    q = r.div(norms.add_(new Scalar(eps)));
    Tensor direction = p.bmm(q.transpose(1, 2));
    long from = 0;
    for (ParameterState member : members) {
      Parameter parameter = member.parameter();
      long blocks = parameter.blocks();
      member.buffer(Q).copy_(q.narrow(0, from, blocks));
      // M ← M − (1 − μ)·P·Rᵀ
      Tensor m = member.buffer(M);
      m.sub_(shaped(used.narrow(0, from, blocks), parameter), new Scalar(1 - momentum));
      // X ← X(1 − ηλ)
      Tensor x = member.value();
      x.mul_(new Scalar(1 - lr * weightDecay));
      // X ← X − η·√(rows/columns)·P·Qᵀ
      double scale = Math.sqrt(parameter.rows() / (double) parameter.columns());
      x.sub_(shaped(direction.narrow(0, from, blocks), parameter), new Scalar(lr * scale));
      from += blocks;
    }
  }

  private boolean isTransposed(Parameter parameter) {
    return orientation == Orientation.TALL && parameter.rows() < parameter.columns();
  }

  /** r: the rank asked for, rounded up to the multiple, at most the shorter side. */
  private long rank(Parameter parameter) {
    long shorter = Math.min(parameter.rows(), parameter.columns());
    double wanted = rank > 0 ? rank : rankFraction * shorter;
    return Math.min(shorter, rankMultipleOf * (long) Math.ceil(wanted / rankMultipleOf));
  }

  private long rowsOfB(Parameter parameter) {
    return isTransposed(parameter) ? parameter.columns() : parameter.rows();
  }

  /** A product that is shaped as B, shaped as the parameter. */
  private Tensor shaped(Tensor product, Parameter parameter) {
    return (isTransposed(parameter) ? product.transpose(1, 2) : product)
        .reshape_as(parameter.tensor());
  }

  private static Tensor stack(List<Tensor> matrices) {
    return matrices.size() == 1
        ? matrices.getFirst()
        : cat(new TensorVector(matrices.toArray(Tensor[]::new)), 0);
  }
}
