package dev.steepest.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.tensor.Seeds;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** QK-clip against logits that are computed in plain loops from the weights. */
class QkClipTest {

  private static final int HEADS = 4;
  private static final int WIDTH = 3; // of a head
  private static final int IN = 5;
  private static final int TOKENS = 20;
  private static final int ROWS = HEADS * WIDTH;

  private PointerScope scope;
  private double[] x;

  @BeforeEach
  void open() {
    scope = new PointerScope();
    x = elements(normal(1, TOKENS, IN));
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private static Tensor normal(long seed, long... shape) {
    return Seeds.normal(seed, shape).to(ScalarType.Double);
  }

  private static Parameter parameter(String name, Tensor values, int blocks) {
    Tensor leaf = values.clone().set_requires_grad(true);
    return new Parameter(name, leaf.dim() > 1 ? Role.MATRIX : Role.VECTOR, leaf, blocks);
  }

  private static double[] elements(Tensor tensor) {
    Tensor wide = tensor.detach().to(ScalarType.Double).contiguous();
    double[] elements = new double[(int) wide.numel()];
    wide.data_ptr_double().get(elements);
    return elements;
  }

  /** The largest logit of each head; weights by rows, heads one below the other. */
  private double[] largest(double[] wq, double[] bq, double[] wk, double[] bk) {
    double[] largest = new double[HEADS];
    Arrays.fill(largest, Double.NEGATIVE_INFINITY);
    for (int head = 0; head < HEADS; head++) {
      for (int i = 0; i < TOKENS; i++) {
        for (int j = 0; j < TOKENS; j++) {
          double logit = 0;
          for (int row = head * WIDTH; row < (head + 1) * WIDTH; row++) {
            logit += projected(wq, bq, row, i) * projected(wk, bk, row, j);
          }
          largest[head] = Math.max(largest[head], logit / Math.sqrt(WIDTH));
        }
      }
    }
    return largest;
  }

  private double projected(double[] w, double[] b, int row, int token) {
    double sum = b[row];
    for (int i = 0; i < IN; i++) {
      sum += w[row * IN + i] * x[token * IN + i];
    }
    return sum;
  }

  private static Tensor tensor(double... values) {
    Tensor tensor = torch.empty(values.length).to(ScalarType.Double);
    tensor.data_ptr_double().put(values);
    return tensor;
  }

  @Test
  void logits_of_separate_projections_are_at_most_the_threshold() {
    Parameter wq = parameter("wq", normal(2, ROWS, IN), 1);
    Parameter bq = parameter("bq", normal(3, ROWS), 1);
    Parameter wk = parameter("wk", normal(4, ROWS, IN), 1);
    Parameter bk = parameter("bk", normal(5, ROWS), 1);
    List<Parameter> all = List.of(wq, bq, wk, bk);
    List<double[]> before = all.stream().map(p -> elements(p.tensor())).toList();
    double[] s = largest(before.get(0), before.get(1), before.get(2), before.get(3));
    double[] sorted = s.clone();
    Arrays.sort(sorted);
    double threshold = (sorted[1] + sorted[2]) / 2; // two heads above, two below
    QkClip.separate(all, HEADS, threshold).clip(tensor(s));
    List<double[]> after = all.stream().map(p -> elements(p.tensor())).toList();
    double[] clipped = largest(after.get(0), after.get(1), after.get(2), after.get(3));
    for (int head = 0; head < HEADS; head++) {
      // Some twenty products of float64 near 10.
      assertThat(clipped[head]).isCloseTo(Math.min(s[head], threshold), within(1e-12));
      for (int row = head * WIDTH; row < (head + 1) * WIDTH; row++) {
        double root = Math.sqrt(Math.min(1, threshold / s[head]));
        assertThat(after.get(1)[row]).isCloseTo(before.get(1)[row] * root, within(1e-15));
        if (s[head] < threshold) {
          assertThat(after.get(2)[row * IN]).isEqualTo(before.get(2)[row * IN]);
        }
      }
    }
  }

  @Test
  void a_fused_projection_is_clipped_as_its_parts_and_its_values_are_not() {
    Tensor start = normal(7, 3 * ROWS, IN);
    Parameter fused = parameter("qkv", start, 3);
    Parameter bias = parameter("bias", normal(8, 3 * ROWS), 1);
    Tensor first = bias.tensor().detach().clone();
    Parameter wq = parameter("wq", start.narrow(0, 0, ROWS), 1);
    Parameter wk = parameter("wk", start.narrow(0, ROWS, ROWS), 1);
    Tensor s = tensor(150, 99, 400, 101);
    QkClip.fused(List.of(fused, bias), HEADS, QkClip.USUAL_THRESHOLD).clip(s);
    QkClip.separate(List.of(wq, wk), HEADS, QkClip.USUAL_THRESHOLD).clip(s);
    Tensor clipped = fused.tensor().detach();
    assertThat(clipped.narrow(0, 0, ROWS).equal(wq.tensor().detach())).isTrue();
    assertThat(clipped.narrow(0, ROWS, ROWS).equal(wk.tensor().detach())).isTrue();
    assertThat(clipped.narrow(0, 2 * ROWS, ROWS).equal(start.narrow(0, 2 * ROWS, ROWS))).isTrue();
    assertThat(clipped.narrow(0, 0, ROWS).equal(start.narrow(0, 0, ROWS))).isFalse();
    double[] biases = elements(bias.tensor());
    double[] firstBiases = elements(first);
    for (int row = 0; row < 3 * ROWS; row++) {
      double[] roots = {Math.sqrt(100.0 / 150), 1, 0.5, Math.sqrt(100.0 / 101)};
      double root = row < 2 * ROWS ? roots[row % ROWS / WIDTH] : 1;
      assertThat(biases[row]).isCloseTo(firstBiases[row] * root, within(1e-15));
    }
  }

  @Test
  void heads_below_the_threshold_are_left_to_the_bit_also_with_negative_logits() {
    Parameter wq = parameter("wq", normal(2, ROWS, IN), 1);
    Tensor before = wq.tensor().detach().clone();
    QkClip.separate(List.of(wq), HEADS, 100).clip(tensor(-3, 0, 100, Double.NEGATIVE_INFINITY));
    assertThat(wq.tensor().detach().equal(before)).isTrue();
  }

  @Test
  void half_precision_is_rounded_once() {
    Tensor start = normal(2, ROWS, IN).to(ScalarType.BFloat16);
    Parameter wq = parameter("wq", start, 1);
    Tensor s = torch.full(new long[] {HEADS}, new org.bytedeco.pytorch.Scalar(200.0));
    QkClip.separate(List.of(wq), HEADS, 100).clip(s);
    double[] before = elements(start);
    double[] after = elements(wq.tensor());
    for (int i = 0; i < before.length; i++) {
      // Half a unit in the last place of eight bits, and float32's own rounding of the product.
      double exact = before[i] * Math.sqrt(0.5);
      assertThat(after[i]).isCloseTo(exact, within(Math.abs(exact) * (0x1p-8 + 0x1p-22)));
    }
  }

  @Test
  void says_what_does_not_fit() {
    Parameter odd = parameter("odd", normal(2, ROWS + 1, IN), 1);
    assertThatThrownBy(() -> QkClip.separate(List.of(odd), HEADS, -1))
        .hasMessageContaining("threshold is -1.0 but must be in (0, inf)")
        .hasMessageContaining("'odd' [13, 5] must be divisible by 4 heads");
    assertThatThrownBy(() -> QkClip.fused(List.of(odd), HEADS, 100))
        .hasMessageContaining("12: 3 projections of 4 heads");
    Parameter even = parameter("even", normal(2, ROWS, IN), 1);
    assertThatThrownBy(() -> QkClip.separate(List.of(even), HEADS, 100).clip(tensor(1, 2)))
        .hasMessageContaining("4 heads but got [2]");
  }
}
