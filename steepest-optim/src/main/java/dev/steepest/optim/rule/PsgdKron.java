package dev.steepest.optim.rule;

import static org.bytedeco.pytorch.global.torch.stack;

import dev.steepest.optim.Buffer;
import dev.steepest.optim.Knob;
import dev.steepest.optim.Numbers;
import dev.steepest.optim.Parameter;
import dev.steepest.optim.ParameterState;
import dev.steepest.optim.Preset;
import dev.steepest.optim.Rule;
import dev.steepest.optim.Source;
import dev.steepest.optim.linalg.MergedShape;
import dev.steepest.optim.linalg.ModeProduct;
import dev.steepest.optim.linalg.SpectralBound;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/**
 * Preconditioned SGD whose preconditioner QᵀQ is learned: Q is a Kronecker product of upper
 * triangular or diagonal matrices Q_d that whiten the momentum.
 *
 * <pre>
 *   M ← β₁M + (1 − β₁)G;  m = M/(1 − β₁ᵗ)
 *   when due, with probability p_t:
 *     v ~ N(0, I);  X = m + √ε·mean|m|·v, which replaces m          (or G + …, then m stays)
 *     A = X with Q_d applied along each d;  B = v with Q_d⁻ᵀ applied along each d
 *     T = A_(d)A_(d)ᵀ − B_(d)B_(d)ᵀ;  S = A_(d)A_(d)ᵀ + B_(d)B_(d)ᵀ
 *     Q_d ← Q_d − μ·triu(T)/‖S‖·Q_d        (diagonal: their diagonals, max|S|)
 *   U = m with Q_dᵀQ_d applied along each d;  U ← U·min(1, 1.1/rms(U))
 *   U ← U + λW for two dimensions or more
 *   W ← W − ηU
 * </pre>
 *
 * <p>‖S‖ is a lower bound of the spectral norm after one power iteration. p_t = p_max·exp(−c(t − 1
 * − t₀)) within [p_min, p_max]; as in the source no coin is tossed: an update is due as soon as
 * 1/p_t steps have passed since the last. Every 100 updates the factors are scaled to one largest
 * element, which leaves their product as it is.
 *
 * <p>Cost for an m×n matrix: 2mn(m + n) multiplications per step, and 3.5mn(m + n) + (m³ + n³)/2
 * for an update of the factors; state mn + m² + n². Nothing waits for the device, but v, one normal
 * number per weight and update of the factors, is drawn on the CPU, so that it is the same on every
 * device, and copied: on a GPU a transfer from the host of the weight's size. Six of 256², float32:
 * 1.8 ms each, 7 to 8 with an update of the factors, AdamW .08 (measured, 2 shared cores).
 */
@Source(
    title = "Preconditioned Stochastic Gradient Descent",
    authors = "Li",
    year = 2018,
    url = "https://arxiv.org/abs/1512.04202",
    algorithm = "Kron of evanatyourservice/kron_torch (kron.py), after lixilinx/psgd_torch",
    deviations =
        "probes depend on the seed, the parameter's name and the step only; factors are balanced every 100 updates,"
            + " not with probability 1/100; the momentum has the parameter's type")
public record PsgdKron(
    @Knob(symbol = "η", value = "3e-4", range = "(0, inf)", about = "learning rate") double lr,
    @Knob(symbol = "β₁", value = "0.9", range = "[0, 1)", about = "average of the gradients")
        double beta1,
    @Knob(
            symbol = "λ",
            value = "0",
            range = "[0, inf)",
            about = "weight decay of what is no vector, times the learning rate")
        double weightDecay,
    @Knob(
            symbol = "p_max",
            value = "1",
            range = "(0, 1]",
            about = "probability of an update of the factors at first")
        double updateMaxProbability,
    @Knob(
            symbol = "p_min",
            value = "0.03",
            range = "(0, 1]",
            about = "probability of an update of the factors at last",
            activeWith = "update_min_probability=0.4,update_flat_start=0,update_decay=5")
        double updateMinProbability,
    @Knob(
            symbol = "c",
            value = "0.001",
            range = "[0, inf)",
            about = "rate at which the probability falls",
            activeWith = "update_decay=0.2,update_flat_start=0")
        double updateDecay,
    @Knob(
            symbol = "t₀",
            value = "500",
            range = "[0, inf)",
            about = "steps before the probability falls",
            activeWith = "update_flat_start=2,update_decay=0.5")
        long updateFlatStart,
    @Knob(
            symbol = "max_size_triangular",
            value = "8192",
            range = "[0, inf)",
            about = "longer dimensions have a diagonal factor",
            activeWith = "max_size_triangular=13")
        long maxSizeTriangular,
    @Knob(
            symbol = "min_ndim_triangular",
            value = "2",
            range = "[0, inf)",
            about = "tensors of fewer dimensions have diagonal factors")
        long minNdimTriangular,
    @Knob(
            symbol = "memory_save_mode",
            value = "none",
            about = "which other dimensions have a diagonal factor")
        MemorySaveMode memorySaveMode,
    @Knob(
            symbol = "momentum_into_precond_update",
            value = "true",
            about = "whether the factors whiten the momentum or the gradient")
        boolean momentumIntoPrecondUpdate,
    @Knob(symbol = "μ", value = "0.1", range = "(0, 1]", about = "learning rate of the factors")
        double precondLr,
    @Knob(
            symbol = "precond_init_scale",
            value = "1",
            range = "(0, inf)",
            about = "Q's first diagonal")
        double precondInitScale,
    @Knob(
            symbol = "merge_dims",
            value = "true",
            about = "whether tensors of three dimensions or more become matrices")
        boolean mergeDims)
    implements Rule {

  /** Begins a {@code PsgdKron} whose hyper-parameters have their defaults. */
  public static PsgdKronBuilder builder() {
    return new PsgdKronBuilder();
  }

  /** Which dimensions have a diagonal factor whatever their size. */
  public enum MemorySaveMode {
    NONE,
    /** The longest, where it is longer than all others. */
    SMART_ONE_DIAG,
    /** The longest, the last of equals. */
    ONE_DIAG,
    ALL_DIAG
  }

  private static final double PROBE = Math.sqrt(0x1p-23); // √ε of float32, as the source
  private static final double LARGEST_RMS = 1.1; // as the source: whitened steps have about 1
  private static final double RMS_GUARD = 1e-12; // as the source
  private static final double SMALLEST_NORMAL = 0x1p-126; // float32; a bound of 0 divides nothing
  private static final int BALANCE_EVERY = 100; // updates; the source's mean

  private static final String M = "momentum";
  private static final String SINCE = "steps_since_update";
  private static final String UPDATES = "updates";

  /** PSGD on all weights; it does not decay vectors by itself. */
  public static List<Preset> presets() {
    return List.of(
        Preset.everywhere("psgd", "a learned Kronecker-factored preconditioner", PsgdKron.class));
  }

  @Override
  public List<Buffer> buffers(Parameter parameter) {
    long[] shape = shape(parameter);
    double scale = Math.pow(precondInitScale, 1.0 / shape.length);
    List<Buffer> all = new ArrayList<>();
    all.add(Buffer.zeros(M, shape));
    for (int d = 0; d < shape.length; d++) {
      long n = shape[d];
      all.add(
          isDiagonal(shape, d)
              ? Buffer.filled(factor(d), scale, n)
              : new Buffer(factor(d), List.of(n, n), Buffer.Fill.IDENTITY, scale));
    }
    return all;
  }

  @Override
  public Map<String, Double> numbers() {
    return Map.of(SINCE, 0.0, UPDATES, 0.0);
  }

  @Override
  public void count(Numbers numbers, long step, double lr) {
    double fallen = updateMaxProbability * Math.exp(-updateDecay * (step - 1 - updateFlatStart));
    double probability = Math.min(updateMaxProbability, Math.max(updateMinProbability, fallen));
    double since = numbers.get(SINCE) + 1;
    boolean due = since >= 1 / probability;
    // 0 says to this step's update that it is due.
    numbers.set(SINCE, due ? 0 : since);
    numbers.set(UPDATES, numbers.get(UPDATES) + (due ? 1 : 0));
  }

  @Override
  public void update(ParameterState p, double lr) {
    Tensor w = p.value();
    Tensor g = p.gradient().reshape(shape(p.parameter()));
    List<Tensor> factors = factors(p);
    Tensor momentum = p.buffer(M);
    // M ← β₁M + (1 − β₁)G; m = M/(1 − β₁ᵗ)
    momentum.mul_(new Scalar(beta1)).add_(g, new Scalar(1 - beta1));
    Tensor m = momentum.div(new Scalar(1 - Math.pow(beta1, p.step())));
    if (p.number(SINCE) == 0) {
      if (p.number(UPDATES) % BALANCE_EVERY == 0) {
        balance(factors);
      }
      // v ~ N(0, I); X = m + √ε·mean|m|·v, which replaces m
      Tensor v = p.normal("probe", shape(p.parameter()));
      Tensor x = momentumIntoPrecondUpdate ? m : g.clone();
      x.add_(v.mul(x.abs().mean().mul_(new Scalar(PROBE))));
      learn(factors, x, v);
    }
    // U = m with Q_dᵀQ_d applied along each d
    Tensor u = m;
    for (int d = 0; d < factors.size(); d++) {
      Tensor q = factors.get(d);
      u = q.dim() == 1 ? ModeProduct.scale(u, d, q.square()) : preconditioned(u, d, q);
    }
    // U ← U·min(1, 1.1/rms(U))
    Tensor rms = u.square().mean().sqrt_().add_(new Scalar(RMS_GUARD));
    u = u.mul(rms.reciprocal_().mul_(new Scalar(LARGEST_RMS)).clamp_max_(new Scalar(1.0)));
    u = u.reshape_as(w);
    // U ← U + λW
    if (weightDecay != 0 && w.dim() >= 2) {
      u = u.add(w, new Scalar(weightDecay));
    }
    // W ← W − ηU
    w.sub_(u, new Scalar(lr));
  }

  private static Tensor preconditioned(Tensor x, int d, Tensor q) {
    return ModeProduct.times(ModeProduct.times(x, d, q), d, q.t());
  }

  /** One step of the factors towards E[XXᵀ] = (QᵀQ)⁻¹ in the group's own geometry. */
  private void learn(List<Tensor> factors, Tensor x, Tensor v) {
    // A = X with Q_d applied along each d; B = v with Q_d⁻ᵀ applied along each d
    Tensor a = x;
    Tensor b = v;
    for (int d = 0; d < factors.size(); d++) {
      Tensor q = factors.get(d);
      boolean diagonal = q.dim() == 1;
      a = diagonal ? ModeProduct.scale(a, d, q) : ModeProduct.times(a, d, q);
      b = diagonal ? ModeProduct.unscale(b, d, q) : ModeProduct.solve(b, d, q);
    }
    for (int d = 0; d < factors.size(); d++) {
      Tensor q = factors.get(d);
      if (q.dim() == 1) {
        // Q_d ← Q_d − μ·T/max|S|·Q_d
        Tensor ofA = ModeProduct.gramDiagonal(a, d);
        Tensor ofB = ModeProduct.gramDiagonal(b, d);
        Tensor bound = ofA.add(ofB).amax().clamp_min_(new Scalar(SMALLEST_NORMAL));
        q.sub_(ofA.sub_(ofB).mul_(new Scalar(precondLr)).mul_(q.div(bound)));
      } else {
        // Q_d ← Q_d − μ·triu(T)/‖S‖·Q_d
        Tensor ofA = ModeProduct.gram(a, d);
        Tensor ofB = ModeProduct.gram(b, d);
        Tensor bound = SpectralBound.of(ofA.add(ofB)).clamp_min_(new Scalar(SMALLEST_NORMAL));
        Tensor t = ofA.sub_(ofB).triu().mul_(new Scalar(precondLr)).div_(bound);
        q.sub_(t.mm(q));
      }
    }
  }

  /** Scales all factors to one largest element; their product stays. */
  private static void balance(List<Tensor> factors) {
    if (factors.size() < 2) {
      return;
    }
    TensorVector largest = new TensorVector();
    factors.forEach(q -> largest.push_back(q.abs().amax()));
    Tensor norms = stack(largest, 0);
    Tensor scales = norms.log().mean().exp_().div(norms);
    for (int d = 0; d < factors.size(); d++) {
      factors.get(d).mul_(scales.select(0, d));
    }
  }

  private List<Tensor> factors(ParameterState p) {
    List<Tensor> factors = new ArrayList<>();
    for (int d = 0; d < shape(p.parameter()).length; d++) {
      factors.add(p.buffer(factor(d)));
    }
    return factors;
  }

  private boolean isDiagonal(long[] shape, int d) {
    return shape[d] == 1
        || shape[d] > maxSizeTriangular
        || shape.length < minNdimTriangular
        || isSaved(shape, d);
  }

  private boolean isSaved(long[] shape, int d) {
    int longest = 0;
    boolean alone = true;
    for (int i = 1; i < shape.length; i++) {
      if (shape[i] >= shape[longest]) {
        alone = shape[i] > shape[longest];
        longest = i;
      }
    }
    return switch (memorySaveMode) {
      case NONE -> false;
      case SMART_ONE_DIAG -> d == longest && alone && shape.length > 1;
      case ONE_DIAG -> d == longest;
      case ALL_DIAG -> true;
    };
  }

  /** A scalar is a vector of one. */
  private long[] shape(Parameter parameter) {
    long[] own = parameter.tensor().sizes().vec().get();
    if (own.length == 0) {
      return new long[] {1};
    }
    return mergeDims && own.length > 2 ? MergedShape.toMatrix(own) : own;
  }

  private static String factor(int d) {
    return "q_" + d;
  }
}
