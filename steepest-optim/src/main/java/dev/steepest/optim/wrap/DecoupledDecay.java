package dev.steepest.optim.wrap;

import dev.steepest.optim.Knob;
import dev.steepest.optim.ParameterState;
import dev.steepest.optim.Shards;
import dev.steepest.optim.Source;
import dev.steepest.optim.Wrapper;
import java.util.List;
import org.bytedeco.pytorch.Scalar;

/**
 * Shrinks the weights before the rule, whatever the gradient.
 *
 * <pre>
 *   w ← w(1 − ηλ)
 * </pre>
 */
@Source(
    title = "Decoupled Weight Decay Regularization",
    authors = "Loshchilov, Hutter",
    year = 2019,
    url = "https://arxiv.org/abs/1711.05101",
    algorithm = "Algorithm 2, as torch.optim.AdamW: the decay is multiplied by the learning rate")
public record DecoupledDecay(
    @Knob(
            symbol = "λ",
            value = "0.01",
            range = "[0, inf)",
            about = "weight decay, times the learning rate of each group")
        double weightDecay,
    @Knob(symbol = "w", value = "weights", about = "which parameters decay") Scope scope)
    implements Wrapper {

  /** Begins a {@code DecoupledDecay} whose hyper-parameters have their defaults. */
  public static DecoupledDecayBuilder builder() {
    return new DecoupledDecayBuilder();
  }

  @Override
  public Place place() {
    return Place.DECAY;
  }

  @Override
  public void before(List<ParameterState> all, Shards shards) {
    for (ParameterState p : scope.of(all)) {
      // w ← w(1 − ηλ)
      p.value().mul_(new Scalar(1 - p.lr() * weightDecay));
    }
  }
}
