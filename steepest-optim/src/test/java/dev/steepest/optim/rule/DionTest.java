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
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
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

  /** A zero-initialised projection behind another lets no gradient through at first. */
  @ParameterizedTest
  @ValueSource(strings = {"qr", "rcqr"})
  void a_zero_gradient_leaves_the_basis_as_it_was(String qr) {
    for (Optimizer.Path path : Optimizer.Path.values()) {
      try (PointerScope _ = new PointerScope()) {
        List<Parameter> both =
            List.of(
                new Parameter("idle", Role.MATRIX, normal(1, 9, 6)),
                new Parameter("busy", Role.MATRIX, normal(2, 9, 6)),
                new Parameter("half", Role.MATRIX, normal(3, 18, 6), 2));
        Tensor start = both.getFirst().tensor().clone();
        Map<String, Object> given = Map.of("qr", qr, "rank", 3, "weight_decay", 0);
        ParameterGroup group = new ParameterGroup("all", Rules.make(Dion.class, given), both);
        try (Optimizer optimizer = Optimizer.builder(List.of(group)).seed(3).path(path).build()) {
          Tensor zero = torch.zeros_like(start);
          Tensor half = normal(12, 18, 6);
          half.narrow(0, 0, 9).zero_();
          give(both, zero, normal(11, 9, 6), half);
          optimizer.step();
          assertThat(distance(both.getFirst().tensor(), start)).isZero();
          Tensor q = optimizer.state().get("idle/q").clone();
          for (Tensor basis : List.of(q, optimizer.state().get("half/q").narrow(0, 0, 1))) {
            Tensor lengths = basis.square().sum(new long[] {1}, false, new ScalarTypeOptional());
            // Each column over its norm plus 1e-8.
            assertThat(lengths.sub(new Scalar(1.0)).abs().max().item_double()).isLessThan(1e-7);
          }
          give(both, zero, normal(13, 9, 6), half);
          optimizer.step();
          // Over its norm plus 1e-8 once more.
          assertThat(distance(optimizer.state().get("idle/q"), q)).isLessThan(1e-7);
          // The first gradient is seen through the drawn basis: more than canonical columns move.
          give(both, normal(14, 9, 6), normal(15, 9, 6), half);
          optimizer.step();
          Tensor moved = both.getFirst().tensor().sub(start);
          assertThat(torch.linalg_matrix_rank(moved, 1e-9, false).item_long()).isEqualTo(3);
        }
      }
    }
  }

  private static void give(List<Parameter> parameters, Tensor... gradients) {
    for (int i = 0; i < gradients.length; i++) {
      parameters.get(i).tensor().mutable_grad().put(gradients[i].clone());
    }
  }
}
