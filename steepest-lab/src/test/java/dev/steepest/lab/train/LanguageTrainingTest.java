package dev.steepest.lab.train;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.lab.data.text.batch.EvaluationBatches;
import dev.steepest.lab.data.text.batch.TokenBatches;
import dev.steepest.lab.data.text.batch.TokenOrder;
import dev.steepest.lab.data.text.token.TokenCorpus;
import dev.steepest.lab.model.LanguageNetwork;
import dev.steepest.lab.model.Networks;
import dev.steepest.lab.model.Tokens;
import dev.steepest.lab.train.TrainingResult.End;
import dev.steepest.optim.NonFinite;
import dev.steepest.optim.Optimizer;
import dev.steepest.optim.Preset;
import dev.steepest.tensor.Native;
import dev.steepest.tensor.NativeHeap;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The loop over text. */
class LanguageTrainingTest {
  private static final int VOCABULARY = 24;
  private static final int CONTEXT = 16;
  private static final int BATCH = 6;
  private static final Map<String, Object> SMALL =
      Map.of("vocabulary", VOCABULARY, "context", CONTEXT, "layers", 2, "heads", 2, "dim", 16);

  @BeforeAll
  static void load() {
    Native.prepare();
  }

  private static LanguageNetwork network(String name, Map<String, Object> more) {
    Map<String, Object> settings = new LinkedHashMap<>(SMALL);
    settings.putAll(more);
    return Networks.language(name, new Tokens(VOCABULARY), settings, 1);
  }

  private static LanguageNetwork gpt() {
    return network("gpt", Map.of());
  }

  /** With dropout and noise, so that the steps' randomness matters. */
  private static LanguageNetwork experts() {
    return network("moe-gpt", Map.of("inner", 24, "experts", 4));
  }

  private static Optimizer optimizer(LanguageNetwork network, String name, double lr) {
    Map<String, Object> rates = new LinkedHashMap<>(Map.of("lr", lr));
    if (name.equals("muon")) {
      rates.put("rest", Map.of("lr", lr));
    }
    return Preset.named(name)
        .builder(network.parameters(), rates)
        .seed(1)
        .nonFinite(NonFinite.SKIP)
        .build();
  }

  private static TokenCorpus random(int tokens, long seed) {
    return TokenCorpus.of(VOCABULARY, new Random(seed).ints(tokens, 0, VOCABULARY).toArray());
  }

  /** Every token follows from the one before it. */
  private static TokenCorpus cycle(int tokens) {
    int[] text = new int[tokens];
    for (int i = 0; i < tokens; i++) {
      text[i] = i * 5 % VOCABULARY;
    }
    return TokenCorpus.of(VOCABULARY, text);
  }

  private static TokenTrainingData data(TokenCorpus train, TokenCorpus val) {
    return new TokenTrainingData(
        new TokenBatches(train, BATCH, CONTEXT, TokenOrder.SHUFFLED, 1),
        new LinkedHashMap<>(Map.of("val", new EvaluationBatches(val, 4, CONTEXT, 0))));
  }

  private static Trainer trainer(
      LanguageNetwork network,
      Optimizer optimizer,
      TokenTrainingData data,
      TrainingPlan plan,
      Checkpointing checkpointing,
      TrainListener listener) {
    return new Trainer(
        network, optimizer, Bench.CONSTANT, data, plan, Bench.CPU, checkpointing, listener);
  }

  private static TrainingPlan plan(long steps, long every) {
    return TrainingPlan.of(1, 1)
        .withReports(1, 1)
        .withSteps(steps)
        .withEvaluation(new Span.Steps(every));
  }

  /** Parts of 6 sequences: 3+3, 1+1+2+2 and so on; only the order of summation differs. */
  @ParameterizedTest
  @ValueSource(ints = {2, 4, 6, 9})
  void microBatchesLeaveTheGradientOfTheWholeBatch(int parts) {
    Map<String, double[]> whole = stateAfterOneStep(1);
    Map<String, double[]> cut = stateAfterOneStep(parts);
    // float32; the step is the gradient times a rate of 1
    whole.forEach(
        (name, values) -> assertThat(cut.get(name)).as(name).containsExactly(values, within(2e-6)));
    try (LanguageNetwork untouched = gpt()) {
      assertThat(whole.get("transformer.wte.weight"))
          .isNotEqualTo(Bench.values(untouched).get("transformer.wte.weight"));
    }
  }

  private static Map<String, double[]> stateAfterOneStep(int parts) {
    TokenTrainingData data = data(random(500, 1), random(40, 2));
    try (PointerScope _ = new PointerScope();
        LanguageNetwork network = gpt();
        Optimizer optimizer = optimizer(network, "sgd", 1);
        TrainingStep step =
            new TrainingStep(
                network,
                optimizer,
                Bench.CONSTANT,
                TrainingPlan.of(1, 1).withAccumulation(parts),
                data.pace(),
                Bench.CPU)) {
      step.make(0, data.training(0, 0).next(), TrainingStep.Look.READ);
      return Bench.values(network);
    }
  }

  @Test
  void looksBeforeTheFirstStepThenEverySoManyAndAtTheEnd() {
    Bench.Memory memory = new Bench.Memory();
    // 30 blocks: 5 batches in an epoch, so that looks fall within epochs.
    TokenTrainingData data = data(random(30 * CONTEXT + 1, 1), random(75, 2));
    assertThat(data.pace().batches(0)).isEqualTo(5);
    try (LanguageNetwork network = gpt();
        Optimizer optimizer = optimizer(network, "adamw", 1e-3);
        Trainer trainer =
            trainer(network, optimizer, data, plan(12, 4), Checkpointing.OFF, memory)) {
      assertThat(trainer.run().end()).isEqualTo(End.FINISHED);
      assertThat(trainer.position().epoch()).isEqualTo(3);
      assertThat(trainer.position().samples()).isEqualTo(12 * BATCH);
    }
    assertThat(memory.evaluations).extracting(e -> e.at().step()).containsExactly(0L, 4L, 8L, 12L);
    EvaluationReport first = memory.evaluations.getFirst();
    assertThat(first.trainLoss()).isNaN();
    assertThat(first.sets().get("val").items()).as("all tokens but the first").isEqualTo(74);
    EvaluationReport second = memory.evaluations.get(1);
    double mean = memory.steps.stream().limit(4).mapToDouble(StepReport::loss).average().orElse(0);
    assertThat(second.trainLoss()).isCloseTo(mean, within(1e-5)); // sums in float32
    assertThat(second.trainAccuracy()).as("not counted").isNaN();
  }

  /** What is to be learned is learned: the text is a cycle, whose entropy is 0. */
  @ParameterizedTest
  @CsvSource({"gpt, muon", "gpt, adamw", "moe-gpt, adamw"})
  void aPredictableTextIsLearned(String name, String rule) {
    Bench.Memory memory = new Bench.Memory();
    try (LanguageNetwork network =
            name.equals("gpt") ? gpt() : network(name, Map.of("inner", 24, "dropout", 0));
        Optimizer optimizer = optimizer(network, rule, 0.01);
        Trainer trainer =
            trainer(
                network,
                optimizer,
                data(cycle(700), cycle(50)),
                plan(150, 150),
                Checkpointing.OFF,
                memory)) {
      assertThat(trainer.run().end()).isEqualTo(End.FINISHED);
    }
    // ln 24 = 3.2 is what knowing nothing costs.
    assertThat(memory.evaluations.getLast().sets().get("val").loss()).isLessThan(0.5);
    assertThat(memory.evaluations.getLast().sets().get("val").accuracy()).isGreaterThan(0.9);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4, 7, 8})
  void aStoppedRunGoesOnToTheSameBits(int stopAfter, @TempDir Path folder) {
    TokenTrainingData data = data(random(30 * CONTEXT + 1, 1), random(75, 2));
    Bench.Memory whole = new Bench.Memory();
    Map<String, double[]> expected = stateAfter(data, Checkpointing.OFF, whole, -1);
    Checkpointing file =
        Checkpointing.to(folder.resolve("checkpoint.safetensors"), java.time.Duration.ZERO);
    Bench.Memory halves = new Bench.Memory();
    stateAfter(data, file, halves, stopAfter);
    Map<String, double[]> resumed = stateAfter(data, file, halves, -1);
    assertThat(halves.events).isEqualTo(whole.events);
    expected.forEach(
        (name, values) -> assertThat(resumed.get(name)).as(name).containsExactly(values));
  }

  private static Map<String, double[]> stateAfter(
      TokenTrainingData data, Checkpointing checkpointing, Bench.Memory memory, int stopAfter) {
    Trainer[] self = new Trainer[1];
    TrainListener stopper =
        new TrainListener() {
          @Override
          public void onStep(StepReport step) {
            memory.onStep(step);
            if (step.at().step() == stopAfter) {
              self[0].requestStop();
            }
          }

          @Override
          public void onEvaluation(EvaluationReport evaluation) {
            memory.onEvaluation(evaluation);
          }
        };
    try (LanguageNetwork network = experts();
        Optimizer optimizer = optimizer(network, "muon", 0.01);
        Trainer trainer = trainer(network, optimizer, data, plan(12, 4), checkpointing, stopper)) {
      self[0] = trainer;
      checkpointing.file().filter(java.nio.file.Files::exists).ifPresent(trainer::resume);
      trainer.run();
      return Bench.values(network);
    }
  }

  /** A wrong bit would train on, and be taken for the optimizer's fault. */
  @Test
  void aCheckpointWithAWrongByteIsRefused(@TempDir Path folder) throws java.io.IOException {
    TokenTrainingData data = data(random(30 * CONTEXT + 1, 1), random(75, 2));
    Path file = folder.resolve("checkpoint.safetensors");
    Checkpointing checkpointing = Checkpointing.to(file, java.time.Duration.ZERO);
    stateAfter(data, checkpointing, new Bench.Memory(), 4);
    try (var channel = java.nio.channels.FileChannel.open(file, READ, WRITE)) {
      ByteBuffer one = ByteBuffer.allocate(1);
      long place = channel.size() - 100;
      channel.read(one, place);
      one.put(0, (byte) (one.get(0) ^ 0x40)).flip();
      channel.write(one, place);
    }
    assertThatThrownBy(() -> stateAfter(data, checkpointing, new Bench.Memory(), -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("checkpoint.safetensors is damaged");
  }

  /** The curvature of Sophia comes from tokens that the network draws itself. */
  @Test
  void drawnTokensGiveAGradientOfTheirOwn() {
    TokenTrainingData data = data(random(500, 1), random(40, 2));
    try (PointerScope _ = new PointerScope();
        LanguageNetwork network = gpt()) {
      MiniBatch batch = data.training(0, 0).next();
      Objective objective = Objective.of(network, TrainingPlan.of(1, 1));
      org.bytedeco.pytorch.global.torch.manual_seed(5);
      double drawn = objective.pass(batch, Objective.Labels.DRAWN, 0).loss().item_double();
      double given = objective.pass(batch, Objective.Labels.GIVEN, 0).loss().item_double();
      // A new network predicts its input (the table is tied), and draws accordingly.
      assertThat(drawn).isLessThan(given);
      assertThat(objective.items(batch)).isEqualTo(BATCH * CONTEXT);
    }
  }

  /** Weights cast for the draw, where no graph is made, must not serve the loss. */
  @ParameterizedTest
  @CsvSource({"FP32", "BF16"})
  void theLossOfDrawnTokensHasAGradientForEveryParameter(Precision precision) {
    TokenTrainingData data = data(random(500, 1), random(40, 2));
    try (PointerScope _ = new PointerScope();
        LanguageNetwork network = gpt()) {
      MiniBatch batch = data.training(0, 0).next();
      try (Autocast _ = Autocast.on(Bench.CPU, precision)) {
        Objective.of(network, TrainingPlan.of(1, 1))
            .pass(batch, Objective.Labels.DRAWN, 0)
            .loss()
            .backward();
      }
      assertThat(network.parameters())
          .allSatisfy(p -> assertThat(p.tensor().grad().defined()).as(p.name()).isTrue());
    }
  }

  /** What parts are for: the most that is held falls with their number. */
  @Test
  void microBatchesHoldLessAtATime() {
    long whole = held(1);
    long cut = held(6);
    assertThat(cut).isLessThan(whole / 2);
  }

  /** The most bytes more than before that the listener of a part saw. */
  private static long held(int parts) {
    TokenTrainingData data = data(random(500, 1), random(40, 2));
    TrainingPlan plan = TrainingPlan.of(1, 1).withAccumulation(parts);
    try (PointerScope _ = new PointerScope();
        LanguageNetwork network = network("gpt", Map.of("dim", 64, "layers", 4));
        BackwardPass backward =
            new BackwardPass(
                network,
                Objective.of(network, plan),
                plan,
                Bench.CPU,
                dev.steepest.lab.distributed.Dealing.alone(optimizer(network, "sgd", 1)))) {
      MiniBatch batch = data.training(0, 0).next();
      backward.run(batch, Objective.Labels.GIVEN, 0, 1, BackwardPass.Listener.NONE);
      long before = NativeHeap.bytesInUse();
      long[] most = {0};
      backward.run(
          batch,
          Objective.Labels.GIVEN,
          0,
          1,
          (_, _) -> most[0] = Math.max(most[0], NativeHeap.bytesInUse() - before));
      return most[0];
    }
  }

  /** A step keeps about 0.4 MB of activations: 1,000 lost ones would be 400 MB. */
  @Test
  void aThousandStepsLeaveNothingBehind() {
    TokenTrainingData data = data(random(5_000, 1), random(40, 2));
    try (LanguageNetwork network = experts();
        Optimizer optimizer = optimizer(network, "muon", 1e-3)) {
      run(network, optimizer, data, 50);
      long handles = Pointer.totalCount();
      long bytes = NativeHeap.bytesInUse();
      run(network, optimizer, data, 1_000);
      assertThat(Pointer.totalCount() - handles).isLessThan(100);
      assertThat(NativeHeap.bytesInUse() - bytes).isLessThan(20_000_000);
    }
  }

  private static void run(
      LanguageNetwork network, Optimizer optimizer, TokenTrainingData data, long steps) {
    try (Trainer trainer =
        trainer(
            network,
            optimizer,
            data,
            plan(steps, steps),
            Checkpointing.OFF,
            TrainListener.SILENT)) {
      assertThat(trainer.run().end()).isEqualTo(End.FINISHED);
    }
  }

  @Test
  void theFirstSequencesAreThoseOfTheFirstBatch() {
    TokenTrainingData data = data(random(500, 1), random(40, 2));
    try (PointerScope _ = new PointerScope()) {
      MiniBatch whole = data.training(0, 0).next();
      MiniBatch first = data.first(2);
      assertThat(List.of(first.size(), whole.size())).containsExactly(2L, (long) BATCH);
      assertThat(first.inputs().equal(whole.inputs().narrow(0, 0, 2))).isTrue();
    }
  }
}
