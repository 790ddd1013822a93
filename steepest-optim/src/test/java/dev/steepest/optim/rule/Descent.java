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
import java.util.TreeMap;
import java.util.function.IntFunction;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** One float64 matrix under one rule and given gradients. */
final class Descent {

  private Descent() {}

  static Tensor normal(long seed, long... shape) {
    return Seeds.normal(seed, shape).to(ScalarType.Double);
  }

  static Map<String, Object> with(Map<String, Object> some, Map<String, Object> more) {
    Map<String, Object> all = new TreeMap<>(some);
    all.putAll(more);
    return all;
  }

  /** The weights, from {@code start}, after steps with the given gradients. */
  static Tensor after(
      Class<? extends Rule> rule,
      Map<String, Object> given,
      Tensor start,
      int steps,
      IntFunction<Tensor> gradient) {
    Tensor w = start.clone();
    try (Optimizer optimizer = optimizer(rule, given, w)) {
      for (int step = 0; step < steps; step++) {
        w.mutable_grad().put(gradient.apply(step).clone());
        optimizer.step();
      }
    }
    return w;
  }

  static Optimizer optimizer(Class<? extends Rule> rule, Map<String, Object> given, Tensor w) {
    Parameter parameter = new Parameter("w", Role.MATRIX, w);
    return new Optimizer(
        List.of(new ParameterGroup("all", Rules.make(rule, given), List.of(parameter))));
  }

  static double distance(Tensor a, Tensor b) {
    return a.sub(b).abs().max().item_double();
  }
}
