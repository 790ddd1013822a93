package dev.steepest.optim.rule;

import static dev.steepest.optim.rule.Trial.elements;
import static dev.steepest.optim.rule.Trial.normal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** AdaMuon against the paper's lines in plain loops. */
class AdaMuonTest {

  private static final double LR = 0.02;
  private static final double BETA = 0.9;
  private static final double BETA2 = 0.8;
  private static final double DECAY = 0.1;
  private static final double EPS = 1e-6;

  @ParameterizedTest
  @CsvSource({"sign,false,5,3", "sign,true,3,5", "none,false,3,5", "none,true,4,4"})
  void follows_the_papers_lines(String stabilization, boolean nesterov, int m, int n) {
    try (PointerScope _ = new PointerScope()) {
      Map<String, Object> given =
          Map.of(
              "lr", LR,
              "momentum", BETA,
              "beta2", BETA2,
              "nesterov", nesterov,
              "stabilization", stabilization,
              "weight_decay", DECAY,
              "eps", EPS,
              "precision", "parameter");
      Tensor start = normal(1, m, n);
      double[][] w = rows(start, n);
      double[][] momentum = new double[m][n];
      double[][] v = new double[m][n];
      try (Trial trial = new Trial(AdaMuon.class, given, start, 1)) {
        for (int step = 0; step < 8; step++) {
          Tensor gradient = normal(100 + step, m, n);
          trial.step(gradient, 1);
          step(w, momentum, v, rows(gradient, n), stabilization.equals("sign"), nesterov);
          double[][] actual = rows(trial.weight, n);
          for (int i = 0; i < m; i++) {
            // Eight steps of float64; the iteration and the division by √V magnify it.
            assertThat(actual[i])
                .as("row %s, step %s", i, step)
                .containsExactly(w[i], within(1e-12));
          }
        }
      }
    }
  }

  @Test
  void a_step_has_the_root_mean_square_of_adamw() {
    try (PointerScope _ = new PointerScope()) {
      Tensor start = normal(1, 7, 4);
      try (Trial trial =
          new Trial(AdaMuon.class, Map.of("lr", 0.01, "weight_decay", 0), start, 1)) {
        for (int step = 0; step < 3; step++) {
          Tensor before = trial.weight.clone();
          trial.step(normal(100 + step, 7, 4), 1);
          double sum = 0;
          for (double x : elements(trial.weight.sub(before))) {
            sum += x * x;
          }
          assertThat(Math.sqrt(sum / 28)).isCloseTo(0.2 * 0.01, within(1e-15));
        }
      }
    }
  }

  private static void step(
      double[][] w,
      double[][] momentum,
      double[][] v,
      double[][] g,
      boolean sign,
      boolean nesterov) {
    int m = w.length;
    int n = w[0].length;
    double[][] u = new double[m][n];
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        momentum[i][j] = BETA * momentum[i][j] + g[i][j];
        double ahead = nesterov ? g[i][j] + BETA * momentum[i][j] : momentum[i][j];
        u[i][j] = sign ? Math.signum(ahead) : ahead;
      }
    }
    double[][] o = newtonSchulz(u);
    double squares = 0;
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        v[i][j] = BETA2 * v[i][j] + (1 - BETA2) * o[i][j] * o[i][j];
        o[i][j] /= Math.sqrt(v[i][j]) + EPS;
        squares += o[i][j] * o[i][j];
      }
    }
    double gamma = 0.2 * Math.sqrt(m * n) / Math.sqrt(squares);
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        w[i][j] -= LR * (gamma * o[i][j] + DECAY * w[i][j]);
      }
    }
  }

  /** Five iterations X ← aX + b(XXᵀ)X + c(XXᵀ)²X from X/‖X‖. */
  private static double[][] newtonSchulz(double[][] g) {
    double squares = 0;
    for (double[] row : g) {
      for (double element : row) {
        squares += element * element;
      }
    }
    double[][] x = combine(1 / (Math.sqrt(squares) + 1e-7), g, 0, g);
    for (int k = 0; k < 5; k++) {
      double[][] cubic = times(times(x, transpose(x)), x);
      double[][] quintic = times(times(x, transpose(x)), cubic);
      x = combine(1, combine(3.4445, x, -4.7750, cubic), 2.0315, quintic);
    }
    return x;
  }

  private static double[][] combine(double p, double[][] a, double q, double[][] b) {
    double[][] sum = new double[a.length][a[0].length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < a[0].length; j++) {
        sum[i][j] = p * a[i][j] + q * b[i][j];
      }
    }
    return sum;
  }

  private static double[][] times(double[][] a, double[][] b) {
    double[][] product = new double[a.length][b[0].length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < b[0].length; j++) {
        for (int k = 0; k < b.length; k++) {
          product[i][j] += a[i][k] * b[k][j];
        }
      }
    }
    return product;
  }

  private static double[][] transpose(double[][] a) {
    double[][] turned = new double[a[0].length][a.length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < a[0].length; j++) {
        turned[j][i] = a[i][j];
      }
    }
    return turned;
  }

  private static double[][] rows(Tensor matrix, int columns) {
    double[] flat = elements(matrix);
    double[][] rows = new double[flat.length / columns][columns];
    for (int i = 0; i < flat.length; i++) {
      rows[i / columns][i % columns] = flat[i];
    }
    return rows;
  }
}
