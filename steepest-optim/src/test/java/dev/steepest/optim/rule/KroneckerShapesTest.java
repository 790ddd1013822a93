package dev.steepest.optim.rule;

import static dev.steepest.optim.rule.Descent.after;
import static dev.steepest.optim.rule.Descent.distance;
import static dev.steepest.optim.rule.Descent.normal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.steepest.optim.Rule;
import dev.steepest.optim.linalg.MergedShape;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

/** Rules with a factor per dimension meet tensors of every order, and merge as their sources do. */
class KroneckerShapesTest {

  @Test
  void tensors_of_any_order_move_and_stay_finite() {
    List<long[]> shapes =
        List.of(
            new long[] {},
            new long[] {1},
            new long[] {7},
            new long[] {1, 5},
            new long[] {5, 1},
            new long[] {1, 1, 3, 1},
            new long[] {2, 3, 1, 2, 2});
    Map<Class<? extends Rule>, List<Map<String, Object>>> rules =
        Map.of(
            Shampoo.class,
            List.of(Map.of(), Map.of("target_dimensionality", 0, "max_preconditioner_dim", 2)),
            Soap.class,
            List.of(Map.of(), Map.of("merge_dims", true, "precondition_vectors", true)),
            PsgdKron.class,
            List.of(Map.of(), Map.of("merge_dims", false, "min_ndim_triangular", 0)));
    rules.forEach((rule, settings) -> {
      for (Map<String, Object> setting : settings) {
        for (long[] shape : shapes) {
          try (PointerScope _ = new PointerScope()) {
            Tensor start = normal(1, shape);
            Tensor w = after(rule, setting, start, 4, step -> normal(10 + step, shape));
            assertThat(distance(w, start))
                .as("%s %s of %s", rule.getSimpleName(), setting, shape)
                .isPositive()
                .isFinite();
          }
        }
      }
    });
  }

  @Test
  void shampoo_merges_from_the_right() {
    // The examples of merge_small_dims in facebookresearch/optimizers.
    assertThat(MergedShape.fromRight(new long[] {1, 2, 5, 1}, 1, 10)).containsExactly(10);
    assertThat(MergedShape.fromRight(new long[] {1, 2, 5, 1}, 1, 1)).containsExactly(2, 5);
    assertThat(MergedShape.fromRight(new long[] {32, 3, 64, 64}, 1, 8192))
        .containsExactly(96, 4096);
    assertThat(MergedShape.fromRight(new long[] {32, 3, 64, 64}, 2, 1_000_000))
        .containsExactly(32, 12_288);
    assertThat(MergedShape.fromRight(new long[] {1, 1}, 2, 8)).containsExactly(1);
  }

  @Test
  void soap_merges_from_the_left() {
    assertThat(MergedShape.fromLeft(new long[] {6, 3, 3, 3}, 9)).containsExactly(6, 9, 3);
    assertThat(MergedShape.fromLeft(new long[] {20, 3, 3}, 9)).containsExactly(20, 9);
    assertThat(MergedShape.fromLeft(new long[] {2, 3, 1}, 100)).containsExactly(6);
  }

  @Test
  void psgd_merges_to_a_matrix() {
    assertThat(MergedShape.toMatrix(new long[] {4, 3, 2, 2})).containsExactly(24, 2);
    assertThat(MergedShape.toMatrix(new long[] {20, 2, 15})).containsExactly(40, 15);
    assertThat(MergedShape.toMatrix(new long[] {4, 2, 9})).containsExactly(8, 9);
    assertThat(MergedShape.toMatrix(new long[] {9, 2, 4})).containsExactly(18, 4);
    assertThat(MergedShape.toMatrix(new long[] {9, 1, 30})).containsExactly(9, 30);
  }
}
