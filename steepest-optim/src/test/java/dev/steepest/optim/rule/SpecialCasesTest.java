package dev.steepest.optim.rule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steepest.optim.Optimizer;
import dev.steepest.optim.Parameter;
import dev.steepest.optim.ParameterGroup;
import dev.steepest.optim.Role;
import dev.steepest.optim.Rule;
import dev.steepest.optim.Rules;
import dev.steepest.tensor.Seeds;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Hyper-parameters at which one rule is another, or a formula that needs no reference. */
class SpecialCasesTest {

  private PointerScope scope;

  @BeforeEach
  void open() {
    scope = new PointerScope();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private static Tensor start(long... shape) {
    return Seeds.normal(1, shape).to(ScalarType.Double);
  }

  private static Tensor gradient(int step, long... shape) {
    return Seeds.normal(100 + step, shape).to(ScalarType.Double);
  }

  /** The weights after some steps with random gradients. */
  private static Tensor after(
      Class<? extends Rule> rule, Map<String, Object> given, int steps, int blocks, long... shape) {
    Tensor w = start(shape).set_requires_grad(true);
    Parameter parameter = new Parameter("w", Role.MATRIX, w, blocks);
    try (Optimizer optimizer =
        new Optimizer(
            List.of(new ParameterGroup("all", Rules.make(rule, given), List.of(parameter))))) {
      for (int step = 0; step < steps; step++) {
        optimizer.zeroGrad();
        Tensor before = w.grad();
        Tensor g = gradient(step, shape);
        w.mutable_grad().put(before.defined() ? before.add(g) : g);
        optimizer.step(1);
      }
    }
    return w.detach();
  }

  private static double distance(Tensor a, Tensor b) {
    return a.sub(b).abs().max().item_double();
  }

  @Test
  void sgd_without_momentum_is_the_gradient() {
    Map<String, Object> plain = Map.of("lr", 0.1, "momentum", 0, "weight_decay", 0);
    Tensor expected = start(3, 4).sub(gradient(0, 3, 4), new Scalar(0.1));
    assertThat(distance(after(Sgd.class, plain, 1, 1, 3, 4), expected)).isLessThan(1e-15);
  }

  @Test
  void adam_without_memory_is_the_sign_and_so_is_lion() {
    Map<String, Object> adam =
        Map.of("lr", 0.1, "beta1", 0, "beta2", 0, "eps", 1e-300, "weight_decay", 0);
    Map<String, Object> lion = Map.of("lr", 0.1, "beta1", 0, "weight_decay", 0);
    Map<String, Object> scion =
        Map.of(
            "lr",
            0.1,
            "momentum",
            1,
            "scale",
            1,
            "constraint",
            "none",
            "norm",
            "sign",
            "scaling",
            "unscaled");
    Tensor expected = after(SignDescent.class, Map.of("lr", 0.1), 5, 1, 3, 4);
    // Square root and quotient round to 1e-16 of a step of .1.
    assertThat(distance(after(Adam.class, adam, 5, 1, 3, 4), expected)).isLessThan(1e-15);
    assertThat(distance(after(AdamW.class, adam, 5, 1, 3, 4), expected)).isLessThan(1e-15);
    assertThat(distance(after(Lion.class, lion, 5, 1, 3, 4), expected)).isLessThan(1e-15);
    assertThat(distance(after(Scion.class, scion, 5, 1, 3, 4), expected)).isLessThan(1e-15);
  }

  @Test
  void adamw_is_adam_without_decay() {
    Map<String, Object> none = Map.of("weight_decay", 0);
    assertThat(distance(after(Adam.class, none, 8, 1, 3, 4), after(AdamW.class, none, 8, 1, 3, 4)))
        .isLessThan(1e-15);
  }

  @Test
  void muon_on_one_row_is_normalised_momentum() {
    Map<String, Object> exact =
        Map.of(
            "lr",
            0.1,
            "momentum",
            0,
            "orthogonalization",
            "svd",
            "precision",
            "parameter",
            "nesterov",
            false);
    Tensor g = gradient(0, 1, 7);
    Tensor expected = start(1, 7).sub(g.div(g.norm()), new Scalar(0.1));
    assertThat(distance(after(Muon.class, exact, 1, 1, 1, 7), expected)).isLessThan(1e-15);
  }

  @Test
  void a_step_of_dion_is_as_long_as_its_rank() {
    // P is orthonormal and Q's columns have length one: the Frobenius norm of PQᵀ is √rank.
    Map<String, Object> full = Map.of("lr", 1, "rank_fraction", 1, "weight_decay", 0);
    Tensor step = start(6, 6).sub(after(Dion.class, full, 1, 1, 6, 6));
    assertThat(Math.abs(step.norm().item_double() - Math.sqrt(6))).isLessThan(1e-6);
  }

  @Test
  void a_weight_of_zeros_survives_the_reset_of_its_norm() {
    Tensor w = torch.zeros(3, 4).set_requires_grad(true);
    w.mutable_grad().put(Seeds.normal(1, 3, 4));
    Rule reset = Rules.make(Muon.class, Map.of("weight_norm", "reset"));
    Parameter parameter = new Parameter("w", Role.MATRIX, w);
    try (Optimizer optimizer =
        new Optimizer(List.of(new ParameterGroup("all", reset, List.of(parameter))))) {
      optimizer.step(1);
      assertThat(w.abs().sum().item_double()).isBetween(1e-3, 1.0);
    }
  }

  @Test
  void dion_moves_within_its_rank() {
    Map<String, Object> two = Map.of("lr", 1, "rank", 2, "weight_decay", 0);
    Tensor step = start(9, 5).sub(after(Dion.class, two, 1, 1, 9, 5));
    Tensor s = torch.linalg_svd(step).get1();
    assertThat(s.select(0, 1).item_double()).isGreaterThan(0.01);
    assertThat(s.select(0, 2).item_double()).isLessThan(1e-12);
  }

  @Test
  void scion_light_is_scion() {
    Map<String, Object> given = Map.of("precision", "parameter", "lr", 0.02, "momentum", 0.25);
    // They differ by the guard of the norm: 1e-7 of it, times the momentum, times radius and rate.
    assertThat(
            distance(
                after(Scion.class, given, 6, 1, 5, 4), after(ScionLight.class, given, 6, 1, 5, 4)))
        .isLessThan(1e-6);
  }

  @Test
  void constrained_scion_stays_in_its_ball() {
    Map<String, Object> ball =
        Map.of("lr", 0.5, "scale", 0.3, "norm", "sign", "scaling", "unscaled", "momentum", 1);
    Tensor w = after(Scion.class, ball, 60, 1, 4, 4);
    // The start decays as 2⁻⁶⁰.
    assertThat(w.abs().max().item_double()).isLessThanOrEqualTo(0.3 + 1e-12);
  }

  @Test
  void fused_matrices_are_matrices_of_their_own() {
    for (Class<? extends Rule> rule : List.of(Muon.class, Scion.class, Dion.class)) {
      Map<String, Object> given =
          rule == Dion.class
              ? Map.of("rank_fraction", 1, "power_iterations", 60, "lr", 0.1)
              : Map.of("precision", "parameter", "lr", 0.1);
      Tensor fused = after(rule, given, 1, 3, 12, 4);
      for (int block = 0; block < 3; block++) {
        Tensor w = start(12, 4).narrow(0, 4L * block, 4).clone().set_requires_grad(true);
        w.mutable_grad().put(gradient(0, 12, 4).narrow(0, 4L * block, 4).clone());
        Parameter parameter = new Parameter("w", Role.MATRIX, w);
        try (Optimizer optimizer =
            new Optimizer(
                List.of(new ParameterGroup("all", Rules.make(rule, given), List.of(parameter))))) {
          optimizer.step(1);
        }
        // Dion's bases differ by their draw; sixty power iterations bring both to the singular
        // vectors.
        assertThat(distance(fused.narrow(0, 4L * block, 4), w.detach()))
            .as("%s, block %d", rule, block)
            .isLessThan(1e-6);
      }
    }
  }

  @Test
  void cautious_decay_spares_what_the_step_moves_outwards() {
    Map<String, Object> cautious =
        Map.of(
            "lr",
            0.01,
            "momentum",
            0,
            "weight_decay",
            1,
            "decay",
            "cautious",
            "precision",
            "parameter");
    Map<String, Object> none = Map.of("lr", 0.01, "momentum", 0, "precision", "parameter");
    Tensor w = start(4, 3);
    Tensor bare = after(Muon.class, none, 1, 1, 4, 3);
    Tensor decayed = bare.sub(after(Muon.class, cautious, 1, 1, 4, 3));
    Tensor inwards = w.mul(w.sub(bare)).gt(new Scalar(0.0));
    assertThat(distance(decayed, w.mul(inwards).mul(new Scalar(0.01)))).isLessThan(1e-15);
  }
}
