package dev.steepest.optim.rule;

import dev.steepest.optim.Batch;
import dev.steepest.optim.Knob;
import dev.steepest.optim.Parameter;
import dev.steepest.optim.ParameterState;
import dev.steepest.optim.Preset;
import dev.steepest.optim.Rule;
import dev.steepest.optim.Source;
import dev.steepest.optim.linalg.LinearMinimizer;
import dev.steepest.optim.linalg.NormGuard;
import dev.steepest.optim.linalg.Orthogonalizer;
import dev.steepest.optim.linalg.Precision;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Scion without a momentum buffer: the gradient itself accumulates and is shrunk after each step.
 *
 * <pre>
 *   G ← G + g, by backpropagation
 *   d = lmo(G), the steepest direction of the norm
 *   x ← (1 − γ)x − γρd (constrained) or x − γρd
 *   G ← (1 − α)G
 * </pre>
 *
 * <p>G is Scion's m over α, so both take the same path but for the guards of the norms. Gradients
 * must not be cleared by hand, and clipping them clips the memory.
 */
@Source(
    title = "Training Deep Learning Models with Norm-Constrained LMOs",
    authors = "Pethick, Xie, Antonakopoulos, Zhu, Silveti-Falls, Cevher",
    year = 2025,
    url = "https://arxiv.org/abs/2502.07529",
    algorithm = "class ScionLight of LIONS-EPFL/scion scion.py",
    deviations =
        "tensors of fewer than two dimensions under sign are not divided; a spectral norm flattens what has more than"
            + " two and takes fused matrices apart")
public record ScionLight(
    @Knob(
            symbol = "γ",
            value = "0.02",
            range = "(0, inf)",
            about = "learning rate; below 1 where constrained")
        double lr,
    @Knob(
            symbol = "α",
            value = "0.1",
            range = "(0, 1]",
            about = "share of the new gradient: one minus the usual momentum")
        double momentum,
    @Knob(
            symbol = "ρ",
            value = "8",
            range = "(0, inf)",
            about = "radius of the ball, size of the direction")
        double scale,
    @Knob(
            symbol = "constraint",
            value = "ball",
            about = "whether the weights are drawn into the ball")
        Scion.Constraint constraint,
    @Knob(symbol = "‖·‖", value = "auto", about = "the norm; auto goes by dimensions")
        LinearMinimizer.Norm norm,
    @Knob(
            symbol = "normalized",
            value = "standard",
            about = "whether the direction is divided by the layer's size",
            activeWith = "norm=spectral")
        LinearMinimizer.Scaling scaling,
    @Knob(
            symbol = "transpose",
            value = "false",
            about = "whether rows and columns change places",
            activeWith = "norm=row_norm")
        boolean transpose,
    @Knob(
            symbol = "max",
            value = "false",
            about = "whether the spectral factor is at least 1",
            activeWith = "norm=spectral")
        boolean floorAtOne,
    @Knob(symbol = "NS", value = "quintic", about = "how to orthogonalise for spectral norms")
        Orthogonalizer.Method orthogonalization,
    @Knob(
            symbol = "steps",
            value = "5",
            range = "[1, 100]",
            about = "iterations for spectral norms")
        long nsSteps,
    @Knob(symbol = "dtype", value = "bfloat16", about = "number type of the iteration")
        Precision precision)
    implements Rule, Rule.KeepsGradient {

  /** Begins a {@code ScionLight} whose hyper-parameters have their defaults. */
  public static ScionLightBuilder builder() {
    return new ScionLightBuilder();
  }

  /** As the preset of {@link Scion}. */
  public static List<Preset> presets() {
    return List.of(
        Scion.preset(
            "scion_light", "Scion with the momentum kept in the gradient", ScionLight.class));
  }

  public ScionLight {
    if (constraint == Scion.Constraint.BALL && lr >= 1) {
      throw new IllegalArgumentException(
          "lr is " + lr + " but must be below 1 with constraint=ball: weights shrink by 1 - lr");
    }
  }

  @Override
  public void admit(Parameter parameter) {
    Scion.admit(parameter, norm);
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
    // d = lmo(G)
    List<Tensor> directions =
        minimizer()
            .all(
                members.stream().map(ParameterState::gradient).toList(),
                members.stream().map(p -> p.parameter().blocks()).toList());
    for (int i = 0; i < members.size(); i++) {
      Tensor x = members.get(i).value();
      // x ← (1 − γ)x − γρd
      if (constraint == Scion.Constraint.BALL) {
        x.mul_(new Scalar(1 - lr));
      }
      x.sub_(directions.get(i), new Scalar(lr * scale));
      // G ← (1 − α)G
      members.get(i).parameter().tensor().grad().mul_(new Scalar(1 - momentum));
    }
  }

  private LinearMinimizer minimizer() {
    return new LinearMinimizer(
        norm,
        scaling,
        transpose,
        floorAtOne,
        new Orthogonalizer(
            orthogonalization, (int) nsSteps, Scion.SPECTRAL_EPS, NormGuard.ADD, precision));
  }
}
