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
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * Dion2 over rows, with the rows brought to equal lengths as NorMuon does.
 *
 * <pre>
 *   M ← M + G
 *   S = the ⌈fk⌉ of the k rows of M with the largest L1 norms
 *   O = orthogonalise(M_S)
 *   M_S ← μM_S
 *   v_S ← β₂v_S + (1 − β₂)·rowmean(O²)
 *   Y = O/√v_S
 *   Y ← Y·‖O‖_F/‖Y‖_F
 *   W ← W(1 − ηλ)
 *   W_S ← W_S − η·scale·Y
 * </pre>
 */
@Source(
    title = "NorDion2 of microsoft/dion",
    authors = "Ahn, Xu, Abreu, Fan, Magakyan, Sharma, Zhan, Langford",
    year = 2025,
    url = "https://github.com/microsoft/dion/blob/main/dion/nordion2.py",
    algorithm = "class NorDion2, not sharded")
public record NorDion2(
    @Knob(symbol = "η", value = "0.01", range = "(0, inf)", about = "learning rate") double lr,
    @Knob(symbol = "f", value = "0.25", range = "(0, 1]", about = "share of the rows in each step")
        double fraction,
    @Knob(
            symbol = "μ",
            value = "0.95",
            range = "[0, 1)",
            about = "how much is kept of a row that was used")
        double momentum,
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
            about = "weight decay of all rows, times the unadjusted learning rate")
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

  /** Begins a {@code NorDion2} whose hyper-parameters have their defaults. */
  public static NorDion2Builder builder() {
    return new NorDion2Builder();
  }

  private static final String V = "variance";

  /** NorDion2 on hidden filters and matrices, AdamW on the rest. */
  public static List<Preset> presets() {
    return List.of(
        HiddenMatrices.preset(
            "nordion2",
            "Dion2 with rows of equal lengths on hidden matrices, AdamW on the rest",
            NorDion2.class));
  }

  @Override
  public void admit(Parameter parameter) {
    HiddenMatrices.admit("nordion2", parameter);
  }

  @Override
  public List<Buffer> buffers(Parameter parameter) {
    return List.of(
        Buffer.like(parameter, SelectedMomentum.M),
        Buffer.filled(V, 0, filters.rowShape(parameter)));
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
    // M ← M + G; S = the heaviest rows; M_S ← μM_S
    List<SelectedMomentum> selected =
        members.stream()
            .map(p ->
                SelectedMomentum.accumulate(
                    p, filters, SelectedMomentum.Side.ROWS, fraction, momentum))
            .toList();
    // O = orthogonalise(M_S)
    List<Tensor> orthogonal =
        new Orthogonalizer(orthogonalization, (int) nsSteps, eps, NormGuard.ADD, precision)
            .applyAll(selected.stream().map(SelectedMomentum::matrices).toList());
    for (int i = 0; i < members.size(); i++) {
      ParameterState p = members.get(i);
      SelectedMomentum s = selected.get(i);
      Tensor o = s.asSlices(orthogonal.get(i));
      // v_S ← β₂v_S + (1 − β₂)·rowmean(O²); Y = O/√v_S; Y ← Y·‖O‖_F/‖Y‖_F
      Tensor v = p.buffer(V).reshape(o.size(0), -1, 1);
      Tensor vOfS = s.slices().take(v);
      Tensor y = RowNormalization.apply(o, vOfS, beta2);
      s.slices().put(vOfS, v);
      Filters.keep(v, p.buffer(V));
      // W ← W(1 − ηλ); W_S ← W_S − η·scale·Y
      s.move(y, lr * weightDecay, lr * filters.factor(scale, p.parameter()));
    }
  }
}
