package dev.steepest.optim.contract;

import dev.steepest.optim.Evaluation;
import dev.steepest.optim.Knobs;
import dev.steepest.optim.Optimizer;
import dev.steepest.optim.OptimizerBuilder;
import dev.steepest.optim.Parameter;
import dev.steepest.optim.ParameterGroup;
import dev.steepest.optim.Role;
import dev.steepest.optim.Rule;
import dev.steepest.optim.Rules;
import dev.steepest.optim.Wrapper;
import dev.steepest.tensor.Seeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A few parameters of every kind that a rule admits, one optimizer for them, and gradients drawn
 * from the step's number: the ground of the contract tests.
 */
final class Fixture implements AutoCloseable {

  private record Kind(String name, Role role, int blocks, long... shape) {}

  /**
   * Shapes in which every rank, scale and fan rule of the library differs: tall, wide, fused,
   * filters, vectors.
   */
  private static final List<Kind> KINDS =
      List.of(
          new Kind("tall", Role.MATRIX, 1, 14, 12),
          new Kind("wide", Role.MATRIX, 1, 12, 14),
          new Kind("fused", Role.MATRIX, 3, 18, 8),
          new Kind("filter", Role.CONV, 1, 8, 3, 3, 2),
          new Kind("sequence", Role.CONV, 1, 6, 4, 3),
          new Kind("vector", Role.VECTOR, 1, 9),
          new Kind("scalar", Role.SCALAR, 1));

  final List<Parameter> parameters = new ArrayList<>();
  final Optimizer optimizer;
  private final Rule rule;

  Fixture(Rule rule, ScalarType type, Optimizer.Path path) {
    this(rule, type, path, List.of());
  }

  /** With wrappers, outermost first. */
  Fixture(Rule rule, ScalarType type, Optimizer.Path path, List<Wrapper> wrappers) {
    this.rule = rule;
    for (Kind kind : KINDS) {
      Tensor values =
          Seeds.normal(Seeds.derive(1, kind.name()), kind.shape()).to(type).set_requires_grad(true);
      Parameter parameter = new Parameter(kind.name(), kind.role(), values, kind.blocks());
      if (admits(rule, parameter)) {
        parameters.add(parameter);
      }
    }
    OptimizerBuilder builder =
        Optimizer.builder(List.of(new ParameterGroup("all", rule, parameters)))
            .seed(7)
            .path(path)
            .runOf(6);
    wrappers.forEach(builder::wrap);
    optimizer = builder.build();
  }

  static Fixture of(Rule rule) {
    return new Fixture(rule, ScalarType.Double, Optimizer.Path.TOGETHER);
  }

  /** Every rule on the class path. */
  static Stream<Class<? extends Rule>> rules() {
    return Rules.all().stream();
  }

  /** A rule with its defaults, but for {@code settings} as far as it has such knobs. */
  static Rule make(Class<? extends Rule> rule, Map<String, ?> settings) {
    Map<String, Object> known = new TreeMap<>(settings);
    known.keySet().retainAll(keys(rule));
    return Rules.make(rule, known);
  }

  /** A rule with its defaults and, where it has a number type of its own, its parameters'. */
  static Rule exact(Class<? extends Rule> rule) {
    return make(rule, Map.of("precision", "parameter"));
  }

  static List<String> keys(Class<? extends Rule> rule) {
    return Knobs.of(Rules.hyper(rule)).stream().map(Knobs.Declared::key).toList();
  }

  static boolean admits(Rule rule, Parameter parameter) {
    try {
      rule.admit(parameter);
      return true;
    } catch (IllegalArgumentException refused) {
      return false;
    }
  }

  /**
   * Steps {@code from}, inclusive, to {@code to}, exclusive, each with its own random gradients.
   */
  void run(int from, int to) {
    for (int step = from; step < to; step++) {
      if (optimizer.curvatureIsDue()) {
        gradients(10_000 + step);
        optimizer.observeCurvature();
      }
      gradients(100 + step);
      Map<String, Tensor> here = copies();
      int now = step;
      optimizer.step(1 - 0.05 * step, () -> second(100 + now, here));
    }
  }

  /** The step's gradients again, and what they change by at a point other than {@code here}. */
  private void second(long seed, Map<String, Tensor> here) {
    gradients(seed);
    for (Parameter parameter : parameters) {
      backpropagate(parameter, parameter.tensor().detach().sub(here.get(parameter.name())));
    }
  }

  /** New gradients, drawn from {@code seed} and the parameters' names. */
  private void gradients(long seed) {
    optimizer.zeroGrad();
    for (Parameter parameter : parameters) {
      long[] shape = parameter.tensor().sizes().vec().get();
      Tensor drawn = Seeds.normal(Seeds.derive(seed, parameter.name()), shape);
      backpropagate(parameter, drawn.to(parameter.tensor().scalar_type().intern()));
    }
  }

  /** Adds to the gradient as autograd does. */
  static void backpropagate(Parameter parameter, Tensor gradient) {
    Tensor before = parameter.tensor().grad();
    parameter.tensor().mutable_grad().put(before.defined() ? before.add(gradient) : gradient);
  }

  /** Every gradient undefined, also one that is a rule's state. */
  void forgetGradients() {
    parameters.forEach(parameter -> parameter.tensor().mutable_grad().reset());
  }

  /** All values at the points at which they are evaluated. */
  List<double[]> evaluated() {
    try (Evaluation _ = optimizer.evaluating()) {
      return values();
    }
  }

  /** All values, in order, exactly. */
  List<double[]> values() {
    List<double[]> values = new ArrayList<>();
    for (Parameter parameter : parameters) {
      Tensor wide = parameter.tensor().detach().to(ScalarType.Double).contiguous();
      double[] copy = new double[(int) wide.numel()];
      wide.data_ptr_double().get(copy);
      values.add(copy);
    }
    return values;
  }

  Map<String, Tensor> copies() {
    Map<String, Tensor> copies = new LinkedHashMap<>();
    parameters.forEach(
        parameter -> copies.put(parameter.name(), parameter.tensor().detach().clone()));
    return copies;
  }

  void set(Map<String, Tensor> copies) {
    parameters.forEach(
        parameter -> parameter.tensor().detach().copy_(copies.get(parameter.name())));
  }

  static boolean equal(List<double[]> a, List<double[]> b) {
    return Arrays.deepEquals(a.toArray(), b.toArray());
  }

  /** Largest difference of two sets of values. */
  static double distance(List<double[]> a, List<double[]> b) {
    double largest = 0;
    for (int i = 0; i < a.size(); i++) {
      for (int j = 0; j < a.get(i).length; j++) {
        double difference = Math.abs(a.get(i)[j] - b.get(i)[j]);
        largest = Double.isNaN(difference) ? Double.NaN : Math.max(largest, difference);
      }
    }
    return largest;
  }

  static Scalar number(double value) {
    return new Scalar(value);
  }

  Rule rule() {
    return rule;
  }

  @Override
  public void close() {
    optimizer.close();
  }
}
