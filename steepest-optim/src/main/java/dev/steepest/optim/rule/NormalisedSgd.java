package dev.steepest.optim.rule;

import dev.steepest.optim.Buffer;
import dev.steepest.optim.Knob;
import dev.steepest.optim.Parameter;
import dev.steepest.optim.ParameterState;
import dev.steepest.optim.Preset;
import dev.steepest.optim.Role;
import dev.steepest.optim.Rule;
import dev.steepest.optim.Source;
import dev.steepest.optim.linalg.Triples;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Momentum of which only the direction counts: every matrix moves by the same length.
 *
 * <pre>
 *   M ← μM + G
 *   U = G + μM (Nesterov) or M
 *   W ← W/‖W‖_F (unit)
 *   W ← W − η·κ·U/(‖U‖_F + ε), fused matrices apart
 * </pre>
 *
 * <p>With {@code weight_norm=unit} and {@code step_length=quintic} it is what the Muon of
 * cifar10-airbench comes to on a weight of one row, where orthogonalisation finds a single singular
 * value: κ is what its three quintic iterations make of 1. Its weight is then hardly more than its
 * last step: the learning rate sets the weight's norm.
 */
@Source(
    title = "Momentum improves normalized SGD",
    authors = "Cutkosky, Mehta",
    year = 2020,
    url = "https://arxiv.org/abs/2002.03305",
    algorithm =
        "Algorithm 1 with κ = 1 and no Nesterov; Muon of KellerJordan/cifar10-airbench on a row by knobs",
    deviations =
        "each matrix has a norm of its own, not all parameters one; momentum is a sum, which has the same direction")
public record NormalisedSgd(
    @Knob(symbol = "η", value = "0.05", range = "(0, inf)", about = "learning rate") double lr,
    @Knob(symbol = "μ", value = "0.9", range = "[0, 1)", about = "momentum") double momentum,
    @Knob(symbol = "Nesterov", value = "true", about = "look ahead") boolean nesterov,
    @Knob(
            symbol = "ε",
            value = "1e-7",
            range = "(0, 1)",
            about = "guard of the division by the norm")
        double eps,
    @Knob(symbol = "κ", value = "one", about = "how long the step is, over the learning rate")
        StepLength stepLength,
    @Knob(
            symbol = "‖W‖",
            value = "free",
            about = "whether each weight's norm is reset before the step")
        WeightNorm weightNorm)
    implements Rule {

  /** Length of a step with a learning rate of 1. */
  public enum StepLength {
    /** 1 */
    ONE(1),
    /** What three iterations of Newton–Schulz with Muon's quintic make of a singular value of 1. */
    QUINTIC(Triples.QUINTIC.after(AIRBENCH_ITERATIONS, 1));

    private final double kappa;

    StepLength(double kappa) {
      this.kappa = kappa;
    }
  }

  /** What happens to the norm of a weight. */
  public enum WeightNorm {
    FREE,
    /** ‖W‖_F is set to 1 before each step. */
    UNIT
  }

  private static final int AIRBENCH_ITERATIONS = 3; // published: airbench94_muon.py
  private static final double TINY = 1e-30; // a weight of zeros stays zero

  /** Begins a {@code NormalisedSgd} whose hyper-parameters have their defaults. */
  public static NormalisedSgdBuilder builder() {
    return new NormalisedSgdBuilder();
  }

  /**
   * Normalised SGD on everything; and, on hidden matrices, what was published as Muon on images
   * that are one row each.
   */
  public static List<Preset> presets() {
    Map<String, Object> published =
        Map.of("momentum", 0.6, "step_length", "quintic", "weight_norm", "unit");
    return List.of(
        new Preset(
            "normalised-sgd",
            "momentum of which only the direction counts",
            List.of(new Preset.Slot("", EnumSet.allOf(Role.class), NormalisedSgd.class, Map.of()))),
        HiddenMatrices.preset(
            "renormalised-momentum",
            "normalised momentum on hidden matrices whose norm is reset to 1 before each step, AdamW on"
                + " the rest; airbench's Muon is this on a single row",
            NormalisedSgd.class,
            published));
  }

  @Override
  public List<Buffer> buffers(Parameter parameter) {
    return List.of(Buffer.like(parameter, Buffer.MOMENTUM));
  }

  @Override
  public void update(ParameterState p, double lr) {
    Tensor g = p.gradient();
    Tensor w = p.value();
    // M ← μM + G
    Tensor m = p.buffer(Buffer.MOMENTUM);
    m.mul_(new Scalar(momentum)).add_(g);
    // U = G + μM or M
    Tensor u = nesterov ? g.add(m, new Scalar(momentum)) : m;
    // W ← W/‖W‖_F
    if (weightNorm == WeightNorm.UNIT) {
      w.div_(p.parameter().norms(w).clamp_min_(new Scalar(TINY)));
    }
    // W ← W − η·κ·U/(‖U‖_F + ε)
    Tensor length = p.parameter().norms(u).add_(new Scalar(eps));
    w.sub_(u.div(length), new Scalar(lr * stepLength.kappa));
  }
}
