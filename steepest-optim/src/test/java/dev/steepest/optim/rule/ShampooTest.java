package dev.steepest.optim.rule;

import static dev.steepest.optim.rule.Descent.after;
import static dev.steepest.optim.rule.Descent.distance;
import static dev.steepest.optim.rule.Descent.normal;
import static dev.steepest.optim.rule.Descent.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

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

/** Shampoo against plain arithmetic, and what holds in any basis. */
class ShampooTest {

  private PointerScope scope;

  @BeforeEach
  void open() {
    scope = new PointerScope();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private static final Map<String, Object> PLAIN =
      Map.of("lr", 0.1, "beta1", 0, "eps", 1e-3, "bias_correction", false);

  @Test
  void of_diagonal_gradients_is_adagrad_by_the_oracle() {
    double[][] gradients = {{3, -0.5}, {1, 2}, {-0.25, 4}};
    // L = R = diag(Σg²): L^(−1/4)·G·R^(−1/4) has g/√(Σg² + ε) on the diagonal.
    double[] sums = new double[2];
    double[] expected = {1, 1};
    for (double[] g : gradients) {
      for (int i = 0; i < 2; i++) {
        sums[i] += g[i] * g[i];
        expected[i] -= 0.1 * g[i] / Math.sqrt(sums[i] + 1e-3);
      }
    }
    Tensor w =
        after(
            Shampoo.class,
            PLAIN,
            torch.eye(2).to(ScalarType.Double),
            gradients.length,
            step -> diagonal(gradients[step]));
    // Fourth roots and products near 1 round to some 1e-16.
    assertThat(w.select(0, 0).select(0, 0).item_double()).isCloseTo(expected[0], within(1e-14));
    assertThat(w.select(0, 1).select(0, 1).item_double()).isCloseTo(expected[1], within(1e-14));
    assertThat(w.select(0, 0).select(0, 1).abs().item_double()).isLessThan(1e-14);
  }

  private static Tensor diagonal(double[] values) {
    Tensor d = torch.zeros(2, 2).to(ScalarType.Double);
    d.select(0, 0).select(0, 0).fill_(new Scalar(values[0]));
    d.select(0, 1).select(0, 1).fill_(new Scalar(values[1]));
    return d;
  }

  @Test
  void of_a_full_matrix_is_the_oracle() {
    double[][][] gradients = {{{1, 2}, {-0.5, 0.75}}, {{0.3, -1}, {2, 0.1}}};
    double[][] left = {{0, 0}, {0, 0}};
    double[][] right = {{0, 0}, {0, 0}};
    double[][] expected = {{0, 0}, {0, 0}};
    for (double[][] g : gradients) {
      left = sum(left, product(g, transposed(g)));
      right = sum(right, product(transposed(g), g));
      double[][] step = product(product(fourthRoot(left), g), fourthRoot(right));
      for (int i = 0; i < 4; i++) {
        expected[i / 2][i % 2] -= 0.1 * step[i / 2][i % 2];
      }
    }
    Tensor w =
        after(
            Shampoo.class,
            PLAIN,
            torch.zeros(2, 2).to(ScalarType.Double),
            2,
            step -> matrix(gradients[step]));
    for (int i = 0; i < 4; i++) {
      // The oracle divides by the difference of eigenvalues, which is near 1.
      assertThat(w.reshape(4).select(0, i).item_double())
          .isCloseTo(expected[i / 2][i % 2], within(1e-13));
    }
  }

  private static Tensor matrix(double[][] values) {
    Tensor m = torch.zeros(2, 2).to(ScalarType.Double);
    for (int i = 0; i < 4; i++) {
      m.view(4).select(0, i).fill_(new Scalar(values[i / 2][i % 2]));
    }
    return m;
  }

  private static double[][] product(double[][] a, double[][] b) {
    double[][] c = new double[2][2];
    for (int i = 0; i < 2; i++) {
      for (int j = 0; j < 2; j++) {
        c[i][j] = a[i][0] * b[0][j] + a[i][1] * b[1][j];
      }
    }
    return c;
  }

  private static double[][] transposed(double[][] a) {
    return new double[][] {{a[0][0], a[1][0]}, {a[0][1], a[1][1]}};
  }

  private static double[][] sum(double[][] a, double[][] b) {
    return new double[][] {
      {a[0][0] + b[0][0], a[0][1] + b[0][1]}, {a[1][0] + b[1][0], a[1][1] + b[1][1]}
    };
  }

  /** (A + 10⁻³I)^(−1/4) by interpolation between both eigenvalues (Sylvester's formula). */
  private static double[][] fourthRoot(double[][] a) {
    double p = a[0][0] + 1e-3;
    double q = a[1][1] + 1e-3;
    double middle = (p + q) / 2;
    double half = Math.hypot((p - q) / 2, a[0][1]);
    double high = Math.pow(middle + half, -0.25);
    double low = Math.pow(middle - half, -0.25);
    double slope = (high - low) / (2 * half);
    double level = low - slope * (middle - half);
    return new double[][] {
      {level + slope * p, slope * a[0][1]}, {slope * a[0][1], level + slope * q}
    };
  }

  @Test
  void turns_with_its_rows_and_columns() {
    Tensor u = torch.linalg_qr(normal(5, 6, 6)).get0();
    Tensor v = torch.linalg_qr(normal(6, 4, 4)).get0();
    Tensor zero = torch.zeros(6, 4).to(ScalarType.Double);
    IntFunction<Tensor> gradient = step -> normal(10 + step, 6, 4);
    Tensor plain = after(Shampoo.class, PLAIN, zero, 5, gradient);
    Tensor turned =
        after(Shampoo.class, PLAIN, zero, 5, step -> u.mm(gradient.apply(step)).mm(v.t()));
    // (UAUᵀ)^(−1/4) = U·A^(−1/4)·Uᵀ; ε lifts the least eigenvalue to 1e-3: 1e-16·1e3 at worst.
    assertThat(distance(turned, u.mm(plain).mm(v.t()))).isLessThan(1e-12);
  }

  @Test
  void on_one_step_is_orthogonal() {
    // (GGᵀ)^(−1/4)·G·(GᵀG)^(−1/4) = UVᵀ, but for ε = 1e-12 under eigenvalues above 1e-2.
    Tensor g = normal(3, 5, 5);
    Tensor svdU = torch.linalg_svd(g).get0();
    Tensor svdV = torch.linalg_svd(g).get2();
    Map<String, Object> bare = Map.of("lr", 1, "beta1", 0);
    Tensor w = after(Shampoo.class, bare, torch.zeros(5, 5).to(ScalarType.Double), 1, _ -> g);
    assertThat(distance(w, svdU.mm(svdV).neg())).isLessThan(1e-9);
  }

  @Test
  void cuts_long_dimensions_into_matrices_of_their_own() {
    Map<String, Object> cut =
        with(
            PLAIN, Map.of("max_preconditioner_dim", 3, "target_dimensionality", 0, "graft", "sgd"));
    Tensor start = normal(1, 5, 7);
    IntFunction<Tensor> gradient = step -> normal(10 + step, 5, 7);
    Tensor whole = after(Shampoo.class, cut, start, 4, gradient);
    for (long[] tile : new long[][] {{0, 3, 0, 3}, {3, 2, 3, 3}, {0, 3, 6, 1}}) {
      Tensor alone =
          after(Shampoo.class, cut, part(start, tile), 4, step -> part(gradient.apply(step), tile));
      assertThat(distance(alone, part(whole, tile))).isLessThan(1e-14);
    }
  }

  private static Tensor part(Tensor x, long[] tile) {
    return x.narrow(0, tile[0], tile[1]).narrow(1, tile[2], tile[3]);
  }

  @Test
  void steps_as_far_as_the_rule_it_is_grafted_to() {
    Map<String, Object> adam = Map.of("lr", 0.1, "beta1", 0.9, "beta2", 0.99, "eps", 1e-8);
    Map<String, Object> grafted =
        Map.of("lr", 0.1, "beta2", 0.9, "graft", "adam", "graft_beta2", 0.99, "graft_eps", 1e-8);
    Tensor zero = torch.zeros(6, 4).to(ScalarType.Double);
    // In one step both averages are the gradient; later steps differ as directions do.
    IntFunction<Tensor> gradient = _ -> normal(10, 6, 4);
    double expected = after(Adam.class, adam, zero, 1, gradient).norm().item_double();
    double actual = after(Shampoo.class, grafted, zero, 1, gradient).norm().item_double();
    assertThat(actual).isCloseTo(expected, within(1e-14));
  }

  @Test
  void before_its_first_root_is_the_grafted_rule() {
    Map<String, Object> adam = Map.of("lr", 0.1, "beta1", 0.9, "beta2", 0.99, "eps", 1e-8);
    Map<String, Object> grafted =
        with(
            Map.of("lr", 0.1, "graft", "adam", "graft_beta2", 0.99, "graft_eps", 1e-8),
            Map.of("start_preconditioning_step", 50));
    Tensor start = normal(1, 6, 4);
    IntFunction<Tensor> gradient = step -> normal(10 + step, 6, 4);
    assertThat(
            distance(
                after(Adam.class, adam, start, 8, gradient),
                after(Shampoo.class, grafted, start, 8, gradient)))
        .isLessThan(1e-14);
  }

  @Test
  void bears_dead_directions_in_float32() {
    // One row of large gradients, all others zero: a condition number beyond float32.
    Tensor rows = torch.zeros(20, 1);
    rows.select(0, 3).fill_(new Scalar(1e6));
    Tensor w =
        after(
            Shampoo.class,
            Map.of("lr", 0.1),
            normal(1, 20, 30).to(ScalarType.Float),
            12,
            step -> rows.mm(normal(10 + step, 1, 30).to(ScalarType.Float)));
    assertThat(w.isfinite().all().item_bool()).isTrue();
    // The live row moves by steps of ordinary length.
    assertThat(w.abs().max().item_double()).isLessThan(20);
  }
}
