package dev.steepest.optim.rule;

import static dev.steepest.optim.rule.Trial.distance;
import static dev.steepest.optim.rule.Trial.normal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.steepest.optim.Optimizer;
import dev.steepest.optim.Parameter;
import dev.steepest.optim.ParameterGroup;
import dev.steepest.optim.Role;
import dev.steepest.optim.Rules;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Dion on many matrices at once. */
class DionTest {

  private static List<Parameter> after(String qr, Optimizer.Path path) {
    List<Parameter> parameters =
        List.of(
            new Parameter("tall", Role.MATRIX, normal(1, 9, 6)),
            new Parameter("wide", Role.MATRIX, normal(2, 6, 9)),
            new Parameter("fused", Role.MATRIX, normal(3, 27, 6), 3),
            new Parameter("filter", Role.CONV, normal(4, 9, 3, 2, 1)),
            new Parameter("other", Role.MATRIX, normal(5, 8, 6)),
            new Parameter("large", Role.MATRIX, normal(6, 80, 70)),
            new Parameter("as large", Role.MATRIX, normal(7, 70, 80)));
    Map<String, Object> given = Map.of("qr", qr, "power_iterations", 2, "lr", 0.1);
    ParameterGroup group = new ParameterGroup("all", Rules.make(Dion.class, given), parameters);
    try (Optimizer optimizer = Optimizer.builder(List.of(group)).seed(3).path(path).build()) {
      for (int step = 0; step < 4; step++) {
        for (Parameter p : parameters) {
          Tensor g =
              normal(100 + 10L * step + parameters.indexOf(p), p.tensor().sizes().vec().get());
          p.tensor().mutable_grad().put(g);
        }
        optimizer.step();
      }
    }
    return parameters;
  }

  @ParameterizedTest
  @ValueSource(strings = {"qr", "rcqr"})
  void takes_the_same_steps_together_as_one_by_one(String qr) {
    try (PointerScope _ = new PointerScope()) {
      List<Parameter> together = after(qr, Optimizer.Path.TOGETHER);
      List<Parameter> alone = after(qr, Optimizer.Path.ONE_BY_ONE);
      for (int i = 0; i < alone.size(); i++) {
        // The same products in another order: rounding of four steps of .1.
        assertThat(distance(together.get(i).tensor(), alone.get(i).tensor()))
            .as(alone.get(i).name())
            .isLessThan(1e-12);
      }
    }
  }
}
