package dev.steepest.lab.distill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OwnAdamTest {
  private static final double LR = 1e-4;
  private static final int STEPS = 200;

  private final PointerScope scope = new PointerScope();

  @AfterEach
  void free() {
    scope.close();
  }

  private static SequencedMap<String, Tensor> weight(ScalarType type) {
    var weights = new LinkedHashMap<String, Tensor>();
    weights.put("w", torch.full(new long[] {3}, new Scalar(.5)).to(type).requires_grad_(true));
    return weights;
  }

  private static void train(OwnAdam adam, Tensor weight) {
    Tensor slopes = Tensor.create(.5f, -2f, .125f).to(weight.scalar_type());
    for (int step = 0; step < STEPS; step++) {
      weight.mul(slopes).sum().backward();
      adam.step();
    }
  }

  /** 1e-4 is a twentieth of a digit of bfloat16 there. */
  @Test
  void weightsInHalfPrecisionLearnAsThoseInFullDo() {
    SequencedMap<String, Tensor> half = weight(ScalarType.BFloat16);
    SequencedMap<String, Tensor> full = weight(ScalarType.Float);
    Tensor learned = half.get("w");
    try (OwnAdam rounded = new OwnAdam(half, LR);
        OwnAdam plain = new OwnAdam(full, LR)) {
      train(rounded, learned);
      train(plain, full.get("w"));
      // of a constant slope, Adam's steps are of the learning rate each
      assertThat(full.get("w").select(0, 0).item_double()).isCloseTo(.5 - STEPS * LR, within(1e-4));
      assertThat(rounded.state().get("w/float32").equal(full.get("w").detach())).isTrue();
      assertThat(learned.detach().equal(full.get("w").detach().to(ScalarType.BFloat16))).isTrue();
      assertThat(rounded.state().keySet())
          .containsExactlyInAnyOrder("w/float32", "w/first_moment", "w/second_moment", "step");
      assertThat(rounded.state().values())
          .extracting(tensor -> tensor.scalar_type().intern())
          .containsOnly(ScalarType.Float);
      assertThat(learned.grad().defined()).isFalse();
    }
  }

  @Test
  void weightsInFullPrecisionAreNotHeldTwice() {
    for (ScalarType type : List.of(ScalarType.Float, ScalarType.Double)) {
      try (OwnAdam adam = new OwnAdam(weight(type), LR)) {
        assertThat(adam.state()).containsOnlyKeys("w/first_moment", "w/second_moment", "step");
      }
    }
  }
}
