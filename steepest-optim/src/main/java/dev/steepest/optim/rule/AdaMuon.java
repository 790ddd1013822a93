package dev.steepest.optim.rule;

import static org.bytedeco.pytorch.global.torch.linalg_vector_norm;

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
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;

/**
 * Muon with Adam's second moment of the orthogonal direction, element by element, and Adam's step
 * length.
 *
 * <pre>
 *   M ← βM + G;  U = G + βM with Nesterov, else M
 *   O = orthogonalise(sign(U))
 *   V ← β₂V + (1 − β₂)O²
 *   Ô = O/(√V + ε)
 *   W ← W(1 − ηλ)
 *   W ← W − η·.2·√(mn)/‖Ô‖_F·Ô
 * </pre>
 *
 * <p>m and n are the matrix's sides: the step's root mean square is .2η, about AdamW's.
 *
 * <p>Beside its state a step holds U, O and the work of the iteration of one stack: of one large
 * matrix, or of all matrices of a shape that are small or on a GPU.
 */
@Source(
    title = "AdaMuon: Adaptive Muon Optimizer",
    authors = "Si, Zhang, Shen",
    year = 2025,
    url = "https://arxiv.org/abs/2507.11005",
    algorithm =
        "Algorithm 1; the authors' first code (Nesterov, no sign) by knobs: its bias correction is undone by the"
            + " rescaling",
    deviations = "β₂ may differ from β; the paper has one number for both")
public record AdaMuon(
    @Knob(symbol = "η", value = "1e-3", range = "(0, inf)", about = "learning rate, as AdamW's")
        double lr,
    @Knob(symbol = "β", value = "0.95", range = "[0, 1)", about = "momentum") double momentum,
    @Knob(symbol = "β₂", value = "0.95", range = "[0, 1)", about = "decay of the second moment")
        double beta2,
    @Knob(symbol = "Nesterov", value = "false", about = "look ahead") boolean nesterov,
    @Knob(
            symbol = "sign",
            value = "sign",
            about = "what becomes of the momentum before it is made orthogonal")
        Stabilization stabilization,
    @Knob(
            symbol = "λ",
            value = "0.01",
            range = "[0, inf)",
            about = "weight decay, times the learning rate")
        double weightDecay,
    @Knob(
            symbol = "ε",
            value = "1e-8",
            range = "(0, inf)",
            about = "added to the root of the second moment")
        double eps,
    @Knob(symbol = "NS", value = "quintic", about = "how to orthogonalise")
        Orthogonalizer.Method orthogonalization,
    @Knob(
            symbol = "T",
            value = "5",
            range = "[1, 100]",
            about = "iterations; the exact method has none")
        long nsSteps,
    @Knob(symbol = "dtype", value = "bfloat16", about = "number type of the iteration")
        Precision precision)
    implements Rule {

  /** Begins a {@code AdaMuon} whose hyper-parameters have their defaults. */
  public static AdaMuonBuilder builder() {
    return new AdaMuonBuilder();
  }

  /** What becomes of the momentum before it is made orthogonal. */
  public enum Stabilization {
    /** Its signs: the second moment then sees no change of the gradients' scale. */
    SIGN,
    NONE
  }

  private static final String M = "momentum";
  private static final String V = "second_moment";
  private static final double ROOT_MEAN_SQUARE = 0.2; // AdamW's, measured by Moonlight
  private static final double NORM_EPS = 1e-7; // of the original Newton–Schulz iteration
  private static final double TINY = 1e-30; // no direction, no step

  /** AdaMuon on hidden filters and matrices, AdamW on the rest. */
  public static List<Preset> presets() {
    return List.of(
        HiddenMatrices.preset(
            "adamuon",
            "Muon with Adam's second moment on hidden matrices, AdamW on the rest",
            AdaMuon.class));
  }

  @Override
  public void admit(Parameter parameter) {
    HiddenMatrices.admit("adamuon", parameter);
  }

  @Override
  public List<Buffer> buffers(Parameter parameter) {
    return List.of(Buffer.like(parameter, M), Buffer.like(parameter, V));
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
        p -> p.parameter().matrices(p.buffer(M)),
        stack -> move(stack, lr));
  }

  private Orthogonalizer orthogonalizer() {
    return new Orthogonalizer(orthogonalization, (int) nsSteps, NORM_EPS, NormGuard.ADD, precision);
  }

  private void move(List<ParameterState> members, double lr) {
    List<Tensor> directions = new ArrayList<>();
    for (ParameterState p : members) {
      // M ← βM + G
      Tensor u = Muon.MomentumForm.SUM.direction(p.buffer(M), p.gradient(), momentum, nesterov);
      directions.add(p.parameter().matrices(stabilization == Stabilization.SIGN ? u.sign() : u));
    }
    // O = orthogonalise(sign(U))
    List<Tensor> orthogonal = orthogonalizer().applyAll(directions);
    for (int i = 0; i < members.size(); i++) {
      ParameterState p = members.get(i);
      Tensor w = p.value();
      Tensor v = p.buffer(V);
      Tensor o = orthogonal.get(i).type_as(w).reshape_as(w);
      // V ← β₂V + (1 − β₂)O²
      v.mul_(new Scalar(beta2)).addcmul_(o, o, new Scalar(1 - beta2));
      // Ô = O/(√V + ε)
      Tensor scaled = p.parameter().matrices(o.div(v.sqrt().add_(new Scalar(eps))));
      // W ← W(1 − ηλ)
      w.mul_(new Scalar(1 - lr * weightDecay));
      // W ← W − η·.2·√(mn)/‖Ô‖_F·Ô
      Tensor norm =
          linalg_vector_norm(
              scaled, new Scalar(2.0), new long[] {1, 2}, true, new ScalarTypeOptional());
      double length =
          ROOT_MEAN_SQUARE * Math.sqrt(p.parameter().rows() * (double) p.parameter().columns());
      w.sub_(scaled.div(norm.clamp_min_(new Scalar(TINY))).reshape_as(w), new Scalar(lr * length));
    }
  }
}
