package dev.steepest.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.lab.data.augment.AugmentationPlan;
import dev.steepest.lab.data.batch.Prefetch;
import dev.steepest.lab.model.Images;
import dev.steepest.lab.model.Network;
import dev.steepest.lab.model.Networks;
import dev.steepest.lab.train.Freezing;
import dev.steepest.lab.train.LoopSpeed;
import dev.steepest.lab.train.MemoryLayout;
import dev.steepest.lab.train.Precision;
import dev.steepest.optim.Optimizer;
import dev.steepest.optim.Preset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

class LoopBenchmarkTest {
  @Test
  void bothSidesTrainAndAreMeasured() {
    Images images = new Images(3, 8, 4);
    var setup =
        new LoopSpeed.Setup(
            images,
            8,
            2,
            Precision.BF16,
            MemoryLayout.CHANNELS_LAST,
            AugmentationPlan.CIFAR_BENCHMARK,
            Prefetch.ON,
            1,
            0.1,
            Freezing.NONE);
    try (Network network =
            Networks.named("small-cnn").create(images, Map.of("width", 8, "stages", 2), 1);
        Optimizer optimizer = Preset.named("sgd").on(network.parameters(), Map.of("lr", 0.001), 1);
        LoopSpeed speed = new LoopSpeed(network, optimizer, setup, new Device("cpu"))) {
      var heard = new ArrayList<LoopBenchmarkResult.Round>();
      LoopBenchmarkResult result = LoopBenchmark.run(speed, 3, heard::add);
      assertThat(result.rounds())
          .isEqualTo(heard)
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
  void whatIsFrozenStaysOnBothSidesAndNothingIsPreparedWithin() {
    Device cpu = new Device("cpu");
    LoopSpeed.Setup setup =
        LoopSpeed.Setup.airbench(4, 2, Precision.BF16, cpu)
            .withFreezing(Freezing.after("whiten.bias", 3));
    try (PointerScope _ = new PointerScope();
        Network network =
            Networks.named("airbench94").create(Images.CIFAR10, Map.of("widths", "4 8 8"), 1);
        Optimizer optimizer = AirbenchRecipe.LEGACY.on(network.parameters());
        LoopSpeed speed = new LoopSpeed(network, optimizer, setup, cpu)) {
      Tensor bias = network.state().get("whiten.bias").detach().clone();
      Tensor filters = network.state().get("whiten.weight").clone();
      Tensor head = network.state().get("head.weight").detach().clone();
      // Filters of another network: a measurement that prepared anew would make its own again.
      network.state().get("whiten.weight").mul_(new Scalar(2.0));
      assertThat(speed.full()).isPositive();
      assertThat(speed.bare()).isPositive();
      assertThat(network.state().get("whiten.bias").equal(bias)).isTrue();
      assertThat(network.state().get("head.weight").equal(head)).isFalse();
      assertThat(network.state().get("whiten.weight").equal(filters.mul(new Scalar(2.0)))).isTrue();
    }
  }

  @Test
  void moreImagesThanAnArrayHoldsAreRefusedWithTheMostThatFit() {
    assertThat(LoopSpeed.Setup.mostSteps(Images.CIFAR10, 65_536)).isEqualTo(10);
    assertThatThrownBy(() -> LoopSpeed.Setup.cifar(65_536, 11))
        .hasMessageContaining("11 steps of 65536 images")
        .hasMessageContaining("at most 10 steps");
    // 1024 · 1366 · 3072 overflows an int to a positive number.
    assertThatThrownBy(() -> LoopSpeed.Setup.cifar(1024, 1366)).hasMessageContaining("at most 682");
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
    assertThat(result.ratio().median()).isCloseTo(0.975, within(1e-12));
    assertThat(result.ratio().width()).isCloseTo(0.09, within(1e-12));
    assertThat(result.growth()).hasValue(300);
  }
}
