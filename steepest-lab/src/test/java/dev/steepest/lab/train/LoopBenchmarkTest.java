package dev.steepest.lab.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.lab.data.augment.AugmentationPlan;
import dev.steepest.lab.data.batch.Prefetch;
import dev.steepest.lab.model.Network;
import dev.steepest.optim.Optimizer;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class LoopBenchmarkTest {
  @Test
  void bothSidesTrainAndAreMeasured() {
    var setup =
        new LoopBenchmark.Setup(
            Bench.IMAGES,
            8,
            2,
            3,
            Precision.BF16,
            MemoryLayout.CHANNELS_LAST,
            AugmentationPlan.CIFAR_BENCHMARK,
            Prefetch.ON);
    try (Network network = Bench.cnn(1);
        Optimizer optimizer = Bench.sgd(network, 0.001)) {
      LoopBenchmarkResult result =
          new LoopBenchmark(network, optimizer, setup, Bench.CPU).run(_ -> {});
      assertThat(result.rounds())
          .hasSize(3)
          .allSatisfy(round -> {
            assertThat(round.bare()).isPositive();
            assertThat(round.full()).isPositive();
          });
      // Four rounds of two steps on both sides.
      assertThat(network.buffers().get("stage1.bn.num_batches_tracked").item_long()).isEqualTo(16);
    }
  }

  @Test
  void summaryIsTheMedianAndTheRange() {
    var result =
        new LoopBenchmarkResult(
            List.of(
                new LoopBenchmarkResult.Round(100, 90, OptionalLong.of(1000)),
                new LoopBenchmarkResult.Round(100, 99, OptionalLong.of(1500)),
                new LoopBenchmarkResult.Round(100, 97, OptionalLong.of(1200)),
                new LoopBenchmarkResult.Round(200, 196, OptionalLong.of(1300))));
    assertThat(result.medianRatio()).isCloseTo(0.975, within(1e-12));
    assertThat(result.ratioSpread()).isCloseTo(0.09, within(1e-12));
    assertThat(result.medianBare()).isEqualTo(100);
    assertThat(result.growth()).hasValue(300);
  }
}
