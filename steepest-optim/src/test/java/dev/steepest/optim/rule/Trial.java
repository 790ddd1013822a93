package dev.steepest.optim.rule;

import dev.steepest.optim.Optimizer;
import dev.steepest.optim.Parameter;
import dev.steepest.optim.ParameterGroup;
import dev.steepest.optim.Role;
import dev.steepest.optim.Rule;
import dev.steepest.optim.Rules;
import dev.steepest.tensor.Seeds;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** One float64 weight under one rule, with whatever gradients a test wants to give it. */
final class Trial implements AutoCloseable {

  final Tensor weight;
  final Optimizer optimizer;

  Trial(Class<? extends Rule> rule, Map<String, ?> given, Tensor start, int blocks) {
    weight = start.clone();
    Parameter parameter = new Parameter("w", Role.MATRIX, weight, blocks);
    optimizer =
        new Optimizer(
            List.of(new ParameterGroup("all", Rules.make(rule, given), List.of(parameter))));
  }

  /** The weight after {@code steps} steps with the gradients that {@code gradient} gives. */
  static Tensor after(
      Class<? extends Rule> rule,
      Map<String, ?> given,
      Tensor start,
      int steps,
      IntFunction<Tensor> gradient) {
    try (Trial trial = new Trial(rule, given, start, 1)) {
      for (int step = 0; step < steps; step++) {
        trial.step(gradient.apply(step), 1);
      }
      return trial.weight;
    }
  }

  void step(Tensor gradient, double factor) {
    weight.mutable_grad().put(gradient.clone());
    optimizer.step(factor);
  }

  Tensor state(String name) {
    return optimizer.state().get("w/" + name);
  }

  /** Normal numbers of seed {@code seed}. */
  static Tensor normal(long seed, long... shape) {
    return Seeds.normal(seed, shape).to(ScalarType.Double);
  }

  /** Largest difference. */
  static double distance(Tensor a, Tensor b) {
    return a.sub(b).abs().max().item_double();
  }

  /** Elements in the order of rows. */
  static double[] elements(Tensor tensor) {
    Tensor wide = tensor.detach().to(ScalarType.Double).contiguous();
    double[] elements = new double[(int) wide.numel()];
    wide.data_ptr_double().get(elements);
    return elements;
  }

  @Override
  public void close() {
    optimizer.close();
  }
}
