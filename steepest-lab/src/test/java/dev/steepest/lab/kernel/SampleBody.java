package dev.steepest.lab.kernel;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Random tensors of a body, with every normalisation weight off 1 and wanting a gradient. */
final class SampleBody implements AutoCloseable {
  static final double EPSILON = 1e-12;
  static final double MOMENTUM = .4;

  private final Map<String, Tensor> tensors = new LinkedHashMap<>();
  private final List<Group> groups = new ArrayList<>();
  private final Stem stem;

  SampleBody(int stemChannels, int... widths) {
    torch.manual_seed(11);
    try (PointerScope _ = new PointerScope()) {
      stem =
          new Stem(
              keep("stem.weight", normal(0, .5, stemChannels, 3, 2, 2), false),
              keep("stem.bias", normal(0, .1, stemChannels), true));
      long in = stemChannels;
      for (int g = 0; g < widths.length; g++) {
        long width = widths[g];
        String name = "group" + g + ".";
        groups.add(
            new Group(
                keep(name + "first", normal(0, Math.sqrt(1. / (9 * in)), width, in, 3, 3), true),
                norm(name + "firstNorm.", width),
                keep(
                    name + "second",
                    normal(0, Math.sqrt(1. / (9 * width)), width, width, 3, 3),
                    true),
                norm(name + "secondNorm.", width)));
        in = width;
      }
    }
  }

  private Norm norm(String name, long width) {
    return new Norm(
        keep(name + "weight", normal(1, .2, width), true),
        keep(name + "bias", normal(0, .2, width), true),
        keep(name + "runningMean", normal(0, .3, width), false),
        keep(name + "runningVariance", normal(0, .3, width).square().add(new Scalar(.5)), false));
  }

  private static Tensor normal(double mean, double deviation, long... shape) {
    return torch.randn(shape).mul(new Scalar(deviation)).add(new Scalar(mean));
  }

  private Tensor keep(String name, Tensor tensor, boolean trains) {
    tensors.put(name, tensor.retainReference());
    return trains ? tensor.set_requires_grad(true) : tensor;
  }

  Stem stem() {
    return stem;
  }

  List<Group> groups() {
    return groups;
  }

  List<Tensor> tensors() {
    return List.copyOf(tensors.values());
  }

  /** By name: what wants a gradient. */
  Map<String, Tensor> parameters() {
    Map<String, Tensor> parameters = new LinkedHashMap<>(tensors);
    parameters.values().removeIf(tensor -> !tensor.requires_grad());
    return parameters;
  }

  /** By name: running means and variances. */
  Map<String, Tensor> statistics() {
    Map<String, Tensor> statistics = new LinkedHashMap<>(tensors);
    statistics.keySet().removeIf(name -> !name.contains("running"));
    return statistics;
  }

  FusedBody fused(Activation activation) {
    return new FusedBody(stem, groups, new FusedBody.Settings(activation, EPSILON, MOMENTUM));
  }

  void clearGradients() {
    parameters().values().forEach(tensor -> tensor.mutable_grad().reset());
  }

  @Override
  public void close() {
    tensors.values().forEach(Tensor::close);
  }
}
