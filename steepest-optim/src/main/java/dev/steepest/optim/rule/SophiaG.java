package dev.steepest.optim.rule;

import dev.steepest.optim.Buffer;
import dev.steepest.optim.ElementWise;
import dev.steepest.optim.Elements;
import dev.steepest.optim.Knob;
import dev.steepest.optim.Parameter;
import dev.steepest.optim.ParameterState;
import dev.steepest.optim.Preset;
import dev.steepest.optim.Rule;
import dev.steepest.optim.Source;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;

/**
 * Momentum over an estimate of the curvature, element by element, clipped.
 *
 * <pre>
 *   before step 1, 1 + k, 1 + 2k, …, with ĝ the gradient of the mean loss of B labels that are
 *   drawn from the model's predictions:
 *   h ← β₂h + (1 − β₂)ĝ²
 *
 *   θ ← θ(1 − ηλ)
 *   m ← β₁m + (1 − β₁)g
 *   θ ← θ − η·clip(m/(ρBh + ε), 1)
 * </pre>
 *
 * <p>B·ĝ² is the Gauss–Newton–Bartlett estimate; B stands in the denominator only. Until the first
 * estimate h is 0 and a step is η·sign(m).
 */
@Source(
    title = "Sophia: A Scalable Stochastic Second-order Optimizer for Language Model Pre-training",
    authors = "Liu, Li, Hall, Liang, Ma",
    year = 2023,
    url = "https://arxiv.org/abs/2305.14342",
    algorithm = "Algorithm 3 with the estimator of Algorithm 2, as class SophiaG of sophia.py",
    deviations =
        "ρ and B as in the code's first form (commit a7e1572); its later form has γ instead")
public record SophiaG(
    @Knob(
            symbol = "η",
            value = "1e-4",
            range = "(0, inf)",
            about = "learning rate: the largest change")
        double lr,
    @Knob(symbol = "β₁", value = "0.965", range = "[0, 1)", about = "decay of the momentum")
        double beta1,
    @Knob(symbol = "β₂", value = "0.99", range = "[0, 1)", about = "decay of the curvature")
        double beta2,
    @Knob(
            symbol = "ρ",
            value = "0.04",
            range = "[0, inf)",
            about = "weight of the curvature; less of it means more clipping")
        double rho,
    @Knob(
            symbol = "B",
            value = "5120",
            range = "[1, inf)",
            about = "number of drawn labels, over whose mean the curvature's gradient is taken")
        long batchSize,
    @Knob(
            symbol = "k",
            value = "10",
            range = "[1, inf)",
            about = "steps between two estimates of the curvature")
        long every,
    @Knob(
            symbol = "λ",
            value = "0.1",
            range = "[0, inf)",
            about = "weight decay, times the learning rate")
        double weightDecay)
    implements ElementWise, Rule.Curvature {

  /** Begins a {@code SophiaG} whose hyper-parameters have their defaults. */
  public static SophiaGBuilder builder() {
    return new SophiaGBuilder();
  }

  private static final String M = "momentum";
  private static final String H = "curvature";

  private static final double EPS = 1e-15; // ε, as in the code

  /** Sophia-G on all weights; norm weights and biases are not decayed. */
  public static List<Preset> presets() {
    return List.of(
        Preset.everywhere(
            "sophia_g", "clipped momentum over a Gauss–Newton diagonal", SophiaG.class));
  }

  @Override
  public List<Buffer> buffers(Parameter parameter) {
    return List.of(Buffer.like(parameter, M), Buffer.like(parameter, H));
  }

  @Override
  public void observe(ParameterState p) {
    Tensor drawn = p.gradient();
    // h ← β₂h + (1 − β₂)ĝ²
    p.buffer(H).mul_(new Scalar(beta2)).addcmul_(drawn, drawn, new Scalar(1 - beta2));
  }

  @Override
  public void update(Elements x, double lr) {
    // θ ← θ(1 − ηλ)
    x.value().mul_(new Scalar(1 - lr * weightDecay));
    // m ← β₁m + (1 − β₁)g
    Tensor m = x.buffer(M).lerp_(x.gradient(), new Scalar(1 - beta1));
    // θ ← θ − η·clip(m/(ρBh + ε), 1)
    Tensor newton = m.div(x.buffer(H).mul(new Scalar(rho * batchSize)).add_(new Scalar(EPS)));
    x.value()
        .sub_(
            newton.clamp_(
                new ScalarOptional(new Scalar(-1.0)), new ScalarOptional(new Scalar(1.0))),
            new Scalar(lr));
  }
}
