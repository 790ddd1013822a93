package dev.steepest.optim.rule;

import dev.steepest.optim.Buffer;
import dev.steepest.optim.Knob;
import dev.steepest.optim.Parameter;
import dev.steepest.optim.ParameterState;
import dev.steepest.optim.Preset;
import dev.steepest.optim.Rule;
import dev.steepest.optim.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Adaptive steps whose second moment is kept as row and column sums: a matrix of r × c weights
 * costs r + c numbers of state.
 *
 * <pre>
 *   ρ = min(η, 1/√t)   (capped)   or   min(ηt/10⁴, 1/√t)   (warming)   or   η   (fixed)
 *   α = max(ε₂, RMS(W))·ρ   or   ρ
 *   β̂₂ = 1 − t^γ
 *   R ← β̂₂R + (1 − β̂₂)·rowmeans(G² + ε₁)
 *   C ← β̂₂C + (1 − β̂₂)·columnmeans(G² + ε₁)
 *   V = RC/mean(R);   V ← β̂₂V + (1 − β̂₂)(G² + ε₁) where not factored
 *   U = G/√V
 *   U ← α·U/max(1, RMS(U)/d)
 *   M ← β₁M + (1 − β₁)U
 *   W ← W − λρW   or   W − λαW
 *   W ← W − M
 * </pre>
 */
@Source(
    title = "Adafactor: Adaptive Learning Rates with Sublinear Memory Cost",
    authors = "Shazeer, Stern",
    year = 2018,
    url = "https://arxiv.org/abs/1804.04235",
    algorithm =
        "Algorithms 4 and 5, as torch.optim.Adafactor (torch/optim/_adafactor.py); timm/optim/adafactor.py by knobs:"
            + " eps_form=added, factoring=channels, min_dim=16, decay=by_step, and step_size=fixed with"
            + " scale_parameter=false where timm has an outer learning rate",
    deviations =
        "torch's decay is by η, not by ρ; a floor that underflows is raised to the smallest normal number; a matrix"
            + " with a side of one is not factored by default, as nothing would be saved")
public record Adafactor(
    @Knob(
            symbol = "ρ",
            value = "0.01",
            range = "(0, inf)",
            about =
                "learning rate: relative to the weights' size where the parameter's scale counts")
        double lr,
    @Knob(symbol = "ρₜ", value = "capped", about = "how the learning rate moves by itself")
        StepSize stepSize,
    @Knob(
            symbol = "α",
            value = "true",
            about = "multiply the step by the root mean square of the weights")
        boolean scaleParameter,
    @Knob(
            symbol = "ε₂",
            value = "1e-3",
            range = "(0, inf)",
            about = "least size that weights count with")
        double eps2,
    @Knob(
            symbol = "γ",
            value = "-0.8",
            range = "(-inf, 0]",
            about = "power of the step number that is the newest square's share of the average")
        double beta2Decay,
    @Knob(
            symbol = "ε₁",
            value = "1e-30",
            range = "(0, inf)",
            about = "guard of the second moment",
            activeWith = "eps_form=added")
        double eps1,
    @Knob(
            symbol = "ε₁",
            value = "machine_floor",
            about = "how the second moment is guarded; matters for tiny gradients",
            activeWith = "eps1=0.5")
        EpsForm epsForm,
    @Knob(
            symbol = "d",
            value = "1",
            range = "(0, inf]",
            about = "largest root mean square of an update before the learning rate; inf for any")
        double clipThreshold,
    @Knob(
            symbol = "β₁",
            value = "0",
            range = "[0, 1)",
            about = "decay of the first moment; 0 keeps none")
        double beta1,
    @Knob(
            symbol = "caution",
            value = "false",
            about =
                "drop what the gradient speaks against and scale up the rest; without a first moment, only elements"
                    + " whose gradient is 0 are dropped",
            activeWith = "beta1=0.9")
        boolean caution,
    @Knob(symbol = "λ", value = "0", range = "[0, inf)", about = "weight decay") double weightDecay,
    @Knob(
            symbol = "λ",
            value = "by_rate",
            about = "what the decay is multiplied by",
            activeWith = "weight_decay=0.1")
        Decay decay,
    @Knob(symbol = "R, C", value = "trailing", about = "which two dimensions are rows and columns")
        Factoring factoring,
    @Knob(
            symbol = "n",
            value = "1",
            range = "[0, inf)",
            about = "both of these dimensions must be larger, else nothing is factored")
        long minDim)
    implements Rule {

  /** Begins a {@code Adafactor} whose hyper-parameters have their defaults. */
  public static AdafactorBuilder builder() {
    return new AdafactorBuilder();
  }

  /** How the learning rate moves by itself. */
  public enum StepSize {
    /** min(η, 1/√t) */
    CAPPED,
    /** min(ηt/10⁴, 1/√t): fairseq's warm-up, 10⁻⁶t at η = .01. */
    WARMING,
    /** η */
    FIXED
  }

  /** How the second moment is kept from zero. */
  public enum EpsForm {
    /** G² + ε₁: the paper and timm. */
    ADDED,
    /** V is at least ε₁², the mean of R at least ε₁: torch with a number. */
    FLOOR,
    /** The same with the number type's own rounding for ε₁: torch without one. */
    MACHINE_FLOOR
  }

  /** What the decay is multiplied by. */
  public enum Decay {
    /** η: torch. */
    BY_RATE,
    /** α, the step's own size: timm. */
    BY_STEP
  }

  /** The dimensions that are factored. */
  public enum Factoring {
    /** The last two: torch. */
    TRAILING,
    /** Outputs and inputs of a filter where both are larger than n, else the last two: timm. */
    CHANNELS
  }

  /**
   * A pair of dimensions.
   *
   * @param row index of the dimension along which rows are counted
   * @param column the same of columns; larger
   */
  private record Sides(int row, int column) {}

  private static final double WARMUP = 1e4; // fairseq: 10⁻⁶t against the 10⁻² that it rises to
  private static final double LEAST_KEPT =
      1e-3; // timm: share of elements that caution scales up by

  private static final String R = "row_mean_square";
  private static final String C = "column_mean_square";
  private static final String V = "second_moment";
  private static final String M = "first_moment";

  /** Adafactor on all weights; norm weights and biases are not decayed. */
  public static List<Preset> presets() {
    return List.of(
        Preset.everywhere(
            "adafactor", "adaptive steps with a factored second moment", Adafactor.class));
  }

  @Override
  public List<Buffer> buffers(Parameter parameter) {
    List<Buffer> buffers = new ArrayList<>();
    Optional<Sides> sides = sides(parameter.tensor());
    if (sides.isPresent()) {
      long[] shape = parameter.tensor().sizes().vec().get();
      buffers.add(Buffer.zeros(R, without(shape, sides.get().column())));
      buffers.add(Buffer.zeros(C, without(shape, sides.get().row())));
    } else {
      buffers.add(Buffer.like(parameter, V));
    }
    if (beta1 > 0) {
      buffers.add(Buffer.like(parameter, M));
    }
    return buffers;
  }

  @Override
  public void update(ParameterState p, double lr) {
    Tensor w = p.value();
    // α = max(ε₂, RMS(W))·ρ
    Tensor size =
        scaleParameter ? rootMeanSquare(w).clamp_min_(new Scalar(eps2)) : w.new_ones(new long[0]);
    Tensor alpha = size.mul_(new Scalar(rho(lr, p.step())));
    // U = G/√V
    Tensor u = normalised(p, new Scalar(Math.pow(p.step(), beta2Decay)));
    // U ← α·U/max(1, RMS(U)/d)
    Tensor excess = rootMeanSquare(u).div_(new Scalar(clipThreshold)).clamp_min_(new Scalar(1.0));
    u.mul_(alpha.div(excess));
    if (beta1 > 0) {
      // M ← β₁M + (1 − β₁)U
      u = p.buffer(M).mul_(new Scalar(beta1)).add_(u, new Scalar(1 - beta1));
    }
    if (caution) {
      u = cautious(u, p.gradient());
    }
    // W ← W − λρW
    if (weightDecay != 0) {
      if (decay == Decay.BY_RATE) {
        w.mul_(new Scalar(1 - lr * weightDecay));
      } else {
        w.sub_(w.mul(alpha), new Scalar(weightDecay));
      }
    }
    // W ← W − M
    w.sub_(u);
  }

  private double rho(double lr, long t) {
    return switch (stepSize) {
      case CAPPED -> Math.min(lr, 1 / Math.sqrt(t));
      case WARMING -> Math.min(lr * t / WARMUP, 1 / Math.sqrt(t));
      case FIXED -> lr;
    };
  }

  /** U of the formulas above, and what leads to it; {@code share} is 1 − β̂₂. */
  private Tensor normalised(ParameterState p, Scalar share) {
    Tensor g = p.gradient();
    Tensor squares = g.square();
    if (epsForm == EpsForm.ADDED) {
      squares.add_(new Scalar(eps1));
    }
    Optional<Sides> sides = sides(g);
    if (sides.isEmpty()) {
      // V ← β̂₂V + (1 − β̂₂)(G² + ε₁)
      Tensor v = p.buffer(V).lerp_(squares, share);
      return (epsForm == EpsForm.ADDED ? v : v.clamp_min(floor(v))).rsqrt().mul_(g);
    }
    // R ← β̂₂R + (1 − β̂₂)·rowmeans(G² + ε₁)
    Tensor r = p.buffer(R).lerp_(mean(squares, sides.get().column()), share);
    // C ← β̂₂C + (1 − β̂₂)·columnmeans(G² + ε₁)
    Tensor c = p.buffer(C).lerp_(mean(squares, sides.get().row()), share);
    Tensor total = mean(r, sides.get().row());
    if (epsForm == EpsForm.ADDED) {
      // The roots of both factors, for RC may underflow where V does not.
      return r.div(total).rsqrt_().mul(c.rsqrt()).mul_(g);
    }
    // V = RC/mean(R)
    Tensor v = r.mul(c).div_(total.clamp_min_(new Scalar(guard(r))));
    return v.clamp_min_(floor(v)).rsqrt_().mul_(g);
  }

  /** ε₁ of the floors. */
  private double guard(Tensor like) {
    return epsForm == EpsForm.MACHINE_FLOOR ? (isDouble(like) ? 0x1p-52 : 0x1p-23) : eps1;
  }

  /** ε₁², or the smallest normal number: the root of what is below is infinite. */
  private Scalar floor(Tensor like) {
    double least = isDouble(like) ? Double.MIN_NORMAL : Float.MIN_NORMAL;
    return new Scalar(Math.max(guard(like) * guard(like), least));
  }

  private static boolean isDouble(Tensor tensor) {
    return tensor.scalar_type().intern() == ScalarType.Double;
  }

  /**
   * M where it agrees with G in sign, scaled up by the share of such elements (arXiv 2411.16085).
   */
  private static Tensor cautious(Tensor m, Tensor g) {
    Tensor agrees = m.mul(g).gt(new Scalar(0.0)).to(m.scalar_type().intern());
    Tensor share = agrees.mean().clamp_min_(new Scalar(LEAST_KEPT));
    return agrees.mul_(m).div_(share);
  }

  private static Tensor rootMeanSquare(Tensor x) {
    return x.norm().div_(new Scalar(Math.sqrt(x.numel())));
  }

  private static Tensor mean(Tensor x, int dimension) {
    return x.mean(new long[] {dimension}, true, new ScalarTypeOptional());
  }

  private static long[] without(long[] shape, int dimension) {
    long[] kept = shape.clone();
    kept[dimension] = 1;
    return kept;
  }

  /** The dimensions that are factored, where any are. */
  private Optional<Sides> sides(Tensor tensor) {
    int dims = (int) tensor.dim();
    if (factoring == Factoring.CHANNELS && dims > 2 && isLarge(tensor, 0, 1)) {
      return Optional.of(new Sides(0, 1));
    }
    if (dims >= 2 && isLarge(tensor, dims - 2, dims - 1)) {
      return Optional.of(new Sides(dims - 2, dims - 1));
    }
    return Optional.empty();
  }

  private boolean isLarge(Tensor tensor, int row, int column) {
    return tensor.size(row) > minDim && tensor.size(column) > minDim;
  }
}
