package dev.steepest.optim.rule;

import static org.bytedeco.pytorch.global.torch.linalg_vector_norm;

import dev.steepest.optim.Buffer;
import dev.steepest.optim.Knob;
import dev.steepest.optim.Parameter;
import dev.steepest.optim.ParameterState;
import dev.steepest.optim.Preset;
import dev.steepest.optim.Role;
import dev.steepest.optim.Rule;
import dev.steepest.optim.Source;
import dev.steepest.optim.linalg.Orthonormalization;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;

/**
 * Orthogonalised momentum of low rank, with what is left out fed back.
 *
 * <pre>
 *   M ← M + G
 *   B = M, or Mᵀ where there are fewer rows than columns
 *   P = orthonormal basis of B·Q;  R = Bᵀ·P          (power iteration, warm-started; Q ← R to repeat it)
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

  private static final String M = "momentum";
  private static final String Q = "q";

  /** Begins a {@code Dion} whose hyper-parameters have their defaults. */
  public static DionBuilder builder() {
    return new DionBuilder();
  }

  /** Dion on hidden filters and matrices, AdamW on the rest. */
  public static List<Preset> presets() {
    EnumSet<Role> hidden = EnumSet.of(Role.CONV, Role.MATRIX);
    return List.of(
        new Preset(
            "dion",
            "low-rank orthogonalised momentum on hidden matrices, AdamW on the rest",
            List.of(
                new Preset.Slot("", hidden, Dion.class, Map.of()),
                new Preset.Slot(
                    "rest", EnumSet.complementOf(hidden), AdamW.class, Map.of("lr", 1e-3)))));
  }

  @Override
  public void admit(Parameter parameter) {
    if (!parameter.isMatrix()) {
      throw new IllegalArgumentException(
          "dion cannot take '"
              + parameter.name()
              + "': it has fewer than two dimensions; give it to adam_w");
    }
  }

  @Override
  public List<Buffer> buffers(Parameter parameter) {
    long columnsOfB = isTransposed(parameter) ? parameter.rows() : parameter.columns();
    return List.of(
        Buffer.like(parameter, M),
        Buffer.gaussian(Q, parameter.blocks(), columnsOfB, rank(parameter)));
  }

  @Override
  public void update(ParameterState state, double lr) {
    Parameter parameter = state.parameter();
    boolean transposed = isTransposed(parameter);
    Tensor m = state.buffer(M);
    Tensor q = state.buffer(Q);
    // M ← M + G
    m.add_(state.gradient());
    // B = M or Mᵀ
    Tensor b = parameter.matrices(m);
    b = transposed ? b.transpose(1, 2) : b;
    // P = orthonormal basis of B·Q;  R = Bᵀ·P
    Tensor p = null;
    Tensor r = q;
    for (int i = 0; i < powerIterations; i++) {
      int iteration = i;
      p = qr.of(b.bmm(r), shape -> state.normal("sketch " + iteration, shape));
      r = b.transpose(1, 2).bmm(p);
    }
    // M ← M − (1 − μ)·P·Rᵀ
    m.sub_(shaped(p.bmm(r.transpose(1, 2)), transposed, m), new Scalar(1 - momentum));
    // Q ← R, each column over its norm
    Tensor norms =
        linalg_vector_norm(r, new Scalar(2.0), new long[] {1}, true, new ScalarTypeOptional());
    q.copy_(r.div(norms.add_(new Scalar(eps))));
    // X ← X(1 − ηλ)
    state.value().mul_(new Scalar(1 - lr * weightDecay));
    // X ← X − η·√(rows/columns)·P·Qᵀ
    double scale = Math.sqrt(parameter.rows() / (double) parameter.columns());
    state.value().sub_(shaped(p.bmm(q.transpose(1, 2)), transposed, m), new Scalar(lr * scale));
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

  private static Tensor shaped(Tensor product, boolean transposed, Tensor like) {
    return (transposed ? product.transpose(1, 2) : product).reshape_as(like);
  }
}
