package dev.steepest.lab.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.steepest.lab.data.ImageSet;
import dev.steepest.lab.data.batch.LastBatch;
import dev.steepest.lab.data.batch.Prefetch;
import dev.steepest.lab.model.Images;
import dev.steepest.lab.model.Network;
import dev.steepest.lab.model.Networks;
import dev.steepest.lab.train.Bench.Memory;
import dev.steepest.lab.train.TrainingResult.End;
import dev.steepest.optim.BatchSizes;
import dev.steepest.optim.GroupSchedules;
import dev.steepest.optim.NonFinite;
import dev.steepest.optim.Optimizer;
import dev.steepest.optim.ParameterGroup;
import dev.steepest.optim.Wrapper;
import dev.steepest.optim.Wrappers;
import dev.steepest.optim.rule.Sgd;
import dev.steepest.optim.wrap.Ema;
import dev.steepest.optim.wrap.Lookahead;
import dev.steepest.optim.wrap.Sam;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A run that was stopped and resumed ends with the bits of one that was not. */
class ResumeTest {
  private static final SyntheticData DATA = new SyntheticData(60, 8); // 8 batches, the last of 4
  private static final GroupSchedules FALLING = GroupSchedules.same(step -> 1 / (1 + 0.1 * step));
  private static final TrainingPlan PLAN =
      TrainingPlan.of(2, 9)
          .withCompute(Precision.BF16, MemoryLayout.CHANNELS_LAST)
          .withClipNorm(0.5)
          .withLabelSmoothing(0.1)
          .withReports(1, 1);

  @TempDir Path folder;

  private Wrapper[] wrappers = {};
  private Function<Network, Optimizer> optimizers = network -> Bench.sgd(network, 0.1, wrappers);
  private TrainingData data = DATA;
  private TrainingPlan plan = PLAN;

  private record Run(Map<String, double[]> state, List<String> events) {}

  private static void same(Run resumed, Run straight) {
    assertThat(resumed.events()).containsExactlyElementsOf(straight.events());
    straight
        .state()
        .forEach(
            (name, values) -> assertThat(resumed.state().get(name)).as(name).isEqualTo(values));
  }

  private Run straight(LongFunction<Network> maker) {
    var memory = new Memory();
    try (Network network = maker.apply(4);
        Optimizer optimizer = optimizers.apply(network);
        Trainer trainer =
            new Trainer(
                network, optimizer, FALLING, data, plan, Bench.CPU, Checkpointing.OFF, memory)) {
      assertThat(trainer.run().end()).isEqualTo(End.FINISHED);
      return new Run(Bench.values(network), memory.events);
    }
  }

  /**
   * Stops after each of the given numbers of steps and goes on in a fresh network and optimizer.
   */
  private Run interrupted(LongFunction<Network> maker, List<Long> stops) {
    Path file = folder.resolve("checkpoint.safetensors");
    var events = new ArrayList<String>();
    for (int part = 0; part <= stops.size(); part++) {
      long stop = part < stops.size() ? stops.get(part) : Long.MAX_VALUE;
      var memory = new Memory();
      var trainerToStop = new Trainer[1];
      TrainListener stopper =
          new TrainListener() {
            @Override
            public void onStep(StepReport step) {
              memory.onStep(step);
              if (step.at().step() == stop) {
                trainerToStop[0].requestStop();
              }
            }

            @Override
            public void onEvaluation(EvaluationReport evaluation) {
              memory.onEvaluation(evaluation);
            }
          };
      // Another seed than the first part's: everything must come from the checkpoint.
      try (Network network = maker.apply(4 + 100 * part);
          Optimizer optimizer = optimizers.apply(network);
          Trainer trainer =
              new Trainer(
                  network,
                  optimizer,
                  FALLING,
                  data,
                  plan,
                  Bench.CPU,
                  Checkpointing.to(file, Duration.ofHours(1)),
                  stopper)) {
        trainerToStop[0] = trainer;
        if (part > 0) {
          trainer.resume(file);
        }
        TrainingResult result = trainer.run();
        events.addAll(memory.events);
        if (part == stops.size()) {
          assertThat(result.end()).isEqualTo(End.FINISHED);
          return new Run(Bench.values(network), events);
        }
        assertThat(result.end()).isEqualTo(End.STOPPED);
        assertThat(result.position().step()).isEqualTo(stop);
      }
    }
    throw new AssertionError("unreachable");
  }

  /** A stop that comes before a look leaves it to the run that goes on. */
  @ParameterizedTest
  @ValueSource(longs = {4, 8, 16})
  void aLookThatWasBrokenOffIsMadeWhenTheRunGoesOn(long stop) {
    plan = PLAN.withEvaluation(new Span.Steps(4));
    same(interrupted(Bench::cnn, List.of(stop)), straight(Bench::cnn));
  }

  @Test
  void aRunThatWasStoppedBeforeItsBeginningLooksAtNothing() {
    var memory = new Memory();
    plan = PLAN.withEvaluation(new Span.Steps(4));
    try (Network network = Bench.cnn(4);
        Optimizer optimizer = optimizers.apply(network);
        Trainer trainer =
            new Trainer(
                network, optimizer, FALLING, data, plan, Bench.CPU, Checkpointing.OFF, memory)) {
      trainer.requestStop();
      TrainingResult result = trainer.run();
      assertThat(result.end()).isEqualTo(End.STOPPED);
      assertThat(result.position().step()).isZero();
      assertThat(memory.events).isEmpty();
      assertThat(trainer.evaluate(() -> data.evaluation("val"))).as("nor at the end").isEmpty();
    }
  }

  @Test
  void stoppingAtAnyStepChangesNoBit() {
    long seed = Long.getLong("steepest.test.seed", System.nanoTime());
    Random random = new Random(seed);
    List<Long> stops = random.longs(1, 16).limit(3).distinct().sorted().boxed().toList();
    Run straight = straight(Bench::vit);
    try {
      same(interrupted(Bench::vit, stops), straight);
    } catch (AssertionError e) {
      throw new AssertionError("with -Dsteepest.test.seed=" + seed + " stopping at " + stops, e);
    }
  }

  /** The border of an epoch (8 steps): stopped before its evaluation, and right after it. */
  @ParameterizedTest
  @ValueSource(longs = {7, 8, 9})
  void stoppingAroundAnEpochsEndChangesNoBit(long stop) {
    same(interrupted(Bench::cnn, List.of(stop)), straight(Bench::cnn));
  }

  /** Dropout, batch statistics, two gradients a step, slow weights and an average. */
  @ParameterizedTest
  @ValueSource(longs = {3, 8})
  void wrappersAreResumedToo(long stop) {
    wrappers =
        new Wrapper[] {
          new Ema(0.8, Ema.WarmUp.NONE, 2),
          Wrappers.make(Lookahead.class, Map.of("k", 3)),
          new Sam(0.1, false)
        };
    same(interrupted(Bench::cnn, List.of(stop)), straight(Bench::cnn));
    same(interrupted(Bench::vit, List.of(stop)), straight(Bench::vit));
  }

  /**
   * All that moves over a run of airbench94: the whitening of the first images, slow weights of the
   * whole state, label smoothing, the norms' momentum, mixup, and a bias that is frozen after 8 of
   * 16 steps.
   */
  @ParameterizedTest
  @ValueSource(longs = {5, 8, 11})
  void aSpeedrunIsResumedBeforeAndAfterItsFreezing(long stop) {
    data = new SyntheticData(60, 8, 28);
    plan =
        PLAN.withLoss(new LossPlan(LossPlan.Reduction.SUM, 0.2, 0.05, 0.4))
            .withFreezing(Freezing.after("whiten.bias", 1));
    optimizers = ResumeTest::slowWeightsOfAll;
    Run straight = straight(ResumeTest::airbench);
    same(interrupted(ResumeTest::airbench, List.of(stop)), straight);
    assertThat(straight.state().get("whiten.bias")).as("it was trained").doesNotContain(0);
  }

  private static Network airbench(long seed) {
    return Networks.named("airbench94")
        .create(
            new Images(3, 28, SyntheticData.CLASSES),
            Map.of("widths", "4 8 8", "norm_momentum_end", 0.1),
            seed);
  }

  private static Optimizer slowWeightsOfAll(Network network) {
    Map<String, Tensor> statistics = new TreeMap<>(network.buffers());
    statistics.values().removeIf(buffer -> !buffer.is_floating_point());
    assertThat(statistics).isNotEmpty();
    var group = new ParameterGroup("all", new Sgd(0.002, 0.85, 0, 0, true), network.parameters());
    return Optimizer.builder(List.of(group))
        .nonFinite(NonFinite.SKIP)
        .wrap(Wrappers.make(Lookahead.class, Map.of("k", 3, "curve", "airbench")))
        .runOf(16)
        .alongside(statistics)
        .build();
  }

  /** Frozen in the first epoch of 8 steps, trained in the second. */
  @ParameterizedTest
  @ValueSource(longs = {5, 8, 11})
  void stoppingAroundAThawChangesNoBit(long stop) {
    plan = PLAN.withFreezing(new Freezing(List.of(new Freezing.Part(Freezing.ALL_BUT_HEAD, 0, 1))));
    same(interrupted(Bench::cnn, List.of(stop)), straight(Bench::cnn));
  }

  /** 10 images in 3 batches of 4, then in 4 of 3, then in 5 of 2; stops within and between. */
  @ParameterizedTest
  @ValueSource(longs = {2, 3, 5, 7, 9})
  void stoppingAroundAChangeOfTheBatchSizeChangesNoBit(long stop) {
    var sizes = new BatchSizes(BatchSizes.Unit.EPOCH, new TreeMap<>(Map.of(0L, 4, 1L, 3, 2L, 2)));
    try (ImageSet images = ImageTrainingDataTest.images()) {
      data = ImageTrainingDataTest.data(images, LastBatch.KEEP, Prefetch.OFF, sizes);
      plan = TrainingPlan.of(3, 9).withReports(1, 1);
      Run straight = straight(Bench::vit);
      assertThat(straight.events()).filteredOn(event -> event.startsWith("step")).hasSize(12);
      same(interrupted(Bench::vit, List.of(stop)), straight);
    }
  }

  @Test
  void aCheckpointOfARunOfAnotherLengthIsRefused() {
    Path file = folder.resolve("c.safetensors");
    interruptedOnce(file, PLAN);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> interruptedOnce(file, PLAN.withSteps(24)))
        .withMessageContaining("16 steps")
        .withMessageContaining("24 steps");
  }

  @Test
  void aCheckpointOfAnotherPlanIsRefused() throws Exception {
    Path file = folder.resolve("c.safetensors");
    interruptedOnce(file, PLAN);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> interruptedOnce(file, PLAN.withClipNorm(2)))
        .withMessageContaining("clip 0.5")
        .withMessageContaining("clip 2.0");
    assertThat(folder).isDirectoryNotContaining(f -> !f.equals(file));
    assertThat(file).exists();
  }

  private static void interruptedOnce(Path file, TrainingPlan plan) {
    try (Network network = Bench.mlp(1);
        Optimizer optimizer = Bench.sgd(network, 0.1);
        Trainer trainer =
            new Trainer(
                network,
                optimizer,
                FALLING,
                DATA,
                plan,
                Bench.CPU,
                Checkpointing.to(file, Duration.ZERO),
                TrainListener.SILENT)) {
      if (Files.exists(file)) {
        trainer.resume(file);
      }
      trainer.requestStop();
      assertThat(trainer.run().end()).isEqualTo(End.STOPPED);
    }
  }

  @Test
  void cadenceKeepsCheckpointsBelowOnePercent() {
    var now = new AtomicLong();
    var cadence = new CheckpointCadence(500, now::get);
    assertThat(cadence.isDue(CheckpointCadence.Moment.AFTER_STEP)).isFalse();
    now.set(500);
    assertThat(cadence.isDue(CheckpointCadence.Moment.AFTER_STEP)).isTrue();
    cadence.measure(() -> now.addAndGet(20)); // costs 20: the next one not before 2,000 later
    now.addAndGet(1999);
    assertThat(cadence.isDue(CheckpointCadence.Moment.AFTER_STEP)).isFalse();
    assertThat(cadence.isDue(CheckpointCadence.Moment.AFTER_EPOCH)).isFalse();
    now.addAndGet(1);
    assertThat(cadence.isDue(CheckpointCadence.Moment.AFTER_EPOCH)).isTrue();
  }
}
