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
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * Orthogonalises in each step only the heaviest part of the momentum and lets the rest gather.
 *
 * <pre>
 *   M ← M + G
 *   S = the ⌈fk⌉ of the k rows of M with the largest L1 norms; columns where they are fewer
 *   O = orthogonalise(M_S)
 *   M_S ← μM_S
 *   W ← W(1 − ηλ)
 *   W_S ← W_S − η·scale·O
 * </pre>
 *
 * <p>The scale is that of the whole matrix.
 */
@Source(
    title = "Dion2: A Simple Method to Shrink Matrix in Muon",
    authors = "Ahn, Amsel, Langford",
    year = 2025,
    url = "https://arxiv.org/abs/2512.16928",
    algorithm = "class Dion2 of microsoft/dion dion2.py, not sharded")
public record Dion2(
    @Knob(symbol = "η", value = "0.01", range = "(0, inf)", about = "learning rate") double lr,
    @Knob(
            symbol = "f",
            value = "0.25",
            range = "(0, 1]",
            about = "share of the shorter side's slices in each step")
        double fraction,
    @Knob(
            symbol = "μ",
            value = "0.95",
            range = "[0, 1)",
            about = "how much is kept of a slice that was used")
        double efDecay,
    @Knob(
            symbol = "λ",
            value = "0.01",
            range = "[0, inf)",
            about = "weight decay of all slices, times the unadjusted learning rate")
        double weightDecay,
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
            about = "added to the norm that is divided by",
            activeWith = "precision=parameter")
        double eps,
    @Knob(symbol = "dtype", value = "bfloat16", about = "number type of the iteration")
        Precision precision)
    implements Rule {

  /** Begins a {@code Dion2} whose hyper-parameters have their defaults. */
  public static Dion2Builder builder() {
    return new Dion2Builder();
  }

  /** Dion2 on hidden filters and matrices, AdamW on the rest. */
  public static List<Preset> presets() {
    return List.of(
        HiddenMatrices.preset(
            "dion2",
            "orthogonalised heaviest slices of the momentum on hidden matrices, AdamW on the rest",
            Dion2.class));
  }

  @Override
  public void admit(Parameter parameter) {
    HiddenMatrices.admit("dion2", parameter);
  }

  @Override
  public List<Buffer> buffers(Parameter parameter) {
    return List.of(Buffer.like(parameter, SelectedMomentum.M));
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
    // M ← M + G; S = the heaviest slices of the shorter side; M_S ← μM_S
    List<SelectedMomentum> selected =
        members.stream()
            .map(p ->
                SelectedMomentum.accumulate(
                    p, filters, SelectedMomentum.Side.SHORTER, fraction, efDecay))
            .toList();
    // O = orthogonalise(M_S)
    List<Tensor> orthogonal =
        new Orthogonalizer(orthogonalization, (int) nsSteps, eps, NormGuard.ADD, precision)
            .applyAll(selected.stream().map(SelectedMomentum::matrices).toList());
    for (int i = 0; i < members.size(); i++) {
      SelectedMomentum s = selected.get(i);
      // W ← W(1 − ηλ); W_S ← W_S − η·scale·O
      double step = lr * filters.factor(scale, members.get(i).parameter());
      s.move(s.asSlices(orthogonal.get(i)), lr * weightDecay, step);
    }
  }
}
