package dev.steepest.optim.rule;

import dev.steepest.optim.Optimizer;
import dev.steepest.optim.Parameter;
import dev.steepest.optim.ParameterGroup;
import dev.steepest.optim.Role;
import dev.steepest.optim.Rule;
import dev.steepest.optim.Rules;
import dev.steepest.optim.Shards;
import dev.steepest.tensor.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** A rule on a few float64 parameters that are given gradients; for tests of its mathematics. */
final class Driven implements AutoCloseable {

  final List<Tensor> weights = new ArrayList<>();
  final Optimizer optimizer;

  Driven(Class<? extends Rule> rule, Map<String, ?> given, Tensor... starts) {
    this(rule, given, Shards.NONE, starts);
  }

  Driven(Class<? extends Rule> rule, Map<String, ?> given, Shards shards, Tensor... starts) {
    List<Parameter> parameters = new ArrayList<>();
    for (Tensor start : starts) {
      Tensor weight = start.clone().set_requires_grad(true);
      weights.add(weight.detach());
      parameters.add(new Parameter("w" + parameters.size(), Role.MATRIX, weight));
    }
    ParameterGroup group = new ParameterGroup("all", Rules.make(rule, given), parameters);
    optimizer = Optimizer.builder(List.of(group)).shards(shards).build();
  }

  /** Independent standard normal numbers, times {@code scale}. */
  static Tensor normal(long seed, double scale, long... shape) {
    return Seeds.normal(seed, shape).to(ScalarType.Double).mul(new Scalar(scale));
  }

  /** A step with one gradient for each parameter. */
  void step(double factor, Tensor... gradients) {
    List<Parameter> parameters = optimizer.groups().getFirst().parameters();
    for (int i = 0; i < gradients.length; i++) {
      parameters.get(i).tensor().mutable_grad().put(gradients[i].clone());
    }
    optimizer.step(factor);
  }

  /** Steps with random gradients of the first parameter's shape; {@code first} seeds the first. */
  Driven random(int steps, long first, double scale) {
    long[] shape = weights.getFirst().sizes().vec().get();
    for (int step = 0; step < steps; step++) {
      step(1, normal(first + step, scale, shape));
    }
    return this;
  }

  Tensor weight() {
    return weights.getFirst();
  }

  /** What the optimizer keeps for the first parameter. */
  Tensor state(String name) {
    return optimizer.state().get("w0/" + name);
  }

  static double[] numbers(Tensor tensor) {
    double[] numbers = new double[(int) tensor.numel()];
    tensor.contiguous().data_ptr_double().get(numbers);
    return numbers;
  }

  static double distance(Tensor a, Tensor b) {
    return a.sub(b).abs().max().item_double();
  }

  static double distance(Tensor a, double[] b) {
    double[] numbers = numbers(a);
    double largest = 0;
    for (int i = 0; i < b.length; i++) {
      double difference = Math.abs(numbers[i] - b[i]);
      largest = Double.isNaN(difference) ? Double.NaN : Math.max(largest, difference);
    }
    return largest;
  }

  @Override
  public void close() {
    optimizer.close();
  }
}
