package dev.steepest.optim.rule;

import static dev.steepest.optim.rule.Descent.after;
import static dev.steepest.optim.rule.Descent.normal;
import static dev.steepest.optim.rule.Descent.optimizer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.optim.Optimizer;
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

/** PSGD-Kron whitens, and its factors stay what they must be. */
class PsgdKronTest {

  private PointerScope scope;

  @BeforeEach
  void open() {
    scope = new PointerScope();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  @Test
  void keeps_its_factors_triangular_with_a_positive_diagonal() {
    Tensor w = normal(1, 6, 4);
    try (Optimizer optimizer = optimizer(PsgdKron.class, Map.of("precond_lr", 0.5), w)) {
      for (int step = 0; step < 200; step++) {
        try (PointerScope _ = new PointerScope()) {
          w.mutable_grad().put(normal(100 + step, 6, 4).mul(new Scalar(Math.pow(10, step % 5))));
          optimizer.step();
        }
      }
      for (String key : List.of("w/q_0", "w/q_1")) {
        Tensor q = optimizer.state().get(key);
        assertThat(q.tril(-1).abs().max().item_double()).isZero();
        // QᵀQ is positive definite exactly where the diagonal has no zero.
        assertThat(q.diagonal().min().item_double()).isPositive();
        assertThat(q.sub(q.diagonal().diag()).abs().max().item_double()).isPositive();
      }
    }
  }

  @Test
  void learns_to_whiten() {
    // G = L·Z·Rᵀ with Z white has covariance (LLᵀ) ⊗ (RRᵀ), like the gradients of a quadratic at
    // random points; Q whitens it when Q₁L and Q₂R are orthogonal up to scale.
    Tensor l = lower(21, 4);
    Tensor r = lower(22, 3);
    double before = 0;
    double last = 0;
    Tensor w = torch.zeros(4, 3).to(ScalarType.Double);
    Map<String, Object> raw = Map.of("beta1", 0, "precond_lr", 0.02, "lr", 1e-9);
    try (Optimizer optimizer = optimizer(PsgdKron.class, raw, w)) {
      for (int step = 0; step < 3000; step++) {
        try (PointerScope _ = new PointerScope()) {
          w.mutable_grad().put(l.mm(normal(100 + step, 4, 3)).mm(r.t()));
          optimizer.step();
          if (step == 0 || step == 2999) {
            Map<String, Tensor> state = optimizer.state();
            last = unwhiteness(state.get("w/q_0").mm(l), state.get("w/q_1").mm(r));
            before = step == 0 ? last : before;
          }
        }
      }
    }
    assertThat(before).isGreaterThan(1);
    assertThat(last).isLessThan(0.25 * before);
  }

  private static Tensor lower(long seed, long n) {
    Tensor diagonal = torch.arange(new Scalar(1), new Scalar(n + 1)).to(ScalarType.Double).diag();
    return normal(seed, n, n).tril(-1).add(diagonal);
  }

  /** ‖C − I‖ of the covariance C = (AAᵀ) ⊗ (BBᵀ) that is left. */
  private static double unwhiteness(Tensor a, Tensor b) {
    Tensor covariance = torch.kron(a.mm(a.t()), b.mm(b.t()));
    return covariance.sub(torch.eye(covariance.size(0)).to(ScalarType.Double)).norm().item_double();
  }

  @Test
  void inverts_a_hessian() {
    // Gradients of ½·wᵀHw at white points have covariance H², so P = QᵀQ tends to H⁻¹.
    Tensor root = lower(31, 4);
    Tensor h = root.mm(root.t()).div(new Scalar(8.0));
    Tensor inverse = torch.linalg_inv(h);
    Tensor w = torch.zeros(4, 1).to(ScalarType.Double);
    double first = 0;
    double last = 0;
    Map<String, Object> raw = Map.of("beta1", 0, "precond_lr", 0.02, "lr", 1e-9);
    try (Optimizer optimizer = optimizer(PsgdKron.class, raw, w)) {
      for (int step = 0; step < 4000; step++) {
        try (PointerScope _ = new PointerScope()) {
          w.mutable_grad().put(h.mm(normal(100 + step, 4, 1)));
          optimizer.step();
          if (step == 0 || step == 3999) {
            Tensor q = optimizer.state().get("w/q_0").mul(optimizer.state().get("w/q_1"));
            last = q.t().mm(q).sub(inverse).norm().div(inverse.norm()).item_double();
            first = step == 0 ? last : first;
          }
        }
      }
    }
    assertThat(last).isLessThan(0.35 * first);
  }

  @Test
  void updates_its_factors_as_often_as_the_probability_says() {
    Map<String, Object> quarter =
        Map.of("update_max_probability", 0.25, "update_min_probability", 0.25);
    Tensor w = normal(1, 3, 2);
    try (Optimizer optimizer = optimizer(PsgdKron.class, quarter, w)) {
      for (int step = 0; step < 40; step++) {
        w.mutable_grad().put(normal(100 + step, 3, 2));
        optimizer.step();
      }
      assertThat(optimizer.state().get("w/updates").item_double()).isEqualTo(10);
    }
  }

  @Test
  void does_not_step_further_than_whitened_gradients_would() {
    Tensor start = normal(1, 6, 4);
    Tensor w =
        after(
            PsgdKron.class,
            Map.of("lr", 1, "precond_init_scale", 1e6),
            start,
            1,
            _ -> normal(10, 6, 4));
    double rms = w.sub(start).square().mean().sqrt().item_double();
    assertThat(rms).isCloseTo(1.1, within(1e-9));
  }
}
