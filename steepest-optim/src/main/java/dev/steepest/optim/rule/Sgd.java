package dev.steepest.optim.rule;

import dev.steepest.optim.Batch;
import dev.steepest.optim.Buffer;
import dev.steepest.optim.ElementWise;
import dev.steepest.optim.Elements;
import dev.steepest.optim.Knob;
import dev.steepest.optim.Parameter;
import dev.steepest.optim.Preset;
import dev.steepest.optim.Source;
import dev.steepest.tensor.FusedStep;
import dev.steepest.tensor.TensorList;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Stochastic gradient descent with momentum.
 *
 * <pre>
 *   g ← g + λθ
 *   b ← g at the first step, else μb + (1 − τ)g
 *   d = g + μb (Nesterov) or b
 *   θ ← θ − γd
 * </pre>
 */
@Source(
    title = "On the importance of initialization and momentum in deep learning",
    authors = "Sutskever, Martens, Dahl, Hinton",
    year = 2013,
    url = "https://proceedings.mlr.press/v28/sutskever13.html",
    algorithm =
        "torch.optim.SGD, whose buffer holds no learning rate and starts as the first gradient")
public record Sgd(
    @Knob(symbol = "γ", value = "0.05", range = "(0, inf)", about = "learning rate") double lr,
    @Knob(symbol = "μ", value = "0.9", range = "[0, 1)", about = "momentum; 0 keeps no buffer")
        double momentum,
    @Knob(
            symbol = "τ",
            value = "0",
            range = "[0, 1)",
            about = "how much of each new gradient the buffer leaves out",
            activeWith = "nesterov=false")
        double dampening,
    @Knob(
            symbol = "λ",
            value = "5e-4",
            range = "[0, inf)",
            about = "weight decay, added to the gradient")
        double weightDecay,
    @Knob(
            symbol = "Nesterov",
            value = "true",
            about = "look ahead; needs momentum and no dampening")
        boolean nesterov)
    implements ElementWise {

  private static final String BUFFER = "momentum";

  public Sgd {
    if (nesterov && dampening != 0) {
      throw new IllegalArgumentException(
          "nesterov needs dampening 0, not "
              + dampening
              + "; set nesterov to false or dampening to 0");
    }
  }

  /** Begins a {@code Sgd} whose hyper-parameters have their defaults. */
  public static SgdBuilder builder() {
    return new SgdBuilder();
  }

  /** SGD on all weights; norm weights and biases are not decayed. */
  public static List<Preset> presets() {
    return List.of(
        Preset.everywhere("sgd", "stochastic gradient descent with Nesterov momentum", Sgd.class));
  }

  @Override
  public List<Buffer> buffers(Parameter parameter) {
    return momentum == 0 ? List.of() : List.of(Buffer.like(parameter, BUFFER));
  }

  @Override
  public void update(Elements x, double lr) {
    // g ← g + λθ
    Tensor g =
        weightDecay == 0 ? x.gradient() : x.gradient().add(x.value(), new Scalar(weightDecay));
    Tensor d = g;
    if (momentum != 0) {
      Tensor b = x.buffer(BUFFER);
      if (x.step() == 1) {
        // b ← g
        b.copy_(g);
      } else {
        // b ← μb + (1 − τ)g
        b.mul_(new Scalar(momentum)).add_(g, new Scalar(1 - dampening));
      }
      // d = g + μb or b
      d = nesterov ? g.add(b, new Scalar(momentum)) : b;
    }
    // θ ← θ − γd
    x.value().sub_(d, new Scalar(lr));
  }

  @Override
  public void step(Batch batch, double lr) {
    if (!batch.isDense()) {
      ElementWise.super.step(batch, lr);
      return;
    }
    TensorList momenta = momentum == 0 ? batch.none() : batch.buffers(BUFFER);
    FusedStep.sgd(
        batch.values(),
        batch.gradients(),
        momenta,
        lr,
        momentum,
        dampening,
        weightDecay,
        nesterov && momentum != 0,
        batch.step() == 1 ? FusedStep.Momentum.FIRST : FusedStep.Momentum.LATER);
  }
}
