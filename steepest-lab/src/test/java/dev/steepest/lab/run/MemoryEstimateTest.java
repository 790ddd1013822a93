package dev.steepest.lab.run;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.steepest.lab.model.Images;
import dev.steepest.lab.model.Network;
import dev.steepest.lab.model.Networks;
import dev.steepest.lab.run.MemoryEstimate.Holders;
import dev.steepest.lab.task.Demand;
import dev.steepest.lab.train.MiniBatch;
import dev.steepest.lab.train.Objective;
import dev.steepest.lab.train.TrainingPlan;
import dev.steepest.tensor.Native;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class MemoryEstimateTest {
  private static final long GIB = 1L << 30;

  @BeforeAll
  static void load() {
    Native.prepare();
  }

  private static void check(long batch, int accumulation, long available) {
    check(batch, accumulation, new Holders(1, 1), available);
  }

  private static void check(long batch, int accumulation, Holders holders, long available) {
    TrainingPlan plan = TrainingPlan.of(1, 1).withAccumulation(accumulation);
    try (Network network = Networks.named("small-cnn").create(Images.CIFAR10, Map.of(), 1)) {
      MemoryEstimate.check(
          plan,
          batch,
          holders,
          new MiniBatch(
              torch.rand(64, 3, 32, 32),
              torch.zeros(new long[] {64}, new TensorOptions(ScalarType.Long))),
          Objective.of(network, plan),
          available);
    }
  }

  @Test
  void anAbsurdBatchIsRefusedWithWhatWouldFit() {
    // A 32×32 image needs at least its 32 channels of the first stage, twice: 0.26 MB; a million of
    // them 262 GB.
    assertThatThrownBy(() -> check(1_000_000, 1, 8 * GIB))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("training.batch = 1000000 needs about")
        .hasMessageContaining("9 GB are available")
        .hasMessageContaining("lower it to")
        .hasMessageContaining("set training.accumulation to");
  }

  @Test
  void aModelThatDoesNotFitIsRefusedWithWhatNeedsLess() {
    var demand = new Demand("data.folder = sd", 5 * GIB, "weights", List.of("data.numbers = bf16"));
    assertThatThrownBy(() -> MemoryEstimate.check(demand, 2 * GIB))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "data.folder = sd needs about 5.4 GB for weights, 2.1 GB are available;"
                + " choose data.numbers = bf16");
    assertThatCode(() -> MemoryEstimate.check(demand, 8 * GIB)).doesNotThrowAnyException();
  }

  @Test
  void aTeamHoldsItsPartsAtOnce() {
    // Parts of 10,000 images, of 1 to 3 GB, fit one by one; sixteen at once do not.
    assertThatCode(() -> check(1_000_000, 100, 8 * GIB)).doesNotThrowAnyException();
    assertThatThrownBy(() -> check(1_000_000, 100, new Holders(16, 16), 8 * GIB))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("training.batch = 1000000 needs about");
    // On machines of their own each has its share only.
    assertThatCode(() -> check(8192, 1, new Holders(8, 1), 8 * GIB)).doesNotThrowAnyException();
  }

  @Test
  void partsOfABatchThatFitAreAccepted() {
    assertThatCode(() -> check(1_000_000, 1000, 8 * GIB)).doesNotThrowAnyException();
    assertThatCode(() -> check(4096, 1, 64 * GIB)).doesNotThrowAnyException();
  }
}
