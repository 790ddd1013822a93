package dev.steepest.optim.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steepest.optim.ElementWise;
import dev.steepest.optim.HalfPrecision;
import dev.steepest.optim.Optimizer;
import dev.steepest.optim.OptimizerBuilder;
import dev.steepest.optim.Parameter;
import dev.steepest.optim.ParameterGroup;
import dev.steepest.optim.Role;
import dev.steepest.optim.Rule;
import dev.steepest.optim.Wrapper;
import dev.steepest.tensor.NativeHeap;
import dev.steepest.tensor.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * 1,000 steps over which neither Java's handles nor native memory may grow.
 *
 * <p>Besides one parameter that is too large to be packed there are several small ones of float32
 * and of bfloat16, which element-wise rules pack. One of each type misses every other step, so that
 * packs are made and freed all the time. What is alongside is followed by those that do so.
 */
final class SteadyMemory {

  private static final int STEPS = 1_000;
  private static final int WARM_UP = 50; // steps in which libraries fill their caches
  private static final int ALIKE = 4; // small parameters of one type

  /** Above 16,384 elements: never packed. */
  private static final long[] LARGE = {136, 128};

  /** Packed, and large enough that a pack kept per step is seen in native memory. */
  private static final long[] PACKED = {12_288};

  /** For rules of matrices, which pack nothing; what they keep of these, the handles tell. */
  private static final long[] SMALL = {16, 8};

  /**
   * Of what may be kept per step, the least is the values of a bfloat16 pack, in those steps in
   * which it has three members: 37 MB; a large float32 tensor would be 70 MB.
   */
  private static final long BOUND = STEPS / 2 * (ALIKE - 1) * PACKED[0] * Short.BYTES * 3 / 4;

  private SteadyMemory() {}

  static void of(Rule rule, HalfPrecision half, List<Wrapper> wrappers) {
    try (PointerScope _ = new PointerScope()) {
      boolean packs = rule instanceof ElementWise;
      List<Parameter> always = new ArrayList<>();
      List<Parameter> everyOther = new ArrayList<>();
      if (half == HalfPrecision.values()[0]) { // it is float32: once is enough
        always.add(parameter("large", ScalarType.Float, LARGE));
      }
      for (ScalarType type : List.of(ScalarType.Float, ScalarType.BFloat16)) {
        for (int i = 0; i < (packs ? ALIKE : 2); i++) {
          long[] shape = packs ? PACKED : SMALL;
          (i == 0 ? everyOther : always).add(parameter(type + " " + i, type, shape));
        }
      }
      List<Parameter> all = new ArrayList<>(always);
      all.addAll(everyOther);
      OptimizerBuilder builder =
          Optimizer.builder(List.of(new ParameterGroup("all", rule, all))).halfPrecision(half);
      wrappers.forEach(builder::wrap);
      builder.alongside(
          Map.of("mean", Seeds.normal(3, PACKED), "variance", Seeds.normal(4, PACKED)));
      List<Tensor> gradients = everyOther.stream().map(p -> p.tensor().grad().clone()).toList();
      try (Optimizer optimizer = builder.build()) {
        steps(optimizer, everyOther, gradients, WARM_UP);
        long handles = Pointer.totalCount();
        long bytes = NativeHeap.bytesInUse();
        steps(optimizer, everyOther, gradients, STEPS);
        assertThat(Pointer.totalCount() - handles).as("handles more").isLessThanOrEqualTo(0);
        assertThat(NativeHeap.bytesInUse() - bytes).as("bytes more").isLessThan(BOUND);
      }
    }
  }

  private static Parameter parameter(String name, ScalarType type, long... shape) {
    Tensor values = Seeds.normal(Seeds.derive(1, name), shape).to(type).set_requires_grad(true);
    values.mutable_grad().put(Seeds.normal(Seeds.derive(2, name), shape).to(type));
    return new Parameter(name, shape.length == 1 ? Role.VECTOR : Role.MATRIX, values);
  }

  /** An even number of steps, each followed by an evaluation. */
  private static void steps(
      Optimizer optimizer, List<Parameter> everyOther, List<Tensor> gradients, int steps) {
    for (int step = 0; step < steps; step++) {
      try (PointerScope _ = new PointerScope()) {
        for (int i = 0; i < gradients.size(); i++) {
          Tensor gradient = everyOther.get(i).tensor().mutable_grad();
          if (step % 2 == 0) {
            gradient.put(gradients.get(i));
          } else {
            gradient.reset();
          }
        }
      }
      optimizer.step(1, () -> {});
      optimizer.evaluating().close();
    }
  }
}
