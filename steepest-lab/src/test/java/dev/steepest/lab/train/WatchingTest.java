package dev.steepest.lab.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.steepest.lab.model.Network;
import dev.steepest.lab.train.Bench.Memory;
import dev.steepest.lab.train.EvaluationReport.Score;
import dev.steepest.lab.train.TrainingResult.End;
import dev.steepest.optim.GroupSchedules;
import dev.steepest.optim.Optimizer;
import dev.steepest.optim.Plateau.Threshold;
import dev.steepest.optim.wrap.Ema;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What follows from looks: an early end with the best weights, and a falling rate. */
class WatchingTest {
  private static final SyntheticData DATA = new SyntheticData(60, 8); // 8 steps an epoch
  private static final EarlyStopping STOPPING = new EarlyStopping(Watched.VAL_LOSS, 3, 0);
  private static final PlateauPlan FALLING =
      new PlateauPlan(Watched.VAL_LOSS, 0.5, 1, 0, Threshold.ABSOLUTE, 1, 0);

  /** Learns well, then by heart: the best look is in the middle. */
  private static TrainingPlan plan(Watching watching) {
    return TrainingPlan.of(30, 9).withReports(1, 1).withWatching(watching);
  }

  private static Watching stopping(EarlyStopping stopping) {
    return new Watching(Optional.of(stopping), Optional.empty());
  }

  @TempDir Path folder;

  private record Made(
      TrainingResult result, Memory memory, Map<String, double[]> state, Score last, long best) {
    List<Double> curve() {
      return memory.evaluations.stream().map(e -> e.sets().get("val").loss()).toList();
    }

    int bestLook() {
      return curve().indexOf(curve().stream().min(Double::compare).orElseThrow());
    }
  }

  private Made made(TrainingPlan plan, long stopAt, Memory memory, boolean resume) {
    return made(plan, Bench.CONSTANT, stopAt, memory, resume);
  }

  private Made made(
      TrainingPlan plan, GroupSchedules schedules, long stopAt, Memory memory, boolean resume) {
    var file = folder.resolve("checkpoint.safetensors");
    var running = new Trainer[1];
    TrainListener listener =
        new TrainListener() {
          @Override
          public void onStep(StepReport step) {
            memory.onStep(step);
            if (step.at().step() == stopAt) {
              running[0].requestStop();
            }
          }

          @Override
          public void onEvaluation(EvaluationReport evaluation) {
            memory.onEvaluation(evaluation);
          }
        };
    try (Network network = Bench.mlp(resume ? 77 : 4);
        Optimizer optimizer = Bench.sgd(network, 0.1, new Ema(0.5, Ema.WarmUp.NONE, 1));
        Trainer trainer =
            new Trainer(
                network,
                optimizer,
                schedules,
                DATA,
                plan,
                Bench.CPU,
                Checkpointing.to(file, Duration.ofHours(1)),
                listener)) {
      running[0] = trainer;
      if (resume) {
        trainer.resume(file);
      }
      TrainingResult result = trainer.run();
      Score last =
          result.end() == End.STOPPED
              ? new Score(0, 0, 0)
              : trainer.evaluate(() -> DATA.evaluation("val")).orElseThrow().plain();
      return new Made(result, memory, Bench.values(network), last, trainer.bestStep().orElse(0));
    }
  }

  @Test
  void aRunEndsSoManyLooksAfterItsBestAndGoesBackToIt() {
    Made made = made(plan(stopping(STOPPING)), -1, new Memory(), false);
    int best = made.bestLook();
    assertThat(made.result().end()).isEqualTo(End.FINISHED);
    assertThat(made.curve()).hasSize(best + 4).hasSizeLessThan(30);
    assertThat(made.best()).isEqualTo(8L * (best + 1));
    assertThat(made.last().loss())
        .as("the averaged weights of then, not averaged again")
        .isEqualTo(made.curve().get(best));
  }

  @Test
  void aGainBelowTheLeastIsNone() {
    Made made =
        made(plan(stopping(new EarlyStopping(Watched.VAL_LOSS, 3, 100))), -1, new Memory(), false);
    assertThat(made.curve()).as("only the first look is a gain").hasSize(4);
    assertThat(made.best()).isEqualTo(8);
  }

  /** Before the best look, after it, and at the end of an epoch. */
  @ParameterizedTest
  @ValueSource(longs = {5, 16, 42})
  void aRunThatWasStoppedComesToTheSameEnd(long stop) {
    Watching both = new Watching(Optional.of(STOPPING), Optional.of(FALLING));
    Made straight = made(plan(both), -1, new Memory(), false);
    assertThat(straight.result().position().step()).as("the stop lies before").isGreaterThan(stop);
    var memory = new Memory();
    assertThat(made(plan(both), stop, memory, false).result().end()).isEqualTo(End.STOPPED);
    Made resumed = made(plan(both), -1, memory, true);
    assertThat(memory.events).containsExactlyElementsOf(straight.memory().events);
    assertThat(resumed.best()).isEqualTo(straight.best());
    assertThat(resumed.last()).isEqualTo(straight.last());
    straight
        .state()
        .forEach((name, values) -> assertThat(resumed.state().get(name)).isEqualTo(values));
  }

  /**
   * The end was decided and saved, but the process killed before it had looked for the last time.
   */
  @Test
  void aRunThatHasComeToItsEndMakesNoFurtherStep() {
    Made straight = made(plan(stopping(STOPPING)), -1, new Memory(), false);
    Made again = made(plan(stopping(STOPPING)), -1, new Memory(), true);
    assertThat(again.memory().events).isEmpty();
    assertThat(again.result().end()).isEqualTo(End.FINISHED);
    assertThat(again.last()).isEqualTo(straight.last());
    assertThat(again.best()).isEqualTo(straight.best());
  }

  @Test
  void theRateFallsWhenTheMetricHasNot() {
    Made made =
        made(plan(new Watching(Optional.empty(), Optional.of(FALLING))), -1, new Memory(), false);
    var oracle = FALLING.begin();
    List<Double> expected = new ArrayList<>();
    for (double loss : made.curve()) {
      for (int step = 0; step < 8; step++) {
        expected.add(oracle.factor(0));
      }
      oracle.observe(loss);
    }
    assertThat(made.memory().steps).extracting(StepReport::lrFactor).isEqualTo(expected);
    assertThat(expected.getLast()).isLessThan(0.3);
  }

  /** As the layers of a network with decayed rates have it. */
  @Test
  void theRateOfAGroupWithAMultipleFallsToo() {
    TrainingPlan plan = plan(new Watching(Optional.empty(), Optional.of(FALLING)));
    Made plain = made(plan, -1, new Memory(), false);
    GroupSchedules apart = GroupSchedules.multiples(Bench.CONSTANT.others(), Map.of("all", 1.0));
    Made made = made(plan, apart, -1, new Memory(), false);
    assertThat(made.memory().events).isEqualTo(plain.memory().events);
    assertThat(made.memory().steps.getLast().lrFactor()).isLessThan(0.3);
  }

  @Test
  void aLookBeforeTheFirstStepDecidesNothing() {
    TrainingPlan plan = plan(stopping(STOPPING)).withEvaluation(new Span.Steps(8));
    Made made = made(plan, -1, new Memory(), false);
    assertThat(made.memory().evaluations.getFirst().at().step()).isZero();
    assertThat(made.best()).isPositive();
  }

  @Test
  void aValidationSetIsNeeded() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> stopping(STOPPING).requireAmong(Set.of("test")))
        .withMessageContaining("val_loss is to be watched, but no validation set");
    new Watching(
            Optional.empty(),
            Optional.of(new PlateauPlan(Watched.TRAIN_LOSS, 0.5, 1, 0, Threshold.ABSOLUTE, 0, 0)))
        .requireAmong(Set.of());
  }

  @Test
  void aCheckpointOfAnotherPatienceIsRefused() {
    made(plan(stopping(STOPPING)), 5, new Memory(), false);
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            made(plan(stopping(new EarlyStopping(Watched.VAL_LOSS, 4, 0))), -1, new Memory(), true))
        .withMessageContaining("patience=3");
  }
}
