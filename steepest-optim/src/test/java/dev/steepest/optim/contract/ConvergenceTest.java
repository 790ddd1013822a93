package dev.steepest.optim.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steepest.optim.Evaluation;
import dev.steepest.optim.Linear;
import dev.steepest.optim.Optimizer;
import dev.steepest.optim.Parameter;
import dev.steepest.optim.ParameterGroup;
import dev.steepest.optim.Role;
import dev.steepest.optim.Rule;
import dev.steepest.optim.Schedule;
import dev.steepest.tensor.Seeds;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every rule comes down four hills: at its ordinary settings but for a learning rate that suits the
 * hill, falling to zero, and without weight decay, which would move the goal.
 */
class ConvergenceTest {

  static Stream<Class<? extends Rule>> rules() {
    return Fixture.rules();
  }

  private static Rule make(Class<? extends Rule> rule, double lr) {
    return Fixture.make(
        rule,
        Map.of("lr", lr, "weight_decay", 0.0, "precision", "parameter", "rank_fraction", 1.0));
  }

  /**
   * Learning rates to try after the hill's own, for rules that measure steps in other units: a rule
   * passes with the first that suits it.
   */
  private static final double[] OTHER_RATES = {1, 0.2, 5, 0.001};

  /**
   * Steps down {@code loss}, which is told the step's number, from the same start with one learning
   * rate after the other until what is left of the loss is below {@code goal}; the least that was
   * left.
   */
  private static double descend(
      Class<? extends Rule> type,
      double lr,
      int steps,
      List<Parameter> parameters,
      IntFunction<Tensor> loss,
      double goal) {
    List<Tensor> start = parameters.stream().map(p -> p.tensor().detach().clone()).toList();
    double least = descend(make(type, lr), steps, parameters, loss);
    for (double other : OTHER_RATES) {
      if (least < goal) {
        break;
      }
      for (int i = 0; i < start.size(); i++) {
        parameters.get(i).tensor().detach().copy_(start.get(i));
        parameters.get(i).tensor().mutable_grad().reset();
      }
      least = Math.min(least, descend(make(type, other), steps, parameters, loss));
    }
    return least;
  }

  private static double descend(
      Rule rule, int steps, List<Parameter> parameters, IntFunction<Tensor> loss) {
    Schedule schedule = new Linear(1, 0, steps);
    double first = value(loss);
    try (Optimizer optimizer =
        new Optimizer(List.of(new ParameterGroup("all", rule, parameters)))) {
      for (int step = 0; step < steps; step++) {
        try (PointerScope _ = new PointerScope()) {
          if (optimizer.curvatureIsDue()) {
            optimizer.zeroGrad();
            loss.apply(step).backward();
            optimizer.observeCurvature();
          }
          optimizer.zeroGrad();
          loss.apply(step).backward();
          optimizer.step(schedule.factor(step));
        }
      }
      try (Evaluation _ = optimizer.evaluating()) {
        return value(loss) / first;
      }
    }
  }

  private static double value(IntFunction<Tensor> loss) {
    try (PointerScope _ = new PointerScope()) {
      return loss.apply(0).item_double();
    }
  }

  private static Parameter matrix(String name, Tensor start) {
    return new Parameter(name, Role.MATRIX, start.to(ScalarType.Double).set_requires_grad(true));
  }

  @ParameterizedTest
  @MethodSource("rules")
  void quadratic(Class<? extends Rule> rule) {
    try (PointerScope _ = new PointerScope()) {
      Tensor goal = Seeds.normal(11, 6, 4).to(ScalarType.Double);
      Parameter w = matrix("w", Seeds.normal(12, 6, 4));
      double left =
          descend(rule, 0.02, 500, List.of(w), _ -> w.tensor().sub(goal).square().sum(), 1e-3);
      // Signs and orthogonal steps end within one small last step of the goal: 1 % of the distance,
      // squared.
      assertThat(left).isLessThan(1e-3);
    }
  }

  @ParameterizedTest
  @MethodSource("rules")
  void rosenbrock(Class<? extends Rule> rule) {
    try (PointerScope _ = new PointerScope()) {
      Tensor start = Seeds.normal(0, 1, 2).zero_().add(new Scalar(-0.5));
      Parameter w = matrix("w", start);
      IntFunction<Tensor> valley =
          _ -> {
            Tensor x = w.tensor().select(1, 0);
            Tensor y = w.tensor().select(1, 1);
            Tensor along = x.sub(new Scalar(1.0)).square();
            return y.sub(x.square()).square().mul(new Scalar(10.0)).add(along).sum();
          };
      assertThat(descend(rule, 0.004, 3000, List.of(w), valley, 0.05)).isLessThan(0.05);
    }
  }

  @ParameterizedTest
  @MethodSource("rules")
  void noisy_least_squares(Class<? extends Rule> rule) {
    try (PointerScope _ = new PointerScope()) {
      Tensor truth = Seeds.normal(21, 5, 3).to(ScalarType.Double);
      Parameter w = matrix("w", Seeds.normal(22, 5, 3));
      IntFunction<Tensor> loss =
          step -> {
            Tensor x = Seeds.normal(1000 + step, 32, 5).to(ScalarType.Double);
            Tensor noise =
                Seeds.normal(9000 + step, 32, 3).to(ScalarType.Double).mul(new Scalar(0.1));
            return x.mm(w.tensor()).sub(x.mm(truth)).add(noise).square().mean();
          };
      // The noise alone is .01; the start is near 10.
      assertThat(descend(rule, 0.02, 500, List.of(w), loss, 0.01)).isLessThan(0.01);
    }
  }

  @ParameterizedTest
  @MethodSource("rules")
  void small_network(Class<? extends Rule> rule) {
    try (PointerScope _ = new PointerScope()) {
      Tensor x = Seeds.normal(31, 64, 4).to(ScalarType.Double);
      Tensor y = x.select(1, 0).mul(x.select(1, 1)).tanh().unsqueeze(1);
      Parameter first = matrix("first", Seeds.normal(32, 4, 16).mul(new Scalar(0.5)));
      Parameter second = matrix("second", Seeds.normal(33, 16, 1).mul(new Scalar(0.25)));
      IntFunction<Tensor> loss =
          _ -> x.mm(first.tensor()).tanh().mm(second.tensor()).sub(y).square().mean();
      assertThat(descend(rule, 0.01, 600, List.of(first, second), loss, 0.5)).isLessThan(0.5);
    }
  }
}
