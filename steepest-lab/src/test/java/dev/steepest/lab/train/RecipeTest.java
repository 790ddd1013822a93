package dev.steepest.lab.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.lab.model.Network;
import dev.steepest.lab.train.LossPlan.Reduction;
import dev.steepest.optim.Optimizer;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What recipes ask of the loop besides a loss and a number of epochs. */
class RecipeTest {

  /** 48 batches × 9.9 epochs of airbench94 are 475.2, hence 476 steps. */
  @ParameterizedTest
  @CsvSource({"9.9, 48, 476", "8, 25, 200", "0.12, 25, 3", "0.1, 30, 3", "0.01, 10, 1"})
  void aPartOfABatchIsAStep(double epochs, long batches, long steps) {
    assertThat(TrainingPlan.of(epochs, 1).steps(Pace.constant(batches))).isEqualTo(steps);
  }

  @Test
  void aRunMayEndWithinAnEpochAndIsEvaluatedThere() {
    var memory = new Bench.Memory();
    try (Network network = Bench.mlp(1);
        Optimizer optimizer = Bench.sgd(network, 0.1);
        Trainer trainer =
            new Trainer(
                network,
                optimizer,
                Bench.CONSTANT,
                new SyntheticData(24, 8),
                TrainingPlan.of(1.5, 1).withReports(1, 1),
                Bench.CPU,
                Checkpointing.OFF,
                memory)) {
      TrainingResult result = trainer.run();
      assertThat(result.end()).isEqualTo(TrainingResult.End.FINISHED);
      assertThat(result.position().step()).isEqualTo(5); // ⌈1.5 × 3⌉
      assertThat(result.position().epochs(Pace.constant(3))).isCloseTo(5 / 3.0, within(1e-15));
    }
    assertThat(memory.evaluations).extracting(e -> e.at().step()).containsExactly(3L, 5L);
    assertThat(memory.evaluations)
        .allSatisfy(e -> assertThat(e.trainAccuracy()).isBetween(0.0, 1.0));
  }

  /** Three samples of eight are on the largest logit: counted by hand from the logits. */
  @Test
  void trainAccuracyCountsHitsAtTheForwardPassOfEachStep() {
    MiniBatch batch = SyntheticData.make(5, 8);
    try (PointerScope _ = new PointerScope();
        Network network = Bench.mlp(3);
        Optimizer optimizer = Bench.sgd(network, 0.1);
        TrainingStep step =
            new TrainingStep(
                network,
                optimizer,
                Bench.CONSTANT,
                TrainingPlan.of(1, 1),
                Pace.constant(1),
                Bench.CPU)) {
      double[] logits = Bench.values(network.forward(batch.inputs()));
      double[] labels = Bench.values(batch.labels());
      long hits =
          IntStream.range(0, 8)
              .filter(b -> {
                double[] row = Arrays.copyOfRange(logits, 4 * b, 4 * b + 4);
                return row[(int) labels[b]] == Arrays.stream(row).max().orElseThrow();
              })
              .count();
      step.make(0, batch, TrainingStep.Look.READ);
      assertThat(step.meter().sums().hits()).isEqualTo(hits);
      assertThat(step.meter().sums().accuracy()).isEqualTo(hits / 8.0);
    }
  }

  /** Plain gradient descent on a sum at lr/B is that on a mean at lr, also in parts. */
  @ParameterizedTest
  @CsvSource({"1", "3"})
  void aSummedLossIsTheMeanTimesTheBatch(int parts) {
    LossPlan sum = new LossPlan(Reduction.SUM, 0.2, 0.2, 0);
    TrainingPlan plan = TrainingPlan.of(1, 1).withAccumulation(parts);
    Stepped summed = stepped(plan.withLoss(sum), 0.5 / 10, 1, 0);
    Stepped averaged = stepped(plan.withLabelSmoothing(0.2), 0.5, 1, 0);
    assertThat(summed.loss).isCloseTo(averaged.loss, within(1e-6)); // reported as a mean
    summed.values.forEach((name, values) ->
        assertThat(values).as(name).containsExactly(averaged.values.get(name), within(1e-6)));
  }

  /** At step 3 of 4 the share is .3 + ¾·(.1 − .3) = .15. */
  @Test
  void labelSmoothingMovesLinearly() {
    LossPlan moving = new LossPlan(Reduction.MEAN, 0.3, 0.1, 0);
    assertThat(moving.smoothingAt(0)).isEqualTo(0.3);
    assertThat(moving.smoothingAt(0.75)).isCloseTo(0.15, within(1e-15));
    Stepped at3 = stepped(TrainingPlan.of(1, 1).withLoss(moving), 0.5, 4, 3);
    Stepped constant = stepped(TrainingPlan.of(1, 1).withLabelSmoothing(0.15), 0.5, 4, 3);
    assertThat(at3.loss).isCloseTo(constant.loss, within(1e-6));
    assertThat(at3.loss)
        .isNotCloseTo(
            stepped(TrainingPlan.of(1, 1).withLabelSmoothing(0.3), 0.5, 4, 3).loss, within(1e-3));
  }

  private record Stepped(double loss, Map<String, double[]> values) {}

  /** One step with number {@code step} of an epoch of {@code batches}. */
  private static Stepped stepped(TrainingPlan plan, double lr, long batches, long step) {
    try (PointerScope _ = new PointerScope();
        Network network = Bench.mlp(3);
        Optimizer optimizer = Bench.sgd(network, lr);
        TrainingStep made =
            new TrainingStep(
                network, optimizer, Bench.CONSTANT, plan, Pace.constant(batches), Bench.CPU)) {
      TrainingStep.Seen seen = made.make(step, SyntheticData.make(5, 10), TrainingStep.Look.READ);
      return new Stepped(seen.loss().orElseThrow(), Bench.values(network));
    }
  }

  /** x ← λx + (1 − λ)x' and its loss, recomputed from the batch that came out. */
  @Test
  void mixupBlendsInputsAndLosses() {
    Mixup mixup = new Mixup(0.2, 7);
    try (PointerScope _ = new PointerScope();
        Network network = Bench.mlp(3)) {
      MiniBatch batch = SyntheticData.make(5, 6);
      double[] before = Bench.values(batch.inputs());
      MiniBatch blended = mixup.blend(batch, 4);
      MiniBatch.Blend blend = blended.blend().orElseThrow();
      double share = blend.share();
      assertThat(share).isBetween(0.0, 1.0);
      assertThat(Bench.values(batch.inputs())).as("left alone").isEqualTo(before);
      double[] after = Bench.values(blended.inputs());
      double[] own = Bench.values(batch.labels());
      double[] others = Bench.values(blend.labels());
      int size = before.length / 6;
      for (int b = 0; b < 6; b++) {
        int row = b;
        // The partner is the sample for which the formula holds, and the label is the partner's.
        int[] partners =
            IntStream.range(0, 6)
                .filter(p ->
                    IntStream.range(0, size)
                        .allMatch(i ->
                            Math.abs(
                                    share * before[row * size + i]
                                        + (1 - share) * before[p * size + i]
                                        - after[row * size + i])
                                < 1e-5))
                .toArray();
        assertThat(partners).hasSize(1);
        assertThat(others[b]).isEqualTo(own[partners[0]]);
      }
      Tensor logits = network.forward(blended.inputs());
      double expected =
          share * CrossEntropy.MEAN.apply(logits, batch.labels(), 0.2).item_float()
              + (1 - share) * CrossEntropy.MEAN.apply(logits, blend.labels(), 0.2).item_float();
      assertThat((double) CrossEntropy.MEAN.apply(logits, blended, 0.2).item_float())
          .isCloseTo(expected, within(1e-6));
      assertThat(Bench.values(mixup.blend(batch, 4).inputs())).isEqualTo(after);
      assertThat(Bench.values(mixup.blend(batch, 5).inputs())).isNotEqualTo(after);
    }
  }

  @Test
  void mixupKeepsTheOrderInMemory() {
    Mixup mixup = new Mixup(0.2, 7);
    try (PointerScope _ = new PointerScope()) {
      MiniBatch plain = SyntheticData.make(5, 6);
      MiniBatch last =
          new MiniBatch(plain.inputs().contiguous(MemoryFormat.ChannelsLast), plain.labels());
      Tensor blended = mixup.blend(last, 4).inputs();
      assertThat(blended.is_contiguous(MemoryFormat.ChannelsLast)).isTrue();
      assertThat(Bench.values(blended)).isEqualTo(Bench.values(mixup.blend(plain, 4).inputs()));
      assertThat(mixup.blend(plain, 4).inputs().is_contiguous()).isTrue();
    }
  }

  /**
   * Mean ½ and variance 1/(4(2α + 1)) of Beta(α, α), over 4,000 steps: within 4 standard errors.
   */
  @Test
  void mixupDrawsItsShareFromBeta() {
    Mixup mixup = new Mixup(0.2, 7);
    try (PointerScope _ = new PointerScope()) {
      MiniBatch batch = SyntheticData.make(5, 2);
      double[] shares =
          IntStream.range(0, 4000)
              .mapToDouble(step -> {
                try (PointerScope _ = new PointerScope()) {
                  return mixup.blend(batch, step).blend().orElseThrow().share();
                }
              })
              .toArray();
      double mean = Arrays.stream(shares).average().orElseThrow();
      double variance = Arrays.stream(shares).map(s -> (s - mean) * (s - mean)).sum() / 3999;
      double expected = 1 / (4 * (2 * 0.2 + 1));
      assertThat(mean).isCloseTo(0.5, within(4 * Math.sqrt(expected / 4000)));
      // The fourth central moment is below a sixteenth.
      assertThat(variance)
          .isCloseTo(expected, within(4 * Math.sqrt((0.0625 - expected * expected) / 4000)));
    }
  }

  @Test
  void drawnLabelsKeepTheInputs() {
    SyntheticData data = new SyntheticData(64, 32);
    DrawnLabels drawn = new DrawnLabels(data, 4);
    try (BatchStream given = data.training(0, 0);
        BatchStream stream = drawn.training(0, 0);
        MiniBatch expected = given.next();
        MiniBatch batch = stream.next()) {
      assertThat(Bench.values(batch.inputs())).isEqualTo(Bench.values(expected.inputs()));
      assertThat(Bench.values(batch.labels())).isNotEqualTo(Bench.values(expected.labels()));
      assertThat(Arrays.stream(Bench.values(batch.labels())).boxed())
          .allMatch(label -> label >= 0 && label < 4);
    }
    assertThat(drawn.evaluationSets()).isEmpty();
  }
}
