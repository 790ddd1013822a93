package dev.steepest.optim.wrap;

import dev.steepest.optim.Knob;
import dev.steepest.optim.ParameterState;
import dev.steepest.optim.Source;
import dev.steepest.optim.Wrapper;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Shrinks only the weights that the rule moves towards zero.
 *
 * <pre>
 *   w' = w − U, by the rule
 *   w ← w' − ηλ·w where U·w > 0, else w'
 * </pre>
 *
 * <p>U is all that the rule does, a decay of its own included.
 */
@Source(
    title = "Cautious Weight Decay",
    authors = "Chen, Li, Liang, Su, Xie, Pierse, Liang, Lao, Liu",
    year = 2025,
    url = "https://arxiv.org/abs/2510.12402",
    algorithm = "Algorithm 1",
    deviations = "an element that the rule leaves alone does not decay: > in place of ≥")
public record CautiousDecay(
    @Knob(
            symbol = "λ",
            value = "0.01",
            range = "[0, inf)",
            about = "weight decay, times the learning rate of each group")
        double weightDecay,
    @Knob(symbol = "w", value = "weights", about = "which parameters decay") Scope scope)
    implements Wrapper, Wrapper.SeesChange {

  /** Begins a {@code CautiousDecay} whose hyper-parameters have their defaults. */
  public static CautiousDecayBuilder builder() {
    return new CautiousDecayBuilder();
  }

  @Override
  public Place place() {
    return Place.DECAY;
  }

  @Override
  public void after(List<ParameterState> all) {
    if (weightDecay == 0) {
      return; // adding zeros would turn -0 into 0
    }
    for (ParameterState p : scope.of(all)) {
      Tensor w = p.before();
      // U·w > 0
      Tensor mask = w.sub(p.value()).mul_(w).gt(new Scalar(0.0));
      // w ← w' − ηλ·w
      p.value().sub_(w.mul(mask), new Scalar(p.lr() * weightDecay));
    }
  }
}
