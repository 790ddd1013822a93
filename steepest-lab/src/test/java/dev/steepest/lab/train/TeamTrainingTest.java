package dev.steepest.lab.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.lab.data.text.batch.EvaluationBatches;
import dev.steepest.lab.data.text.batch.TokenBatches;
import dev.steepest.lab.data.text.batch.TokenOrder;
import dev.steepest.lab.data.text.token.TokenCorpus;
import dev.steepest.lab.distributed.Dealing;
import dev.steepest.lab.distributed.Members;
import dev.steepest.lab.distributed.Team;
import dev.steepest.lab.model.LanguageNetwork;
import dev.steepest.lab.model.Networks;
import dev.steepest.lab.model.Tokens;
import dev.steepest.lab.train.TrainingResult.End;
import dev.steepest.optim.NonFinite;
import dev.steepest.optim.Optimizer;
import dev.steepest.optim.Plateau.Threshold;
import dev.steepest.optim.Preset;
import dev.steepest.tensor.Native;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One network that several members train is the one that a single process trains. */
class TeamTrainingTest {
  private static final int VOCABULARY = 24;
  private static final int CONTEXT = 16;
  private static final int BATCH = 6;
  private static final int STEPS = 8;

  /** Sums of float32 in another order, over some steps of a rule that divides by small numbers. */
  private static final double ROUNDING = 2e-4;

  @TempDir Path folder;

  @BeforeAll
  static void natives() {
    Native.prepare();
  }

  /** What a member has in the end. */
  private record Seen(
      Map<String, double[]> values,
      List<StepReport> steps,
      List<EvaluationReport> looks,
      TrainingResult result) {}

  /** How a run differs from the usual one. */
  private record Variant(
      String network,
      String rule,
      double lr,
      TrainingPlan plan,
      Checkpointing checkpointing,
      long stopAfter,
      Map<String, Object> settings) {
    static Variant of(String rule) {
      return new Variant(
          "gpt", rule, 0.01, lasting(STEPS), Checkpointing.OFF, Long.MAX_VALUE, Map.of());
    }

    Variant with(TrainingPlan other) {
      return new Variant(network, rule, lr, other, checkpointing, stopAfter, settings);
    }

    Variant of(String otherNetwork, double otherLr) {
      return new Variant(otherNetwork, rule, otherLr, plan, checkpointing, stopAfter, settings);
    }

    Variant saving(Path file, long stop) {
      return new Variant(
          network, rule, lr, plan, Checkpointing.to(file, Duration.ofDays(1)), stop, settings);
    }

    Variant set(String key, Object value) {
      return new Variant(network, rule, lr, plan, checkpointing, stopAfter, Map.of(key, value));
    }
  }

  private static TrainingPlan lasting(long steps) {
    return TrainingPlan.of(1, 1)
        .withReports(1, 1)
        .withSteps(steps)
        .withClipNorm(1)
        .withEvaluation(new Span.Steps(4));
  }

  /** Remembers what it hears, and may ask for a stop. */
  private static final class Memory implements TrainListener {
    private final List<StepReport> steps = new ArrayList<>();
    private final List<EvaluationReport> evaluations = new ArrayList<>();
    private LongConsumer stop = _ -> {};

    @Override
    public void onStep(StepReport step) {
      steps.add(step);
      stop.accept(step.at().step());
    }

    @Override
    public void onEvaluation(EvaluationReport evaluation) {
      evaluations.add(evaluation);
    }
  }

  private static Seen train(Team team, Variant variant) {
    Memory memory = new Memory();
    Dealing together = new Dealing(team);
    Map<String, Object> settings =
        new LinkedHashMap<>(
            Map.of(
                "vocabulary", VOCABULARY, "context", CONTEXT, "layers", 2, "heads", 2, "dim", 16));
    settings.putAll(variant.settings);
    try (LanguageNetwork network =
            Networks.language(variant.network, new Tokens(VOCABULARY), settings, 1);
        Optimizer optimizer = optimizer(network, variant, together);
        Trainer trainer = trainer(network, optimizer, together, variant, memory)) {
      if (variant.checkpointing.file().filter(Files::exists).isPresent()) {
        trainer.resume(variant.checkpointing.file().get());
      }
      if (team.rank() == team.size() - 1) {
        memory.stop =
            step -> {
              if (step == variant.stopAfter) {
                trainer.requestStop();
              }
            };
      }
      TrainingResult result = trainer.run();
      return new Seen(Bench.values(network), memory.steps, memory.evaluations, result);
    }
  }

  private static Optimizer optimizer(LanguageNetwork network, Variant variant, Dealing together) {
    Preset preset = Preset.named(variant.rule);
    Map<String, Object> settings = new LinkedHashMap<>(Map.of("lr", variant.lr));
    if (preset.knobs(preset.main()).stream().anyMatch(knob -> knob.key().equals("precision"))) {
      // In bfloat16 the last bit of a gradient may become the third digit of a direction.
      settings.put("precision", "float32");
    }
    Optimizer optimizer =
        preset
            .builder(network.parameters(), settings)
            .seed(1)
            .nonFinite(NonFinite.SKIP)
            .shards(together)
            .build();
    together.take(optimizer);
    return optimizer;
  }

  private static Trainer trainer(
      LanguageNetwork network,
      Optimizer optimizer,
      Dealing together,
      Variant variant,
      TrainListener listener) {
    TokenTrainingData data =
        new TokenTrainingData(
            new TokenBatches(text(700, 1), BATCH, CONTEXT, TokenOrder.SHUFFLED, 1),
            new LinkedHashMap<>(Map.of("val", new EvaluationBatches(text(300, 2), 4, CONTEXT, 0))));
    return new Trainer(
        network,
        optimizer,
        together,
        Bench.CONSTANT,
        data,
        variant.plan,
        Bench.CPU,
        variant.checkpointing,
        listener);
  }

  private static TokenCorpus text(int tokens, long seed) {
    return TokenCorpus.of(VOCABULARY, new Random(seed).ints(tokens, 0, VOCABULARY).toArray());
  }

  private static List<Seen> run(int size, Variant variant) {
    Function<Team, Seen> work = team -> train(team, variant);
    return size == 1 ? List.of(work.apply(Team.alone())) : Members.all(size, work);
  }

  private static void assertSame(Seen found, Seen expected) {
    assertThat(found.result().end()).isEqualTo(expected.result().end());
    assertThat(found.result().position().samples())
        .isEqualTo(expected.result().position().samples());
    for (int i = 0; i < expected.steps().size(); i++) {
      assertThat(found.steps().get(i).loss())
          .as("loss of step %d", i + 1)
          .isCloseTo(expected.steps().get(i).loss(), within(ROUNDING));
      assertThat(found.steps().get(i).gradNorm())
          .isCloseTo(expected.steps().get(i).gradNorm(), within(ROUNDING));
    }
    for (int i = 0; i < expected.looks().size(); i++) {
      EvaluationReport look = expected.looks().get(i);
      EvaluationReport other = found.looks().get(i);
      assertThat(other.sets().get("val").items()).isEqualTo(look.sets().get("val").items());
      assertThat(other.sets().get("val").loss())
          .isCloseTo(look.sets().get("val").loss(), within(ROUNDING));
      if (i > 0) {
        assertThat(other.trainLoss()).isCloseTo(look.trainLoss(), within(ROUNDING));
      }
    }
    expected
        .values()
        .forEach((name, values) ->
            assertThat(found.values().get(name))
                .as(name)
                .containsExactly(values, within(10 * ROUNDING)));
  }

  /** Shares of 6 sequences: 3 + 3, 2 + 2 + 2, and 1 + 1 + 2 + 2. */
  @ParameterizedTest
  @CsvSource({
    "2, adamw",
    "2, muon",
    "3, muon",
    "4, adamw",
    "2, adago",
    "2, scion_light",
    "2, schedule_free_adamw"
  })
  void membersTrainTheNetworkOfOneProcess(int size, String rule) {
    Seen alone = run(1, Variant.of(rule)).getFirst();
    List<Seen> members = run(size, Variant.of(rule));
    members.forEach(member -> assertSame(member, alone));
    for (Seen member : members) {
      member
          .values()
          .forEach((name, values) ->
              assertThat(values).isEqualTo(members.getFirst().values().get(name)));
    }
  }

  @Test
  void twoMembersAreTwoMicroBatchesToTheBit() {
    Variant cut = Variant.of("adamw").with(lasting(STEPS).withClipNorm(0).withAccumulation(2));
    Seen alone = run(1, cut).getFirst();
    run(2, cut)
        .forEach(member ->
            alone
                .values()
                .forEach((name, values) ->
                    assertThat(member.values().get(name)).as(name).isEqualTo(values)));
  }

  @Test
  void accumulationIsOfTheWholeStep() {
    Variant whole = Variant.of("adamw");
    Seen alone = run(1, whole).getFirst();
    Variant cut = whole.with(lasting(STEPS).withAccumulation(3));
    run(2, cut).forEach(member -> assertSame(member, alone));
  }

  /** The head and the body of the network go backward separately: a shared table hears twice. */
  @Test
  void gradientsThatComeInTwoPartsAreSummedWhole() {
    Variant kept = Variant.of("adamw").set("activations", "kept");
    Seen alone = run(1, kept).getFirst();
    run(2, kept.set("activations", "recomputed")).forEach(member -> assertSame(member, alone));
  }

  @Test
  void moreMembersThanSequencesDoNoHarm() {
    Seen alone = run(1, Variant.of("adamw").with(lasting(2))).getFirst();
    run(7, Variant.of("adamw").with(lasting(2))).forEach(member -> assertSame(member, alone));
  }

  @ParameterizedTest
  @CsvSource({"2, 1", "1, 2", "3, 2"})
  void aStoppedRunGoesOnWithAnotherNumber(int before, int after) {
    Seen alone = run(1, Variant.of("muon")).getFirst();
    Path file = folder.resolve("checkpoint.safetensors");
    List<Seen> first = run(before, Variant.of("muon").saving(file, 5));
    assertThat(first)
        .allSatisfy(seen -> {
          assertThat(seen.result().end()).isEqualTo(End.STOPPED);
          assertThat(seen.result().position().step()).as("asked of one member").isEqualTo(5);
        });
    for (Seen seen : run(after, Variant.of("muon").saving(file, Long.MAX_VALUE))) {
      assertThat(seen.result().end()).isEqualTo(End.FINISHED);
      assertThat(seen.steps()).hasSize(STEPS - 5);
      EvaluationReport last = seen.looks().getLast();
      EvaluationReport expected = alone.looks().getLast();
      // Sums over the steps since the last look go over the border.
      assertThat(last.trainLoss()).isCloseTo(expected.trainLoss(), within(ROUNDING));
      assertThat(last.sets().get("val").loss())
          .isCloseTo(expected.sets().get("val").loss(), within(ROUNDING));
    }
  }

  /**
   * A gain of 100 nats is none: the look at step 4 stays the best, and the second after it ends.
   */
  @Test
  void membersEndEarlyTogetherWithTheSameBestWeights() {
    var watching =
        new Watching(
            Optional.of(new EarlyStopping(Watched.VAL_LOSS, 2, 100)),
            Optional.of(new PlateauPlan(Watched.VAL_LOSS, 0.5, 0, 100, Threshold.ABSOLUTE, 0, 0)));
    Variant early = Variant.of("adamw").with(lasting(40).withWatching(watching));
    Seen alone = run(1, early).getFirst();
    assertThat(alone.result().position().step()).isEqualTo(12);
    Seen four = run(1, Variant.of("adamw").with(lasting(4))).getFirst();
    for (Seen member : run(2, early)) {
      assertThat(member.result().end()).isEqualTo(End.FINISHED);
      assertThat(member.result().position().step()).isEqualTo(12);
      assertThat(member.steps())
          .extracting(StepReport::lrFactor)
          .isEqualTo(alone.steps().stream().map(StepReport::lrFactor).toList());
      four.values()
          .forEach((name, values) ->
              assertThat(member.values().get(name))
                  .as(name)
                  .containsExactly(values, within(ROUNDING)));
    }
  }

  @Test
  void aCheckpointThatOnlyRankZeroCanReadIsRefusedByAll() throws Exception {
    Path file = Files.writeString(folder.resolve("checkpoint.safetensors"), "no checkpoint");
    assertThatThrownBy(() -> run(2, Variant.of("muon").saving(file, Long.MAX_VALUE)))
        .isInstanceOf(RuntimeException.class)
        .hasMessageContaining(file.toString());
  }

  /** The curvature of Sophia is that of labels that each member draws for itself. */
  @ParameterizedTest
  @CsvSource({"moe-gpt, muon", "gpt, sophia_g"})
  void membersDrawDifferentValuesAndKeepOneNetwork(String network, String rule) {
    List<Seen> members = run(2, Variant.of(rule).of(network, 0.01));
    assertThat(members.getFirst().result().end()).isEqualTo(End.FINISHED);
    members
        .getFirst()
        .values()
        .forEach((name, values) ->
            assertThat(members.getLast().values().get(name)).as(name).isEqualTo(values));
  }

  @Test
  void divergenceIsEverybodys() {
    Variant wild = Variant.of("sgd").with(lasting(STEPS).withClipNorm(0)).of("gpt", 1e25);
    List<Seen> members = run(2, wild);
    assertThat(members)
        .extracting(seen -> seen.result().end())
        .containsExactly(End.DIVERGED, End.DIVERGED);
    assertThat(members.get(0).result().position().step())
        .isEqualTo(members.get(1).result().position().step());
  }
}
