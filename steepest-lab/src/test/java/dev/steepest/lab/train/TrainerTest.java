package dev.steepest.lab.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.lab.model.Network;
import dev.steepest.lab.train.Bench.Memory;
import dev.steepest.lab.train.TrainingResult.End;
import dev.steepest.optim.GroupSchedules;
import dev.steepest.optim.Optimizer;
import dev.steepest.optim.Schedule;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TrainerTest {
  private static final Schedule CONSTANT = _ -> 1;

  private static TrainingResult train(
      Network network,
      double lr,
      Schedule schedule,
      TrainingData data,
      TrainingPlan plan,
      TrainListener listener) {
    try (Optimizer optimizer = Bench.sgd(network, lr);
        Trainer trainer =
            new Trainer(
                network,
                optimizer,
                GroupSchedules.same(schedule),
                data,
                plan,
                Bench.CPU,
                Checkpointing.OFF,
                listener)) {
      return trainer.run();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Precision.class,
      names = {"FP32", "BF16"})
  void learnsAndReports(Precision precision) {
    var memory = new Memory();
    TrainingPlan plan =
        TrainingPlan.of(4, 1)
            .withCompute(precision, MemoryLayout.CHANNELS_LAST)
            .withLabelSmoothing(0.1)
            .withClipNorm(1)
            .withReports(2, 3);
    try (Network network = Bench.cnn(1)) {
      TrainingResult result =
          train(network, 0.1, CONSTANT, new SyntheticData(100, 32), plan, memory);
      assertThat(result.end()).isEqualTo(End.FINISHED);
      assertThat(result.reason()).isEmpty();
      assertThat(result.position().step()).isEqualTo(16);
      assertThat(result.position().samples()).isEqualTo(400);
      assertThat(result.position().epoch()).isEqualTo(4);
      assertThat(result.position().trainSeconds()).isPositive();
      assertThat(result.position().evalSeconds()).isPositive();
    }
    assertThat(memory.steps).extracting(s -> s.at().step()).containsExactly(3L, 6L, 9L, 12L, 15L);
    assertThat(memory.evaluations).extracting(e -> e.at().step()).containsExactly(8L, 16L);
    EvaluationReport last = memory.evaluations.getLast();
    assertThat(last.sets().keySet()).containsExactly("val", "test");
    assertThat(last.sets().get("val").items()).isEqualTo(100);
    // Chance is .25 ± .043 on 100 samples; .55 was seen after these 16 steps.
    assertThat(last.sets().get("val").accuracy()).isGreaterThan(0.42);
    assertThat(last.trainLoss()).isLessThan(memory.evaluations.getFirst().trainLoss());
    assertThat(torch.is_autocast_enabled(DeviceType.CPU)).isFalse();
  }

  @Test
  void theScheduleCountsOptimizerSteps() {
    List<Long> asked = new ArrayList<>();
    Schedule schedule =
        step -> {
          asked.add(step);
          return 1 / (step + 1.0);
        };
    var memory = new Memory();
    try (Network network = Bench.mlp(1)) {
      TrainingPlan plan = TrainingPlan.of(2, 1).withAccumulation(4).withReports(1, 1);
      train(network, 0.1, schedule, new SyntheticData(24, 8), plan, memory);
    }
    assertThat(asked.stream().distinct()).containsExactly(0L, 1L, 2L, 3L, 4L, 5L);
    assertThat(memory.steps.get(3).lrFactor()).isEqualTo(0.25);
  }

  /** The reported training loss is the mean over samples, small last batch included. */
  @Test
  void trainingLossIsTheMeanOverSamples() {
    var memory = new Memory();
    try (Network network = Bench.mlp(1)) {
      TrainingPlan plan = TrainingPlan.of(1, 1).withReports(1, 1);
      train(network, 0.01, CONSTANT, new SyntheticData(20, 8), plan, memory);
    }
    List<Double> losses = memory.steps.stream().map(StepReport::loss).toList();
    double mean = (8 * losses.get(0) + 8 * losses.get(1) + 4 * losses.get(2)) / 20;
    assertThat(memory.evaluations.getFirst().trainLoss()).isCloseTo(mean, within(1e-12));
  }

  @Test
  void divergenceIsAnOutcomeAndLeavesTheParametersFinite() {
    var memory = new Memory();
    try (Network network = Bench.mlp(1)) {
      TrainingResult result =
          train(
              network,
              1e30,
              CONSTANT,
              new SyntheticData(64, 8),
              TrainingPlan.of(3, 1).withReports(1, 1),
              memory);
      assertThat(result.end()).isEqualTo(End.DIVERGED);
      assertThat(result.reason()).contains("step").containsAnyOf("NaN", "Infinity");
      assertThat(result.position().epoch()).isZero();
      Bench.values(network)
          .forEach((name, values) ->
              assertThat(values).as(name).doesNotContain(Double.NaN, Double.POSITIVE_INFINITY));
    }
    assertThat(memory.steps).allSatisfy(step -> assertThat(step.loss()).isFinite());
  }

  @Test
  void halfPrecisionIsRefusedOnTheCpu() {
    try (Network network = Bench.mlp(1)) {
      TrainingPlan plan =
          TrainingPlan.of(1, 1).withCompute(Precision.FP16, MemoryLayout.CONTIGUOUS);
      assertThatIllegalArgumentException()
          .isThrownBy(
              () -> train(network, 1, CONSTANT, new SyntheticData(8, 8), plan, new Memory()))
          .withMessageContaining("cpu")
          .withMessageContaining("Use bf16 or fp32");
    }
  }

  @Test
  void clippingBoundsTheUpdateButReportsTheNormBefore() {
    var memory = new Memory();
    try (Network network = Bench.mlp(1);
        Network before = Bench.mlp(1)) {
      double lr = 0.5;
      double limit = 1e-3;
      TrainingPlan plan = TrainingPlan.of(1, 1).withClipNorm(limit).withReports(1, 1);
      train(network, lr, CONSTANT, new SyntheticData(8, 8), plan, memory);
      double squares = 0;
      var old = Bench.values(before);
      for (var entry : Bench.values(network).entrySet()) {
        for (int i = 0; i < entry.getValue().length; i++) {
          double change = entry.getValue()[i] - old.get(entry.getKey())[i];
          squares += change * change;
        }
      }
      // The first Nesterov step moves by lr·(1+momentum)·gradient; rounding of fp32 weights.
      assertThat(Math.sqrt(squares)).isCloseTo(lr * 1.9 * limit, within(1e-3 * limit));
    }
    assertThat(memory.steps.getFirst().gradNorm()).isGreaterThan(1e-2);
  }

  /** Native memory, as JavaCPP counts it, after 1,000 steps is what it was after 100. */
  @Test
  void aThousandStepsLeakNothing() {
    try (Network network = Bench.cnn(1);
        Optimizer optimizer = Bench.sgd(network, 0.01);
        PointerScope _ = new PointerScope()) {
      TrainingPlan plan =
          TrainingPlan.of(1, 1)
              .withCompute(Precision.BF16, MemoryLayout.CHANNELS_LAST)
              .withClipNorm(1);
      try (TrainingStep step =
          new TrainingStep(
              network, optimizer, Bench.CONSTANT, plan, Pace.constant(1100), Bench.CPU)) {
        Transfer transfer = new Transfer(Bench.CPU, plan.layout());
        long[] counts = new long[2];
        for (int i = 0; i < 1100; i++) {
          try (PointerScope _ = new PointerScope()) {
            step.make(i, transfer.toDevice(SyntheticData.make(i, 4)), TrainingStep.Look.GLANCE);
          }
          if (i == 99 || i == 1099) {
            System.gc();
            counts[i / 1000] = Pointer.totalCount();
          }
        }
        assertThat(counts[1] - counts[0])
            .as("native objects kept after 1,000 more steps")
            .isLessThan(100);
      }
    }
  }
}
