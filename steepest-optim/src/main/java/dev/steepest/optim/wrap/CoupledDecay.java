package dev.steepest.optim.wrap;

import dev.steepest.optim.Knob;
import dev.steepest.optim.ParameterState;
import dev.steepest.optim.Shards;
import dev.steepest.optim.Source;
import dev.steepest.optim.Wrapper;
import java.util.List;
import org.bytedeco.pytorch.Scalar;

/**
 * A penalty λ/2·‖w‖² on the loss: its gradient is added to the rule's.
 *
 * <pre>
 *   g ← g + λw
 * </pre>
 */
@Source(
    title = "A Simple Weight Decay Can Improve Generalization",
    authors = "Krogh, Hertz",
    year = 1992,
    url = "https://papers.nips.cc/paper/1991/hash/8eefcfdf5990e441f0fb6f3fad709e21-Abstract.html",
    algorithm = "equation 3, as weight_decay of torch.optim.SGD and Adam")
public record CoupledDecay(
    @Knob(symbol = "λ", value = "5e-4", range = "[0, inf)", about = "strength of the penalty")
        double weightDecay,
    @Knob(symbol = "w", value = "weights", about = "which parameters are penalised") Scope scope)
    implements Wrapper {

  /** Begins a {@code CoupledDecay} whose hyper-parameters have their defaults. */
  public static CoupledDecayBuilder builder() {
    return new CoupledDecayBuilder();
  }

  @Override
  public Place place() {
    return Place.PENALTY;
  }

  @Override
  public void before(List<ParameterState> all, Shards shards) {
    for (ParameterState p : scope.of(all)) {
      // g ← g + λw
      p.gradient().add_(p.value(), new Scalar(weightDecay));
    }
  }
}
