package dev.steepest.optim.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steepest.optim.Optimizer;
import dev.steepest.optim.Parameter;
import dev.steepest.optim.ParameterGroup;
import dev.steepest.optim.Role;
import dev.steepest.optim.Rule;
import dev.steepest.tensor.Seeds;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * No rule keeps anything of a step: neither Java's handles nor native memory grow over 1,000 of
 * them.
 */
class MemoryTest {

  private static final int STEPS = 1_000;
  private static final long ONE_TENSOR = 256 * 128 * 4;

  /**
   * A single tensor kept per step would be 131 MB; the heap's own growth stays below a third of
   * that.
   */
  private static final long BOUND = STEPS * ONE_TENSOR / 3;

  static Stream<Class<? extends Rule>> rules() {
    return Fixture.rules();
  }

  @ParameterizedTest
  @MethodSource("rules")
  void nothing_is_kept_of_a_step(Class<? extends Rule> rule) {
    try (PointerScope _ = new PointerScope()) {
      Tensor weights = Seeds.normal(1, 256, 128).set_requires_grad(true);
      Tensor narrow = Seeds.normal(2, 16, 8).to(ScalarType.BFloat16).set_requires_grad(true);
      weights.mutable_grad().put(Seeds.normal(3, 256, 128));
      narrow.mutable_grad().put(Seeds.normal(4, 16, 8).to(ScalarType.BFloat16));
      List<Parameter> parameters =
          List.of(
              new Parameter("weights", Role.MATRIX, weights),
              new Parameter("narrow", Role.MATRIX, narrow));
      Rule made = Fixture.make(rule, Map.of("lr", 1e-3, "ns_steps", 1));
      try (Optimizer optimizer =
          new Optimizer(List.of(new ParameterGroup("all", made, parameters)))) {
        steps(optimizer, 50);
        long handles = Pointer.totalCount();
        long resident = Pointer.physicalBytes();
        steps(optimizer, STEPS);
        assertThat(Pointer.totalCount() - handles).as("handles more").isLessThanOrEqualTo(0);
        assertThat(Pointer.physicalBytes() - resident).as("bytes more").isLessThan(BOUND);
      }
    }
  }

  private static void steps(Optimizer optimizer, int steps) {
    for (int i = 0; i < steps; i++) {
      optimizer.step(1);
    }
  }
}
