package dev.steepest.optim.rule;

import static dev.steepest.optim.rule.Trial.after;
import static dev.steepest.optim.rule.Trial.distance;
import static dev.steepest.optim.rule.Trial.normal;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Muon on weights of more than two dimensions. */
class MuonTest {

  private static final int STEPS = 3;

  private static Map<String, Object> muon(String filters) {
    return Map.of(
        "lr",
        0.1,
        "precision",
        "parameter",
        "scale",
        "spectral",
        "weight_decay",
        0.1,
        "filters",
        filters);
  }

  /** The same as a weight of its own for each: batched products round otherwise, by some 1e-15. */
  @ParameterizedTest
  @ValueSource(longs = {2, 5})
  void stacked_kernels_are_matrices_of_their_own(long height) {
    try (PointerScope _ = new PointerScope()) {
      Tensor start = normal(1, 4, 3, height, 3);
      Tensor together = after(Muon.class, muon("stacked"), start, STEPS, t -> gradient(t, start));
      for (long out = 0; out < 4; out++) {
        for (long in = 0; in < 3; in++) {
          long o = out;
          long i = in;
          Tensor alone =
              after(
                  Muon.class,
                  muon("flattened"),
                  start.select(0, o).select(0, i),
                  STEPS,
                  t -> gradient(t, start).select(0, o).select(0, i));
          assertThat(distance(together.select(0, o).select(0, i), alone))
              .as("kernel %d, %d", o, i)
              .isLessThan(1e-12);
        }
      }
    }
  }

  private static Tensor gradient(int step, Tensor like) {
    return normal(100 + step, like.sizes().vec().get());
  }
}
