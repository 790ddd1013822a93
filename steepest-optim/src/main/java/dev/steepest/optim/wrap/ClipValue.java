package dev.steepest.optim.wrap;

import dev.steepest.optim.Knob;
import dev.steepest.optim.ParameterState;
import dev.steepest.optim.Shards;
import dev.steepest.optim.Source;
import dev.steepest.optim.Wrapper;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;

/**
 * Bounds every element of every gradient.
 *
 * <pre>
 *   g ← max(−c, min(c, g))
 * </pre>
 */
@Source(
    title = "Statistical Language Models Based on Neural Networks",
    authors = "Mikolov",
    year = 2012,
    url = "https://www.fit.vut.cz/study/phd-thesis/283/.en",
    algorithm = "truncation of gradients, as torch.nn.utils.clip_grad_value_")
public record ClipValue(
    @Knob(
            symbol = "c",
            value = "1",
            range = "(0, inf]",
            about = "largest magnitude; infinity for no bound")
        double max)
    implements Wrapper {

  /** Begins a {@code ClipValue} whose hyper-parameters have their defaults. */
  public static ClipValueBuilder builder() {
    return new ClipValueBuilder();
  }

  @Override
  public Place place() {
    return Place.BOUND;
  }

  @Override
  public void before(List<ParameterState> all, Shards shards) {
    ScalarOptional low = new ScalarOptional(new Scalar(-max));
    ScalarOptional high = new ScalarOptional(new Scalar(max));
    all.forEach(p -> p.gradient().clamp_(low, high));
  }
}
