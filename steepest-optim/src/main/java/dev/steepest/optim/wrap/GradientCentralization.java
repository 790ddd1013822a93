package dev.steepest.optim.wrap;

import dev.steepest.optim.Knob;
import dev.steepest.optim.Parameter;
import dev.steepest.optim.ParameterState;
import dev.steepest.optim.Shards;
import dev.steepest.optim.Source;
import dev.steepest.optim.Wrapper;
import java.util.List;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;

/**
 * Takes the mean out of the gradient of each output's weights.
 *
 * <pre>
 *   g ← g − mean(g over all dimensions but the first)
 * </pre>
 *
 * <p>Vectors and scalars are left alone.
 */
@Source(
    title = "Gradient Centralization: A New Optimization Technique for Deep Neural Networks",
    authors = "Yong, Huang, Hua, Zhang",
    year = 2020,
    url = "https://arxiv.org/abs/2004.01461",
    algorithm = "equation 1, as Yonghongwei/Gradient-Centralization")
public record GradientCentralization(
    @Knob(symbol = "GC", value = "weights", about = "which gradients are centred") Layers layers)
    implements Wrapper {

  /** Begins a {@code GradientCentralization} whose hyper-parameters have their defaults. */
  public static GradientCentralizationBuilder builder() {
    return new GradientCentralizationBuilder();
  }

  /** Which layers. */
  public enum Layers {
    /** Matrices and filters. */
    WEIGHTS,
    /** Filters only: three dimensions or more; the paper's choice for fine-grained tasks. */
    FILTERS
  }

  @Override
  public Place place() {
    return Place.PROJECTION;
  }

  @Override
  public void before(List<ParameterState> all, Shards shards) {
    for (ParameterState p : all) {
      if (takes(p.parameter())) {
        // g ← g − mean(g)
        Tensor g = p.gradient();
        long[] inputs = LongStream.range(1, g.dim()).toArray();
        g.sub_(g.mean(inputs, true, new ScalarTypeOptional()));
      }
    }
  }

  private boolean takes(Parameter parameter) {
    return parameter.tensor().dim() >= (layers == Layers.WEIGHTS ? 2 : 3);
  }
}
