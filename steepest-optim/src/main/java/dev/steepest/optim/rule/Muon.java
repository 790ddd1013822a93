package dev.steepest.optim.rule;

import dev.steepest.optim.Batch;
import dev.steepest.optim.Buffer;
import dev.steepest.optim.Knob;
import dev.steepest.optim.Parameter;
import dev.steepest.optim.ParameterState;
import dev.steepest.optim.Preset;
import dev.steepest.optim.Rule;
import dev.steepest.optim.Source;
import dev.steepest.optim.linalg.NormGuard;
import dev.steepest.optim.linalg.Orthogonalizer;
import dev.steepest.optim.linalg.Precision;
import dev.steepest.optim.linalg.Prescaling;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Momentum, orthogonalised: every direction of a hidden matrix moves by the same amount.
 *
 * <pre>
 *   M ← μM + (1 − μ)G   (EMA)   or   μM + G   (sum)
 *   U = (1 − μ)G + μM   (EMA)   or   G + μM   (sum) with Nesterov, else M
 *   O = orthogonalise(U), filters flattened to (out, in·kh·kw) or taken apart, fused matrices apart
 *   W ← W·√out/‖W‖_F (airbench), fused matrices apart
 *   W ← W(1 − ηλ)
 *   W ← W − η·scale·O
 * </pre>
 *
 * <p>Beside its state a step holds U, O and the work of the iteration of one stack: of one large
 * matrix, or of all matrices of a shape that are small or on a GPU.
 */
@Source(
    title = "Muon: An optimizer for hidden layers in neural networks",
    authors = "Jordan, Jin, Boza, You, Cesista, Newhouse, Bernstein",
    year = 2024,
    url = "https://kellerjordan.github.io/posts/muon/",
    algorithm =
        "KellerJordan/Muon muon.py; variants of cifar10-airbench, Moonlight, microsoft/dion and torch by knobs",
    deviations =
        "filters are scaled by their flattened shape; the original takes the kernel's sides, which is 1 for square"
            + " kernels (scale=kernel_sides)")
public record Muon(
    @Knob(symbol = "η", value = "0.02", range = "(0, inf)", about = "learning rate") double lr,
    @Knob(symbol = "μ", value = "0.95", range = "[0, 1)", about = "momentum") double momentum,
    @Knob(
            symbol = "M",
            value = "ema",
            about = "average or sum of the gradients: the same direction but for eps",
            activeWith = "precision=parameter")
        MomentumForm momentumForm,
    @Knob(symbol = "Nesterov", value = "true", about = "look ahead") boolean nesterov,
    @Knob(
            symbol = "λ",
            value = "0",
            range = "[0, inf)",
            about = "weight decay, times the unadjusted learning rate")
        double weightDecay,
    @Knob(
            symbol = "λ",
            value = "plain",
            about = "which weights decay",
            activeWith = "weight_decay=0.1")
        Decay decay,
    @Knob(symbol = "scale", value = "fan_ratio", about = "how the step depends on the shape")
        Scale scale,
    @Knob(symbol = "flatten", value = "flattened", about = "which matrices a filter is")
        Filters filters,
    @Knob(symbol = "NS", value = "quintic", about = "how to orthogonalise")
        Orthogonalizer.Method orthogonalization,
    @Knob(
            symbol = "s",
            value = "frobenius",
            about =
                "what brings singular values to at most 1; aol (Turbo-Muon) does the work of an iteration")
        Prescaling prescaling,
    @Knob(
            symbol = "n",
            value = "5",
            range = "[1, 100]",
            about = "iterations; the exact method has none")
        long nsSteps,
    @Knob(
            symbol = "ε",
            value = "1e-7",
            range = "(0, 1)",
            about = "guard of the division by the norm",
            activeWith = "precision=parameter")
        double eps,
    @Knob(
            symbol = "ε",
            value = "add",
            about = "how the guard is meant",
            activeWith = "precision=parameter")
        NormGuard epsForm,
    @Knob(symbol = "dtype", value = "bfloat16", about = "number type of the iteration")
        Precision precision,
    @Knob(
            symbol = "‖W‖",
            value = "free",
            about = "whether each weight's norm is reset before the step")
        WeightNorm weightNorm)
    implements Rule {

  /** How gradients add up. */
  public enum MomentumForm {
    EMA,
    SUM;

    /** U of the formulas above; changes {@code m}, and may be it. */
    Tensor direction(Tensor m, Tensor g, double momentum, boolean nesterov) {
      if (this == EMA) {
        // M ← μM + (1 − μ)G; U = (1 − μ)G + μM
        m.lerp_(g, new Scalar(1 - momentum));
        return nesterov ? g.lerp(m, new Scalar(momentum)) : m;
      }
      // M ← μM + G; U = G + μM
      m.mul_(new Scalar(momentum)).add_(g);
      return nesterov ? g.add(m, new Scalar(momentum)) : m;
    }
  }

  /** Which elements decay. */
  public enum Decay {
    PLAIN,
    /** Only those that the step moves towards zero. */
    CAUTIOUS;

    /** Shrinks {@code w}, from which {@code o} is about to be subtracted, by {@code share}. */
    void apply(Tensor w, Tensor o, double share) {
      if (share != 0) {
        Tensor decayed = this == PLAIN ? w : w.mul(w.mul(o).ge(new Scalar(0.0)));
        w.sub_(decayed, new Scalar(share));
      }
    }
  }

  /**
   * The factor of the orthogonal direction; r and c are rows and columns of the flattened matrix.
   */
  public enum Scale {
    /** √max(1, r/c) */
    FAN_RATIO,
    /**
     * √max(1, second last size / last size) of the tensor as it is: the original, kernel sides for
     * a filter.
     */
    KERNEL_SIDES,
    /** √max(r, c) */
    MAX_SIDE,
    /** .2·√max(r, c): about AdamW's root mean square (Moonlight). */
    MATCH_ADAMW,
    /** √(r/c) */
    SPECTRAL,
    /** 1 */
    NONE;

    double of(Parameter parameter) {
      return of(parameter.rows(), parameter.columns(), parameter.tensor());
    }

    /** The factor for r×c matrices of {@code tensor}. */
    double of(double r, double c, Tensor tensor) {
      return switch (this) {
        case FAN_RATIO -> Math.sqrt(Math.max(1, r / c));
        case KERNEL_SIDES -> Math.sqrt(Math.max(1, tensor.size(-2) / (double) tensor.size(-1)));
        case MAX_SIDE -> Math.sqrt(Math.max(r, c));
        case MATCH_ADAMW ->
            0.2 * Math.sqrt(Math.max(r, c)); // measured by Moonlight (arXiv 2502.16982)
        case SPECTRAL -> Math.sqrt(r / c);
        case NONE -> 1;
      };
    }
  }

  /** What happens to the norm of a weight. */
  public enum WeightNorm {
    FREE,
    /** ‖W‖_F is set to √out before each step (airbench), of each of several fused matrices. */
    RESET
  }

  private static final double TINY = 1e-30; // a weight of zeros stays zero

  private static final String M = "momentum";

  public Muon {
    if (filters == Filters.KERNEL_ROWS) {
      throw new IllegalArgumentException(
          "filters=kernel_rows means nothing to muon, which looks at no rows; use flattened or"
              + " stacked");
    }
  }

  /** Begins a {@code Muon} whose hyper-parameters have their defaults. */
  public static MuonBuilder builder() {
    return new MuonBuilder();
  }

  /** Muon on hidden filters and matrices, AdamW or, as in airbench94_muon.py, SGD on the rest. */
  public static List<Preset> presets() {
    return List.of(
        HiddenMatrices.preset(
            "muon", "orthogonalised momentum on hidden matrices, AdamW on the rest", Muon.class),
        HiddenMatrices.presetWithSgd(
            "muon-sgd", "orthogonalised momentum on hidden matrices, SGD on the rest", Muon.class));
  }

  @Override
  public void admit(Parameter parameter) {
    HiddenMatrices.admit("muon", parameter);
  }

  @Override
  public List<Buffer> buffers(Parameter parameter) {
    return List.of(Buffer.like(parameter, M));
  }

  @Override
  public void update(ParameterState p, double lr) {
    move(List.of(p), lr);
  }

  @Override
  public void step(Batch batch, double lr) {
    HiddenMatrices.eachStack(
        orthogonalizer(),
        batch.members(),
        p -> filters.matrices(p.parameter(), p.buffer(M)),
        stack -> move(stack, lr));
  }

  private Orthogonalizer orthogonalizer() {
    return new Orthogonalizer(orthogonalization, (int) nsSteps, eps, epsForm, precision)
        .with(prescaling);
  }

  private void move(List<ParameterState> members, double lr) {
    List<Tensor> directions = new ArrayList<>();
    for (ParameterState p : members) {
      Tensor u = momentumForm.direction(p.buffer(M), p.gradient(), momentum, nesterov);
      directions.add(filters.matrices(p.parameter(), u));
    }
    // O = orthogonalise(U)
    List<Tensor> orthogonal = orthogonalizer().applyAll(directions);
    for (int i = 0; i < members.size(); i++) {
      ParameterState p = members.get(i);
      Tensor w = p.value();
      Tensor o = orthogonal.get(i).reshape_as(w);
      // W ← W·√out/‖W‖_F
      if (weightNorm == WeightNorm.RESET) {
        w.mul_(
            p.parameter()
                .norms(w)
                .clamp_min_(new Scalar(TINY))
                .reciprocal_()
                .mul_(new Scalar(Math.sqrt(p.parameter().rows()))));
      }
      // W ← W(1 − ηλ)
      decay.apply(w, o, lr * weightDecay);
      // W ← W − η·scale·O
      w.sub_(o, new Scalar(lr * filters.factor(scale, p.parameter())));
    }
  }
}
