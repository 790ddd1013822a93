package dev.steepest.optim.rule;

import static org.bytedeco.pytorch.global.torch.maximum_out;

import dev.steepest.optim.Batch;
import dev.steepest.optim.Buffer;
import dev.steepest.optim.Knob;
import dev.steepest.optim.Parameter;
import dev.steepest.optim.ParameterState;
import dev.steepest.optim.Preset;
import dev.steepest.optim.Role;
import dev.steepest.optim.Rule;
import dev.steepest.optim.Source;
import dev.steepest.optim.linalg.NormGuard;
import dev.steepest.optim.linalg.Orthogonalizer;
import dev.steepest.optim.linalg.Precision;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * A gradient freed of part of its noise by the one before it, then one of three ordinary steps.
 *
 * <pre>
 *   c = g + γ·β₁/(1 − β₁)·(g − g₋₁)
 *   c ← c/max(1, ‖c‖)
 *   m ← β₁m + (1 − β₁)c
 *   v ← β₂v + (1 − β₂)c²
 *   θ ← θ − η(λθ + m̂/(√v̂ + ε))                        (AdamW)
 *   θ ← θ − η(λθ + sign(m))                             (Lion)
 *   θ ← θ − η(λθ + √max(1, r/c)·NS(m/(1 − β₁)))         (Shampoo)
 * </pre>
 *
 * What is no matrix takes AdamW's step by g itself, with the hyper-parameters whose names begin
 * with rest.
 */
@Source(
    title = "MARS: Unleashing the Power of Variance Reduction for Training Large Models",
    authors = "Yuan, Liu, Wu, Zhou, Gu",
    year = 2024,
    url = "https://arxiv.org/abs/2411.10438",
    algorithm = "Algorithm 2 with AdamW, Lion or Shampoo, as AGI-Arena/MARS mars.py",
    deviations =
        "the approximate form, with the gradient before instead of the present batch's gradient at the weights before;"
            + " matrices are what has two dimensions, as in the code, so filters are none")
public record Mars(
    @Knob(symbol = "η", value = "3e-3", range = "(0, inf)", about = "learning rate") double lr,
    @Knob(symbol = "β₁", value = "0.95", range = "[0, 1)", about = "decay of the first moment")
        double beta1,
    @Knob(symbol = "β₂", value = "0.99", range = "[0, 1)", about = "decay of the second moment")
        double beta2,
    @Knob(
            symbol = "ε",
            value = "1e-8",
            range = "(0, inf)",
            about = "added to the root of the second moment, and to the norm before NS")
        double eps,
    @Knob(
            symbol = "λ",
            value = "0",
            range = "[0, inf)",
            about = "weight decay, times the learning rate")
        double weightDecay,
    @Knob(
            symbol = "AMSGrad",
            value = "false",
            about = "use the largest second moment so far; matters once it falls",
            activeWith = "beta2=0.5")
        boolean amsgrad,
    @Knob(symbol = "γ", value = "0.025", range = "[0, inf)", about = "strength of the correction")
        double gamma,
    @Knob(symbol = "H", value = "adamw", about = "the step that is taken with what is corrected")
        Base base,
    @Knob(symbol = "scope", value = "matrices", about = "which parameters are corrected")
        Scope scope,
    @Knob(
            symbol = "dtype",
            value = "bfloat16",
            about = "number type of NS",
            activeWith = "base=shampoo")
        Precision precision,
    @Knob(
            symbol = "η₁",
            value = "3e-3",
            range = "(0, inf)",
            about = "learning rate of what is not corrected; the schedule moves it too")
        double restLr,
    @Knob(
            symbol = "β₁",
            value = "0.9",
            range = "[0, 1)",
            about = "decay of the first moment of what is not corrected")
        double restBeta1,
    @Knob(
            symbol = "β₂",
            value = "0.95",
            range = "[0, 1)",
            about = "decay of the second moment of what is not corrected")
        double restBeta2,
    @Knob(
            symbol = "λ",
            value = "0.1",
            range = "[0, inf)",
            about = "weight decay of what is not corrected")
        double restWeightDecay)
    implements Rule {

  /** Begins a {@code Mars} whose hyper-parameters have their defaults. */
  public static MarsBuilder builder() {
    return new MarsBuilder();
  }

  /** The step that is taken with the corrected gradient. */
  public enum Base {
    ADAMW,
    LION,
    /** Orthogonalised momentum for matrices, AdamW's step for the rest. */
    SHAMPOO
  }

  /** What is corrected; the rest is AdamW's. */
  public enum Scope {
    MATRICES,
    ALL
  }

  private static final int ITERATIONS = 5; // mars.py; the quintic of Muon
  private static final double LARGEST = 1; // mars.py: norm of a corrected gradient

  private static final String M = "first_moment";
  private static final String V = "second_moment";
  private static final String V_MAX = "second_moment_max";
  private static final String LAST = "last_gradient";

  /**
   * MARS-AdamW on all matrices, AdamW with settings of its own on the rest. Whatever step hidden
   * weights take, embeddings, first and last layers take AdamW's, which matters for Shampoo: their
   * rows and columns are not of one kind.
   */
  public static List<Preset> presets() {
    EnumSet<Role> ends = EnumSet.of(Role.INPUT, Role.EMBEDDING, Role.HEAD);
    return List.of(
        new Preset(
            "mars",
            "AdamW on variance-reduced gradients of matrices; the keys that begin with rest_ are for the rest",
            List.of(
                new Preset.Slot("", EnumSet.complementOf(ends), Mars.class, Map.of()),
                new Preset.Slot(
                    "ends", ends, Mars.class, Map.of("base", "adamw"), Preset.Defaults.MAIN))));
  }

  @Override
  public List<Buffer> buffers(Parameter parameter) {
    List<Buffer> buffers = new ArrayList<>(List.of(Buffer.like(parameter, M)));
    if (isCorrected(parameter)) {
      buffers.add(Buffer.like(parameter, LAST));
    }
    if (hasSecondMoment(parameter)) {
      buffers.add(Buffer.like(parameter, V));
      if (amsgrad) {
        buffers.add(Buffer.like(parameter, V_MAX));
      }
    }
    return buffers;
  }

  @Override
  public void update(ParameterState p, double lr) {
    move(List.of(p), lr);
  }

  @Override
  public void step(Batch batch, double lr) {
    move(batch.members(), lr);
  }

  private void move(List<ParameterState> members, double lr) {
    List<ParameterState> matrices = new ArrayList<>();
    for (ParameterState p : members) {
      if (!isCorrected(p.parameter())) {
        // θ ← θ − η₁(λ₁θ + m̂/(√v̂ + ε)) by g itself
        double rate = restLr * (lr / lr());
        p.buffer(M).mul_(new Scalar(restBeta1)).add_(p.gradient(), new Scalar(1 - restBeta1));
        adam(p, p.gradient(), rate, restWeightDecay, restBeta1, restBeta2);
        continue;
      }
      Tensor c = corrected(p);
      // m ← β₁m + (1 − β₁)c
      Tensor m = p.buffer(M).mul_(new Scalar(beta1)).add_(c, new Scalar(1 - beta1));
      if (hasSecondMoment(p.parameter())) {
        adam(p, c, lr, weightDecay, beta1, beta2);
      } else if (base == Base.LION) {
        // θ ← θ − η(λθ + sign(m))
        decay(p, lr, weightDecay).sub_(m.sign(), new Scalar(lr));
      } else {
        matrices.add(p);
      }
    }
    orthogonal(matrices, lr);
  }

  /** c of the formulas above; the gradient is kept for the next step. */
  private Tensor corrected(ParameterState p) {
    Tensor g = p.gradient();
    Tensor last = p.buffer(LAST);
    // c = g + γ·β₁/(1 − β₁)·(g − g₋₁)
    Tensor c = g.sub(last).mul_(new Scalar(gamma * (beta1 / (1 - beta1)))).add_(g);
    last.copy_(g);
    // c ← c/max(1, ‖c‖)
    return c.div_(c.norm().clamp_min_(new Scalar(LARGEST)));
  }

  /** AdamW's step from a first moment that already holds this step's gradient. */
  private void adam(ParameterState p, Tensor c, double lr, double decay, double b1, double b2) {
    // v ← β₂v + (1 − β₂)c²
    Tensor v = p.buffer(V).mul_(new Scalar(b2)).addcmul_(c, c, new Scalar(1 - b2));
    Tensor second = amsgrad ? maximum_out(p.buffer(V_MAX), p.buffer(V_MAX), v) : v;
    // θ ← θ − η(λθ + m̂/(√v̂ + ε))
    double root = Math.sqrt(1 - Math.pow(b2, p.step()));
    Tensor denominator = second.sqrt().div_(new Scalar(root)).add_(new Scalar(eps));
    Scalar minusRate = new Scalar(-lr / (1 - Math.pow(b1, p.step())));
    decay(p, lr, decay).addcdiv_(p.buffer(M), denominator, minusRate);
  }

  /** θ ← θ − η(λθ + √max(1, r/c)·NS(m/(1 − β₁))) */
  private void orthogonal(List<ParameterState> members, double lr) {
    List<Tensor> averages = new ArrayList<>();
    for (ParameterState p : members) {
      averages.add(p.parameter().matrices(p.buffer(M).div(new Scalar(1 - beta1))));
    }
    Orthogonalizer ns =
        new Orthogonalizer(
            Orthogonalizer.Method.QUINTIC, ITERATIONS, eps, NormGuard.ADD, precision);
    List<Tensor> directions = ns.applyAll(averages);
    for (int i = 0; i < members.size(); i++) {
      ParameterState p = members.get(i);
      Parameter parameter = p.parameter();
      double ratio = parameter.rows() / (double) parameter.columns();
      decay(p, lr, weightDecay)
          .sub_(
              directions.get(i).reshape_as(p.value()),
              new Scalar(lr * Math.sqrt(Math.max(1, ratio))));
    }
  }

  /** θ(1 − ηλ), in place. */
  private static Tensor decay(ParameterState p, double lr, double decay) {
    return p.value().mul_(new Scalar(1 - lr * decay));
  }

  private boolean isCorrected(Parameter parameter) {
    return scope == Scope.ALL || parameter.tensor().dim() == 2;
  }

  private boolean hasSecondMoment(Parameter parameter) {
    return !isCorrected(parameter)
        || base == Base.ADAMW
        || (base == Base.SHAMPOO && parameter.tensor().dim() != 2);
  }
}
