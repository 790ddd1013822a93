package dev.steepest.optim.wrap;

import dev.steepest.optim.Optimizer;
import dev.steepest.optim.Parameter;
import dev.steepest.optim.ParameterGroup;
import dev.steepest.optim.Role;
import dev.steepest.optim.Rule;
import dev.steepest.optim.Wrapper;
import dev.steepest.optim.rule.Sgd;
import dev.steepest.tensor.Seeds;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Small parameters, gradients and optimizers for tests of wrappers. */
final class Ground {

  /** A dozen float64 operations near 1. */
  static final double ROUNDING = 1e-14;

  private Ground() {}

  static Parameter parameter(String name, double... values) {
    Tensor tensor = Tensor.create(values).clone().set_requires_grad(true);
    return new Parameter(name, Role.VECTOR, tensor);
  }

  static Parameter random(String name, ScalarType type, long... shape) {
    Tensor tensor = Seeds.normal(Seeds.derive(1, name), shape).to(type).set_requires_grad(true);
    return new Parameter(name, Role.MATRIX, tensor);
  }

  static void gradient(Parameter p, double... values) {
    p.tensor().mutable_grad().put(Tensor.create(values).clone());
  }

  static void randomGradient(Parameter p, long step) {
    long[] shape = p.tensor().sizes().vec().get();
    Tensor drawn = Seeds.normal(Seeds.derive(step, p.name()), shape);
    p.tensor().mutable_grad().put(drawn.to(p.tensor().scalar_type().intern()));
  }

  static double[] numbers(Tensor tensor) {
    double[] values = new double[(int) tensor.numel()];
    tensor.detach().to(ScalarType.Double).contiguous().data_ptr_double().get(values);
    return values;
  }

  static double[] numbers(Parameter p) {
    return numbers(p.tensor());
  }

  static Rule descent(double lr) {
    return new Sgd(lr, 0, 0, 0, false);
  }

  static Optimizer around(Rule rule, List<Parameter> parameters, Wrapper... wrappers) {
    var builder = Optimizer.builder(List.of(new ParameterGroup("all", rule, parameters)));
    Arrays.stream(wrappers).forEach(builder::wrap);
    return builder.build();
  }

  static double difference(Parameter a, Parameter b) {
    return a.tensor().detach().sub(b.tensor().detach()).abs().max().item_double();
  }
}
