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
import dev.steepest.optim.linalg.RowNormalization;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Muon whose neurons, the rows of the orthogonal direction, are brought to equal lengths.
 *
 * <pre>
 *   M ← μM + G   (sum)   or   μM + (1 − μ)G   (EMA);   U as Muon's
 *   O = orthogonalise(U)
 *   v ← β₂v + (1 − β₂)·rowmean(O²)
 *   Y = O/√v
 *   Y ← Y·‖O‖_F/‖Y‖_F
 *   W ← W(1 − ηλ)
 *   W ← W − η·scale·Y
 * </pre>
 *
 * <p>Beside its state a step holds U, O and the work of the iteration of one stack: of one large
 * matrix, or of all matrices of a shape that are small or on a GPU.
 */
@Source(
    title = "NorMuon: Making Muon more efficient and scalable",
    authors = "Li, Liu, Liang, Chen, Zhao",
    year = 2025,
    url = "https://arxiv.org/abs/2510.05491",
    algorithm = "class NorMuon of microsoft/dion normuon.py",
    deviations =
        "the norm of the orthogonal direction is kept, as microsoft/dion does; the paper sets the root mean square to"
            + " .2, which is scale=match_adamw where the direction has full rank")
public record NorMuon(
    @Knob(symbol = "η", value = "0.01", range = "(0, inf)", about = "learning rate") double lr,
    @Knob(symbol = "μ", value = "0.95", range = "[0, 1)", about = "momentum") double momentum,
    @Knob(
            symbol = "M",
            value = "sum",
            about = "sum or average of the gradients: the same direction but for eps",
            activeWith = "precision=parameter")
        Muon.MomentumForm momentumForm,
    @Knob(symbol = "Nesterov", value = "false", about = "look ahead") boolean nesterov,
    @Knob(
            symbol = "β₂",
            value = "0.95",
            range = "[0, 1)",
            about = "decay of the rows' mean squares")
        double beta2,
    @Knob(
            symbol = "λ",
            value = "0.01",
            range = "[0, inf)",
            about = "weight decay, times the unadjusted learning rate")
        double weightDecay,
    @Knob(
            symbol = "λ",
            value = "plain",
            about = "which weights decay",
            activeWith = "weight_decay=0.1")
        Muon.Decay decay,
    @Knob(symbol = "scale", value = "spectral", about = "how the step depends on the shape")
        Muon.Scale scale,
    @Knob(symbol = "flatten", value = "flattened", about = "which matrices a filter is")
        Filters filters,
    @Knob(symbol = "NS", value = "polar_express_speedrun", about = "how to orthogonalise")
        Orthogonalizer.Method orthogonalization,
    @Knob(
            symbol = "n",
            value = "5",
            range = "[1, 100]",
            about = "iterations; the exact method has none")
        long nsSteps,
    @Knob(
            symbol = "ε",
            value = "1e-8",
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
        Precision precision)
    implements Rule {

  /** Begins a {@code NorMuon} whose hyper-parameters have their defaults. */
  public static NorMuonBuilder builder() {
    return new NorMuonBuilder();
  }

  private static final String M = "momentum";
  private static final String V = "variance";

  /** NorMuon on hidden filters and matrices, AdamW on the rest. */
  public static List<Preset> presets() {
    return List.of(
        HiddenMatrices.preset(
            "normuon",
            "Muon with rows of equal lengths on hidden matrices, AdamW on the rest",
            NorMuon.class));
  }

  @Override
  public void admit(Parameter parameter) {
    HiddenMatrices.admit("normuon", parameter);
  }

  @Override
  public List<Buffer> buffers(Parameter parameter) {
    return List.of(Buffer.like(parameter, M), Buffer.filled(V, 0, filters.rowShape(parameter)));
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
    return new Orthogonalizer(orthogonalization, (int) nsSteps, eps, epsForm, precision);
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
      Tensor o = orthogonal.get(i).type_as(w).reshape_as(w);
      Tensor rows = filters.lines(p.parameter(), o);
      // v ← β₂v + (1 − β₂)·rowmean(O²); Y = O/√v; Y ← Y·‖O‖_F/‖Y‖_F
      Tensor v = p.buffer(V).reshape(rows.size(0), rows.size(1), 1);
      Tensor y = RowNormalization.apply(rows, v, beta2).reshape_as(w);
      Filters.keep(v, p.buffer(V));
      // W ← W(1 − ηλ)
      decay.apply(w, y, lr * weightDecay);
      // W ← W − η·scale·Y
      w.sub_(y, new Scalar(lr * filters.factor(scale, p.parameter())));
    }
  }
}
