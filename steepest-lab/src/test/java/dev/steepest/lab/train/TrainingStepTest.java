package dev.steepest.lab.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.lab.model.Network;
import dev.steepest.optim.Optimizer;
import dev.steepest.optim.Preset;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrainingStepTest {
  /** Parts of 10 samples: 3+3+4 and so on; only the order of summation differs from the whole. */
  @ParameterizedTest
  @ValueSource(ints = {2, 3, 10, 50})
  void accumulationLeavesTheGradientOfTheWholeBatch(int parts) {
    Map<String, double[]> whole = stateAfterOneStep(1);
    Map<String, double[]> cut = stateAfterOneStep(parts);
    whole.forEach(
        (name, values) -> assertThat(cut.get(name)).as(name).containsExactly(values, within(1e-6)));
    assertThat(whole.get("layers.0.weight")).isNotEqualTo(untouched().get("layers.0.weight"));
  }

  private static Map<String, double[]> untouched() {
    try (Network network = Bench.mlp(3)) {
      return Bench.values(network);
    }
  }

  private static Map<String, double[]> stateAfterOneStep(int parts) {
    try (PointerScope _ = new PointerScope();
        Network network = Bench.mlp(3);
        Optimizer optimizer = Bench.sgd(network, 0.5);
        TrainingStep step =
            new TrainingStep(
                network,
                optimizer,
                Bench.CONSTANT,
                TrainingPlan.of(1, 1).withAccumulation(parts).withLabelSmoothing(0.2),
                Pace.constant(2),
                Bench.CPU)) {
      step.make(0, SyntheticData.make(5, 10), TrainingStep.Look.READ);
      return Bench.values(network);
    }
  }

  /** −Σ q·log softmax with q = 1−ε+ε/C on the label and ε/C elsewhere, in double by hand. */
  @Test
  void labelSmoothingFollowsItsFormula() {
    double[] logits = {0.3, -1.2, 2.0, 0.7};
    double smoothing = 0.1;
    double sum = 0;
    for (double logit : logits) {
      sum += Math.exp(logit);
    }
    double expected = 0;
    for (int c = 0; c < 4; c++) {
      double target = (c == 2 ? 1 - smoothing : 0) + smoothing / 4;
      expected -= target * (logits[c] - Math.log(sum));
    }
    try (PointerScope _ = new PointerScope()) {
      float loss =
          CrossEntropy.MEAN
              .apply(
                  org.bytedeco.pytorch.Tensor.create(logits, 1, 4),
                  org.bytedeco.pytorch.Tensor.create(new long[] {2}),
                  smoothing)
              .item_float();
      assertThat((double) loss).isCloseTo(expected, within(1e-6)); // float32
    }
  }

  @Test
  void lossScaleFollowsGradScaler() {
    LossScaler scaler = new LossScaler(Precision.FP16);
    assertThat(scaler.scale()).isEqualTo(65_536);
    scaler.update(false);
    assertThat(scaler.scale()).isEqualTo(32_768);
    for (int i = 0; i < 1999; i++) {
      scaler.update(true);
    }
    assertThat(scaler.scale()).isEqualTo(32_768);
    scaler.update(true);
    assertThat(scaler.scale()).isEqualTo(65_536);
    LossScaler none = new LossScaler(Precision.BF16);
    none.update(false);
    assertThat(none.scale()).isEqualTo(1);
  }

  /** Unscaling would divide the momentum along with the gradient. */
  @Test
  void lossScalingAndMomentumInTheGradientExcludeEachOther() {
    TrainingPlan plan = TrainingPlan.of(1, 1).withCompute(Precision.FP16, MemoryLayout.CONTIGUOUS);
    try (Network network = Bench.mlp(3);
        Optimizer light = Preset.named("scion_light").on(network.parameters(), Map.of(), 1);
        Optimizer sgd = Bench.sgd(network, 0.5)) {
      assertThatThrownBy(() ->
              new TrainingStep(network, light, Bench.CONSTANT, plan, Pace.constant(1), Bench.CPU))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("fp16 scales the loss")
          .hasMessageContaining("Use bf16 or fp32");
      assertThatThrownBy(() ->
              new TrainingStep(network, sgd, Bench.CONSTANT, plan, Pace.constant(1), Bench.CPU))
          .hasMessageContaining("on a CUDA device only"); // of the gradients nothing is said
    }
  }
}
