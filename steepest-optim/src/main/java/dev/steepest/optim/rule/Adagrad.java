package dev.steepest.optim.rule;

import dev.steepest.optim.Buffer;
import dev.steepest.optim.ElementWise;
import dev.steepest.optim.Elements;
import dev.steepest.optim.Knob;
import dev.steepest.optim.Parameter;
import dev.steepest.optim.Preset;
import dev.steepest.optim.Source;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * The gradient over the root of the sum of all squares so far.
 *
 * <pre>
 *   g ← g + λθ
 *   s ← s + g², from τ
 *   θ ← θ − γ/(1 + (t − 1)η) · g/(√s + ε)
 * </pre>
 */
@Source(
    title = "Adaptive Subgradient Methods for Online Learning and Stochastic Optimization",
    authors = "Duchi, Hazan, Singer",
    year = 2011,
    url = "https://jmlr.org/papers/v12/duchi11a.html",
    algorithm = "Figure 1 with a diagonal matrix and no constraint, as torch.optim.Adagrad")
public record Adagrad(
    @Knob(symbol = "γ", value = "0.01", range = "(0, inf)", about = "learning rate") double lr,
    @Knob(
            symbol = "η",
            value = "0",
            range = "[0, inf)",
            about = "decay of the learning rate: after 1/η steps it is half")
        double lrDecay,
    @Knob(
            symbol = "τ",
            value = "0",
            range = "[0, inf)",
            about = "what the sum of squares starts from")
        double initialAccumulator,
    @Knob(
            symbol = "ε",
            value = "1e-10",
            range = "[0, inf)",
            about = "added to the root of the sum; 0 needs a start above 0")
        double eps,
    @Knob(
            symbol = "λ",
            value = "0",
            range = "[0, inf)",
            about = "weight decay, added to the gradient")
        double weightDecay)
    implements ElementWise {

  /** Begins a {@code Adagrad} whose hyper-parameters have their defaults. */
  public static AdagradBuilder builder() {
    return new AdagradBuilder();
  }

  private static final String S = "sum_of_squares";

  public Adagrad {
    if (eps == 0 && initialAccumulator == 0) {
      throw new IllegalArgumentException(
          "eps and initial_accumulator are both 0: a gradient of 0 would be divided by 0; raise one"
              + " of them");
    }
  }

  /** Adagrad on all weights; norm weights and biases are not decayed. */
  public static List<Preset> presets() {
    return List.of(
        Preset.everywhere(
            "adagrad", "the gradient over the root of the sum of its squares", Adagrad.class));
  }

  @Override
  public List<Buffer> buffers(Parameter parameter) {
    return List.of(Buffer.like(parameter, S, initialAccumulator));
  }

  @Override
  public void update(Elements x, double lr) {
    // g ← g + λθ
    Tensor g =
        weightDecay == 0 ? x.gradient() : x.gradient().add(x.value(), new Scalar(weightDecay));
    // s ← s + g²
    Tensor s = x.buffer(S).addcmul_(g, g);
    // θ ← θ − γ/(1 + (t − 1)η) · g/(√s + ε)
    double rate = lr / (1 + (x.step() - 1) * lrDecay);
    x.value().addcdiv_(g, s.sqrt().add_(new Scalar(eps)), new Scalar(-rate));
  }
}
