package dev.steepest.optim.rule;

import static dev.steepest.optim.rule.Descent.after;
import static dev.steepest.optim.rule.Descent.distance;
import static dev.steepest.optim.rule.Descent.normal;
import static dev.steepest.optim.rule.Descent.optimizer;
import static dev.steepest.optim.rule.Descent.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.steepest.optim.Optimizer;
import java.util.Map;
import java.util.function.IntFunction;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** SOAP is Adam, in a basis that follows the gradients. */
class SoapTest {

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
  void without_bases_is_adam_one_call_later() {
    Map<String, Object> soap =
        Map.of("lr", 0.01, "beta1", 0.9, "beta2", 0.99, "eps", 1e-30, "weight_decay", 0);
    Tensor start = normal(1, 6, 4);
    IntFunction<Tensor> gradient = step -> normal(10 + step, 6, 4);
    Tensor adam =
        after(
            Adam.class,
            Map.of("lr", 0.01, "beta1", 0.9, "beta2", 0.99, "eps", 1e-30),
            start,
            7,
            step -> gradient.apply(step + 1));
    Tensor without =
        after(Soap.class, with(soap, Map.of("max_precond_dim", 0)), start, 8, gradient);
    // SOAP's ε is not corrected, so both are without one that counts.
    assertThat(distance(without, adam)).isLessThan(1e-14);
    // And with bases it is something else.
    assertThat(distance(after(Soap.class, soap, start, 8, gradient), adam)).isGreaterThan(1e-3);
  }

  @Test
  void turns_with_its_rows_and_columns() {
    Map<String, Object> soap = Map.of("lr", 0.01, "weight_decay", 0, "precondition_frequency", 2);
    Tensor u = torch.linalg_qr(normal(5, 5, 5)).get0();
    Tensor v = torch.linalg_qr(normal(6, 5, 5)).get0();
    Tensor zero = torch.zeros(5, 5).to(ScalarType.Double);
    IntFunction<Tensor> gradient = step -> normal(10 + step, 5, 5);
    Tensor plain = after(Soap.class, soap, zero, 7, gradient);
    Tensor turned = after(Soap.class, soap, zero, 7, step -> u.mm(gradient.apply(step)).mm(v.t()));
    // Adam in the eigenbasis knows no other basis; eigenvectors round to 1e-16 over gaps of 1e-2,
    // and Adam divides by moments that may be 1e-2 of the others.
    assertThat(distance(turned, u.mm(plain).mm(v.t()))).isLessThan(1e-10);
  }

  @Test
  void keeps_its_bases_orthonormal_and_follows_the_eigenvectors() {
    Tensor w = normal(1, 6, 4);
    Map<String, Object> always = Map.of("precondition_frequency", 1, "shampoo_beta", 0.99);
    Tensor shape = torch.linalg_qr(normal(7, 6, 6)).get0();
    Tensor scales = torch.arange(new Scalar(1), new Scalar(7)).to(ScalarType.Double).square();
    try (Optimizer optimizer = optimizer(Soap.class, always, w)) {
      for (int step = 0; step < 300; step++) {
        try (PointerScope _ = new PointerScope()) {
          Tensor g = shape.mul(scales).mm(normal(100 + step, 6, 4));
          w.mutable_grad().put(g.clone());
          optimizer.step();
        }
      }
      Tensor q = optimizer.state().get("w/basis_0");
      Tensor l = optimizer.state().get("w/sum_0");
      assertThat(distance(q.t().mm(q), torch.eye(6).to(ScalarType.Double))).isLessThan(1e-14);
      Tensor diagonalised = q.t().mm(l).mm(q);
      double off = diagonalised.sub(diagonalised.diagonal().diag()).norm().item_double();
      // One iteration per step lags behind a matrix that changes by 1 % in each.
      assertThat(off / l.norm().item_double()).isLessThan(0.05);
    }
  }

  @Test
  void bears_dead_directions_in_float32() {
    // One row of large gradients, all others zero: a condition number beyond float32.
    Tensor rows = torch.zeros(20, 1);
    rows.select(0, 3).fill_(new Scalar(1e6));
    Tensor w =
        after(
            Soap.class,
            Map.of("lr", 0.1, "precondition_frequency", 1),
            normal(1, 20, 30).to(ScalarType.Float),
            12,
            step -> rows.mm(normal(10 + step, 1, 30).to(ScalarType.Float)));
    // Finite is all that SOAP promises: V is sorted with the basis, not turned, so that a direction
    // which was dead until now takes a long step.
    assertThat(w.isfinite().all().item_bool()).isTrue();
  }
}
