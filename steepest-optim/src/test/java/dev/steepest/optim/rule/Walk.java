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
import java.util.function.DoubleUnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Some float64 weights under a rule, with gradients that are drawn from the step's number and do
 * not depend on the weights; and the same start and gradients as plain numbers for oracles.
 */
final class Walk implements AutoCloseable {

  static final int SIZE = 12;

  /**
   * Twenty steps of at most some ten roundings, each 2⁻⁵³ of numbers below 4, in either of two
   * implementations.
   */
  static final double ROUNDING = 1e-13;

  private final Tensor weights;
  private final Optimizer optimizer;

  Walk(Class<? extends Rule> rule, Map<String, ?> given) {
    weights = Seeds.normal(1, 3, 4).to(ScalarType.Double).set_requires_grad(true);
    Parameter parameter = new Parameter("w", Role.MATRIX, weights);
    optimizer =
        new Optimizer(
            List.of(new ParameterGroup("all", Rules.make(rule, given), List.of(parameter))));
  }

  /** The weights after steps 1 to {@code steps} of a rule. */
  static double[] after(Class<? extends Rule> rule, Map<String, ?> given, int steps) {
    try (Walk walk = new Walk(rule, given)) {
      for (int t = 1; t <= steps; t++) {
        walk.step(gradient(t), 1);
      }
      return walk.weights();
    }
  }

  static double[] start() {
    return numbers(Seeds.normal(1, 3, 4));
  }

  /** The gradient of step {@code t}. */
  static double[] gradient(int t) {
    return numbers(Seeds.normal(100 + t, 3, 4));
  }

  void step(double[] gradient, double factor) {
    backpropagate(gradient);
    optimizer.step(factor);
  }

  /** Shows the rule the gradient of drawn labels. */
  void observe(double[] gradient) {
    backpropagate(gradient);
    optimizer.observeCurvature();
  }

  Optimizer optimizer() {
    return optimizer;
  }

  double[] weights() {
    return numbers(weights);
  }

  /** What the rule keeps under this name. */
  double[] state(String name) {
    return numbers(optimizer.state().get("w/" + name));
  }

  static double[] map(double[] x, DoubleUnaryOperator f) {
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      y[i] = f.applyAsDouble(x[i]);
    }
    return y;
  }

  /** Largest difference; NaN where one is. */
  static double distance(double[] a, double[] b) {
    double largest = 0;
    for (int i = 0; i < a.length; i++) {
      largest = Math.max(largest, Math.abs(a[i] - b[i])); // max keeps NaN
    }
    return largest;
  }

  private void backpropagate(double[] gradient) {
    optimizer.zeroGrad();
    Tensor g = Seeds.normal(0, 3, 4).to(ScalarType.Double);
    g.data_ptr_double().put(gradient);
    weights.mutable_grad().put(g);
  }

  private static double[] numbers(Tensor tensor) {
    Tensor wide = tensor.detach().to(ScalarType.Double).contiguous();
    double[] numbers = new double[(int) wide.numel()];
    wide.data_ptr_double().get(numbers);
    return numbers;
  }

  @Override
  public void close() {
    optimizer.close();
  }
}
