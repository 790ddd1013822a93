package dev.steepest.optim.rule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steepest.optim.Optimizer;
import dev.steepest.optim.Parameter;
import dev.steepest.optim.ParameterGroup;
import dev.steepest.optim.Role;
import dev.steepest.optim.Rules;
import dev.steepest.tensor.Seeds;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Adafactor against loops over plain numbers, and what must hold whatever the numbers. */
class AdafactorTest {

  private static final int STEPS = 6;

  private PointerScope scope;

  @BeforeEach
  void open() {
    scope = new PointerScope();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  /**
   * The formulas in loops: squares are averaged over the members of each row and column that {@code
   * row} and {@code column} name; null averages nothing. ε is added to the squares, the decay is by
   * the step's size.
   */
  private static double[] byHand(
      long[] shape, ToIntFunction<int[]> row, ToIntFunction<int[]> column, double beta1) {
    return byHand(shape, row, column, beta1, false);
  }

  private static double[] byHand(
      long[] shape,
      ToIntFunction<int[]> row,
      ToIntFunction<int[]> column,
      double beta1,
      boolean caution) {
    double[] w = Driven.numbers(Driven.normal(1, 1, shape));
    int n = w.length;
    double[] first = new double[n];
    double[] second = new double[n];
    double[] rows = new double[n];
    double[] columns = new double[n];
    for (int t = 1; t <= STEPS; t++) {
      double[] g = Driven.numbers(Driven.normal(100 + t - 1, 1, shape));
      double share = Math.pow(t, -0.7);
      double alpha = Math.max(1e-3, rms(w)) * Math.min(0.3, 1 / Math.sqrt(t));
      double[] rowNow = new double[n];
      double[] columnNow = new double[n];
      double[] inRow = new double[n];
      double[] inColumn = new double[n];
      double[] u = new double[n];
      if (row == null) {
        for (int i = 0; i < n; i++) {
          second[i] += share * (g[i] * g[i] + 1e-30 - second[i]);
          u[i] = g[i] / Math.sqrt(second[i]);
        }
      } else {
        for (int i = 0; i < n; i++) {
          int r = row.applyAsInt(index(i, shape));
          int c = column.applyAsInt(index(i, shape));
          rowNow[r] += g[i] * g[i] + 1e-30;
          inRow[r]++;
          columnNow[c] += g[i] * g[i] + 1e-30;
          inColumn[c]++;
        }
        for (int i = 0; i < n; i++) {
          rows[i] += inRow[i] == 0 ? 0 : share * (rowNow[i] / inRow[i] - rows[i]);
          columns[i] += inColumn[i] == 0 ? 0 : share * (columnNow[i] / inColumn[i] - columns[i]);
        }
        for (int i = 0; i < n; i++) {
          int r = row.applyAsInt(index(i, shape));
          int c = column.applyAsInt(index(i, shape));
          // The mean of all rows that share this column's other indices.
          double sum = 0;
          int count = 0;
          for (int j = 0; j < n; j++) {
            if (column.applyAsInt(index(j, shape)) == c) {
              sum += rows[row.applyAsInt(index(j, shape))];
              count++;
            }
          }
          u[i] = g[i] / Math.sqrt(rows[r] * columns[c] / (sum / count));
        }
      }
      double shrink = alpha / Math.max(1, rms(u) / 0.9);
      int agreeing = 0;
      for (int i = 0; i < n; i++) {
        first[i] = beta1 * first[i] + (1 - beta1) * shrink * u[i];
        agreeing += first[i] * g[i] > 0 ? 1 : 0;
      }
      for (int i = 0; i < n; i++) {
        double kept = !caution ? 1 : first[i] * g[i] > 0 ? n / (double) agreeing : 0;
        w[i] -= 0.2 * alpha * w[i];
        w[i] -= kept * first[i];
      }
    }
    return w;
  }

  private static double rms(double[] x) {
    double sum = 0;
    for (double v : x) {
      sum += v * v;
    }
    return Math.sqrt(sum / x.length);
  }

  private static int[] index(int flat, long[] shape) {
    int[] index = new int[shape.length];
    for (int d = shape.length - 1, rest = flat; d >= 0; rest /= (int) shape[d], d--) {
      index[d] = rest % (int) shape[d];
    }
    return index;
  }

  private static Map<String, Object> timm(Map<String, Object> more) {
    Map<String, Object> given =
        new TreeMap<>(
            Map.of(
                "lr", 0.3,
                "beta2_decay", -0.7,
                "eps_form", "added",
                "clip_threshold", 0.9,
                "weight_decay", 0.2,
                "decay", "by_step",
                "factoring", "channels"));
    given.putAll(more);
    return given;
  }

  private static Tensor after(Map<String, Object> given, long... shape) {
    try (Driven walk = new Driven(Adafactor.class, given, Driven.normal(1, 1, shape))) {
      return walk.random(STEPS, 100, 1).weight();
    }
  }

  @Test
  void vectors_are_as_by_hand() {
    // Six steps of rounding.
    assertThat(Driven.distance(after(timm(Map.of()), 9), byHand(new long[] {9}, null, null, 0)))
        .isLessThan(1e-13);
    Map<String, Object> unfactored = timm(Map.of("min_dim", 6, "beta1", 0.8));
    assertThat(Driven.distance(after(unfactored, 6, 4), byHand(new long[] {6, 4}, null, null, 0.8)))
        .isLessThan(1e-13);
  }

  @Test
  void matrices_are_as_by_hand() {
    double[] expected = byHand(new long[] {6, 4}, x -> x[0], x -> x[1], 0.8);
    assertThat(Driven.distance(after(timm(Map.of("beta1", 0.8)), 6, 4), expected))
        .isLessThan(1e-13);
  }

  @Test
  void filters_are_factored_by_channels_or_by_kernel_sides() {
    long[] shape = {4, 3, 2, 2};
    double[] channels =
        byHand(shape, x -> 4 * x[0] + 2 * x[2] + x[3], x -> 4 * x[1] + 2 * x[2] + x[3], 0);
    assertThat(Driven.distance(after(timm(Map.of("min_dim", 2)), shape), channels))
        .isLessThan(1e-13);
    double[] sides =
        byHand(shape, x -> 6 * x[0] + 2 * x[1] + x[2], x -> 6 * x[0] + 2 * x[1] + x[3], 0);
    assertThat(Driven.distance(after(timm(Map.of("factoring", "trailing")), shape), sides))
        .isLessThan(1e-13);
  }

  @Test
  void factoring_is_exact_where_squares_have_rank_one() {
    // |g_ij| = a_i·b_j: the squares are the product of their row and column means.
    Tensor g = Driven.normal(5, 1, 6, 1).mul(Driven.normal(6, 1, 1, 5));
    Tensor signs = Driven.normal(7, 1, 6, 5).sign();
    Tensor start = Driven.normal(1, 1, 6, 5);
    for (String form : List.of("added", "floor", "machine_floor")) {
      try (Driven factored = new Driven(Adafactor.class, Map.of("eps_form", form), start);
          Driven whole =
              new Driven(Adafactor.class, Map.of("eps_form", form, "min_dim", 100), start)) {
        for (int step = 1; step <= 5; step++) {
          Tensor gradient = g.mul(signs).mul(new Scalar((double) step));
          factored.step(1, gradient);
          whole.step(1, gradient);
        }
        assertThat(Driven.distance(factored.weight(), whole.weight())).as(form).isLessThan(1e-14);
      }
    }
  }

  @Test
  void gradients_count_by_direction_and_weights_by_size() {
    Tensor start = Driven.normal(1, 1, 6, 5);
    Scalar times = new Scalar(64.0); // a power of two: no rounding of its own
    try (Driven plain = new Driven(Adafactor.class, Map.of(), start);
        Driven steep = new Driven(Adafactor.class, Map.of(), start);
        Driven large = new Driven(Adafactor.class, Map.of(), start.mul(times))) {
      plain.random(STEPS, 100, 1);
      steep.random(STEPS, 100, 64);
      large.random(STEPS, 100, 1);
      assertThat(Driven.distance(plain.weight(), steep.weight())).isLessThan(1e-14);
      assertThat(Driven.distance(plain.weight().mul(times), large.weight())).isLessThan(1e-12);
    }
  }

  @Test
  void the_warm_up_starts_at_a_ten_thousandth() {
    Map<String, Object> given =
        Map.of("lr", 0.01, "step_size", "warming", "scale_parameter", false);
    Tensor start = Driven.normal(1, 1, 9);
    try (Driven walk = new Driven(Adafactor.class, given, start)) {
      walk.random(1, 100, 1);
      // The first direction is the gradient's sign.
      Tensor expected = start.sub(Driven.normal(100, 1, 9).sign(), new Scalar(1e-6));
      assertThat(Driven.distance(walk.weight(), expected)).isLessThan(1e-15);
    }
  }

  @Test
  void a_floor_below_the_smallest_number_stays_finite() {
    Tensor w = Seeds.normal(1, 4, 3).set_requires_grad(true);
    w.mutable_grad().put(w.detach().mul(new Scalar(0.0)));
    ParameterGroup group =
        new ParameterGroup(
            "all",
            Rules.make(Adafactor.class, Map.of("eps_form", "floor", "eps1", 1e-30)),
            List.of(new Parameter("w", Role.MATRIX, w)));
    try (Optimizer optimizer = new Optimizer(List.of(group))) {
      Tensor before = w.detach().clone();
      optimizer.step();
      assertThat(w.detach().equal(before)).isTrue();
    }
  }

  @Test
  void a_factored_matrix_costs_its_rows_and_columns() {
    assertThat(bytes(Map.of(), 30, 20)).isEqualTo((30 + 20) * 8);
    assertThat(bytes(Map.of("min_dim", 20), 30, 20)).isEqualTo(30 * 20 * 8);
    assertThat(bytes(Map.of("beta1", 0.9), 30, 20)).isEqualTo((30 + 20 + 30 * 20) * 8);
    assertThat(bytes(Map.of("factoring", "channels"), 30, 20, 3, 3)).isEqualTo((30 + 20) * 9 * 8);
  }

  private static long bytes(Map<String, Object> given, long... shape) {
    try (Driven walk = new Driven(Adafactor.class, given, Driven.normal(1, 1, shape))) {
      return walk.random(1, 100, 1).optimizer.stateBytes();
    }
  }
}
