package dev.steepest.optim.wrap;

import dev.steepest.optim.GradientClip;
import dev.steepest.optim.Knob;
import dev.steepest.optim.ParameterState;
import dev.steepest.optim.Shards;
import dev.steepest.optim.Source;
import dev.steepest.optim.Wrapper;
import dev.steepest.tensor.MultiTensor;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * Bounds the Euclidean norm of all gradients together.
 *
 * <pre>
 *   g ← g·min(1, c/(‖g‖ + 1e-6))
 * </pre>
 */
@Source(
    title = "On the difficulty of training recurrent neural networks",
    authors = "Pascanu, Mikolov, Bengio",
    year = 2013,
    url = "https://arxiv.org/abs/1211.5063",
    algorithm = "Algorithm 1, as torch.nn.utils.clip_grad_norm_")
public record ClipNorm(
    @Knob(
            symbol = "c",
            value = "1",
            range = "(0, inf]",
            about = "largest norm; infinity for no bound")
        double max)
    implements Wrapper {

  /** Begins a {@code ClipNorm} whose hyper-parameters have their defaults. */
  public static ClipNormBuilder builder() {
    return new ClipNormBuilder();
  }

  @Override
  public Place place() {
    return Place.BOUND;
  }

  @Override
  public void before(List<ParameterState> all, Shards shards) {
    List<Tensor> gradients = all.stream().map(ParameterState::gradient).toList();
    // g ← g·min(1, c/(‖g‖ + 1e-6))
    MultiTensor.scale(gradients, GradientClip.factor(GlobalNorm.of(gradients, shards), max));
  }
}
