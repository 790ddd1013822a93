package dev.steepest.optim.rule;

import dev.steepest.optim.Batch;
import dev.steepest.optim.Buffer;
import dev.steepest.optim.Knob;
import dev.steepest.optim.Parameter;
import dev.steepest.optim.ParameterState;
import dev.steepest.optim.Preset;
import dev.steepest.optim.Role;
import dev.steepest.optim.Rule;
import dev.steepest.optim.Source;
import dev.steepest.optim.linalg.LinearMinimizer;
import dev.steepest.optim.linalg.NormGuard;
import dev.steepest.optim.linalg.Orthogonalizer;
import dev.steepest.optim.linalg.Precision;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Steepest descent of averaged gradients under a norm chosen per layer, within a ball or free.
 *
 * <pre>
 *   m ← (1 − α)m + αg
 *   d = lmo(m), the steepest direction of the norm
 *   x ← (1 − γ)x − γρd (constrained) or x − γρd
 * </pre>
 */
@Source(
    title = "Training Deep Learning Models with Norm-Constrained LMOs",
    authors = "Pethick, Xie, Antonakopoulos, Zhu, Silveti-Falls, Cevher",
    year = 2025,
    url = "https://arxiv.org/abs/2502.07529",
    algorithm = "Algorithms 1 and 2, as LIONS-EPFL/scion scion.py",
    deviations =
        "tensors of fewer than two dimensions under sign are not divided; a spectral norm flattens what has more than"
            + " two and takes fused matrices apart")
public record Scion(
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
        Constraint constraint,
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
    implements Rule {

  /** Whether the weights stay in the ball. */
  public enum Constraint {
    /** x ← (1 − γ)x − γρd: a conditional-gradient step, with weight decay by nature. */
    BALL,
    /** x ← x − γρd */
    NONE
  }

  static final double SPECTRAL_EPS =
      1e-7; // of the division by the Frobenius norm, as in the source

  private static final String M = "momentum";

  /** Begins a {@code Scion} whose hyper-parameters have their defaults. */
  public static ScionBuilder builder() {
    return new ScionBuilder();
  }

  /**
   * Spectral norm on hidden weights and stem, sign on the head, root mean square on vectors. Radii
   * are the authors' for convolutional networks: 8, and 16 times that on the head (for nanoGPT they
   * take 50 and 3000); that of vectors and embeddings is assumed, as norm weights begin at 1.
   */
  public static List<Preset> presets() {
    return List.of(
        preset("scion", "steepest descent under a norm per layer, within a ball", Scion.class));
  }

  static Preset preset(String name, String about, Class<? extends Rule> rule) {
    return new Preset(
        name,
        about,
        List.of(
            new Preset.Slot("", EnumSet.of(Role.CONV, Role.MATRIX, Role.INPUT), rule, Map.of()),
            new Preset.Slot(
                "head",
                EnumSet.of(Role.HEAD),
                rule,
                Map.of("norm", "sign", "scale", 128.0),
                Preset.Defaults.MAIN),
            new Preset.Slot(
                "vectors",
                EnumSet.of(Role.VECTOR, Role.SCALAR, Role.EMBEDDING),
                rule,
                Map.of("norm", "bias_rms", "scale", 1.0),
                Preset.Defaults.MAIN)));
  }

  public Scion {
    if (constraint == Constraint.BALL && lr >= 1) {
      throw new IllegalArgumentException(
          "lr is " + lr + " but must be below 1 with constraint=ball: weights shrink by 1 - lr");
    }
  }

  @Override
  public void admit(Parameter parameter) {
    admit(parameter, norm);
  }

  static void admit(Parameter parameter, LinearMinimizer.Norm norm) {
    if (norm.needsMatrix() && !parameter.isMatrix()) {
      throw new IllegalArgumentException(
          "scion under norm "
              + norm.name().toLowerCase(Locale.ROOT)
              + " cannot take '"
              + parameter.name()
              + "': it has fewer than two dimensions; use auto, sign or bias_rms");
    }
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
    move(batch.members(), lr);
  }

  private void move(List<ParameterState> members, double lr) {
    for (ParameterState p : members) {
      // m ← (1 − α)m + αg
      p.buffer(M).mul_(new Scalar(1 - momentum)).add_(p.gradient(), new Scalar(momentum));
    }
    // d = lmo(m)
    List<Tensor> directions =
        minimizer()
            .all(
                members.stream().map(p -> p.buffer(M)).toList(),
                members.stream().map(p -> p.parameter().blocks()).toList());
    for (int i = 0; i < members.size(); i++) {
      Tensor x = members.get(i).value();
      // x ← (1 − γ)x − γρd
      if (constraint == Constraint.BALL) {
        x.mul_(new Scalar(1 - lr));
      }
      x.sub_(directions.get(i), new Scalar(lr * scale));
    }
  }

  private LinearMinimizer minimizer() {
    return new LinearMinimizer(
        norm,
        scaling,
        transpose,
        floorAtOne,
        new Orthogonalizer(
            orthogonalization, (int) nsSteps, SPECTRAL_EPS, NormGuard.ADD, precision));
  }
}
