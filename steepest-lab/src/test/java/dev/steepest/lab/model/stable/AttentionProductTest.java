package dev.steepest.lab.model.stable;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steepest.tensor.Seeds;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** softmax(q·kᵀ/√d)·v against sums written out in Java. */
class AttentionProductTest {
  private static final int HEADS = 3;
  private static final int QUERIES = 5;
  private static final int SEEN = 4;
  private static final int FEATURES = 6;

  private PointerScope scope;

  @BeforeEach
  void open() {
    scope = new PointerScope();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private static Tensor drawn(long seed, long tokens) {
    return Seeds.normal(seed, 1, HEADS, tokens, FEATURES)
        .to(ScalarType.BFloat16)
        .to(ScalarType.Double);
  }

  private static double at(Tensor x, long head, long token, long feature) {
    return x.select(0, 0).select(0, head).select(0, token).select(0, feature).item_double();
  }

  /** The largest difference to the sums, of values of about 1. */
  private static double error(ScalarType type, UnetConfig.Scores scores) {
    Tensor q = drawn(1, QUERIES);
    Tensor k = drawn(2, SEEN);
    Tensor v = drawn(3, SEEN);
    Tensor found = AttentionProduct.of(q.to(type), k.to(type), v.to(type), scores);
    assertThat(found.scalar_type().intern()).isEqualTo(type);
    Tensor exact = found.to(ScalarType.Double);
    double largest = 0;
    for (int h = 0; h < HEADS; h++) {
      for (int i = 0; i < QUERIES; i++) {
        double[] weights = new double[SEEN];
        double total = 0;
        for (int j = 0; j < SEEN; j++) {
          double score = 0;
          for (int f = 0; f < FEATURES; f++) {
            score += at(q, h, i, f) * at(k, h, j, f);
          }
          weights[j] = Math.exp(score / Math.sqrt(FEATURES));
          total += weights[j];
        }
        for (int f = 0; f < FEATURES; f++) {
          double sum = 0;
          for (int j = 0; j < SEEN; j++) {
            sum += weights[j] / total * at(v, h, j, f);
          }
          largest = Math.max(largest, Math.abs(sum - at(exact, h, i, f)));
        }
      }
    }
    return largest;
  }

  @Test
  void in_float64_it_is_the_sum() {
    assertThat(error(ScalarType.Double, UnetConfig.Scores.AS_WEIGHTS)).isLessThan(1e-12);
  }

  @Test
  void in_half_precision_it_is_nearly_and_nearer_with_scores_in_float32() {
    double upcast = error(ScalarType.BFloat16, UnetConfig.Scores.UPCAST);
    double plain = error(ScalarType.BFloat16, UnetConfig.Scores.AS_WEIGHTS);
    assertThat(plain).isLessThan(0.03); // bf16 has 8 bits: steps of .008 at 1 to 2
    assertThat(upcast).isLessThan(0.015).isLessThanOrEqualTo(plain);
  }
}
