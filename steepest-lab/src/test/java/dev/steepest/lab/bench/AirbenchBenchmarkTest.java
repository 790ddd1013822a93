package dev.steepest.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.lab.bench.AirbenchResult.Figure;
import dev.steepest.lab.bench.AirbenchResult.Round;
import dev.steepest.lab.bench.ConvolutionFloor.Call;
import dev.steepest.lab.bench.ConvolutionShape.Pass;
import dev.steepest.lab.model.Images;
import dev.steepest.lab.model.Network;
import dev.steepest.lab.model.Networks;
import dev.steepest.lab.train.LoopSpeed;
import dev.steepest.lab.train.Precision;
import dev.steepest.optim.Optimizer;
import dev.steepest.optim.Parameter;
import dev.steepest.optim.Role;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.bytedeco.pytorch.Device;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is timed is what is meant; no time is asserted. */
class AirbenchBenchmarkTest {
  private static final ConvolutionShape FIRST =
      new ConvolutionShape("first", 4, 3, 8, 2, 0, 8, EnumSet.of(Pass.FORWARD));
  private static final ConvolutionShape SECOND =
      new ConvolutionShape("second", 4, 8, 6, 3, 1, 7, EnumSet.allOf(Pass.class));

  @ParameterizedTest
  @EnumSource(
      value = Precision.class,
      names = {"FP32", "BF16"})
  @DisabledOnOs(OS.WINDOWS)
  void everySideIsMeasuredInEveryRound(Precision precision) {
    Device cpu = new Device("cpu");
    try (Network network =
            Networks.named("small-cnn").create(Images.CIFAR10, Map.of("width", 8), 1);
        Optimizer optimizer = AirbenchRecipe.MUON.on(network.parameters());
        LoopSpeed speed =
            new LoopSpeed(network, optimizer, LoopSpeed.Setup.airbench(4, 2, precision, cpu), cpu);
        ConvolutionFloor floor = new ConvolutionFloor(List.of(FIRST, SECOND), 2, precision, cpu)) {
      Peer peer = new Peer("images/s", "echo 50", Map.of());
      List<Round> heard = new ArrayList<>();
      AirbenchResult result =
          new AirbenchBenchmark(speed, floor, Optional.of(peer)).run(2, heard::add);
      assertThat(result.rounds()).isEqualTo(heard).hasSize(2);
      assertThat(result.calls())
          .containsExactly(
              new Call(FIRST, Pass.FORWARD),
              new Call(SECOND, Pass.FORWARD),
              new Call(SECOND, Pass.INPUT_GRADIENT),
              new Call(SECOND, Pass.WEIGHT_GRADIENT));
      assertThat(heard)
          .allSatisfy(round -> {
            assertThat(round.full()).isPositive();
            assertThat(round.bare()).isPositive();
            assertThat(round.peer()).hasValue(50);
            assertThat(round.callSeconds()).hasSize(4).doesNotContain(0);
            double sum = 0;
            for (double seconds : round.callSeconds()) {
              sum += seconds;
            }
            assertThat(round.floor()).isCloseTo(4 / sum, within(1e-9 / sum));
          });
      // Three rounds of two steps of the loop and of the bare step.
      assertThat(network.buffers().get("stage1.bn.num_batches_tracked").item_long()).isEqualTo(12);
    }
  }

  private static Round round(double full, double bare, double floor, double peer) {
    return new Round(
        full,
        bare,
        floor,
        OptionalDouble.of(peer),
        new double[] {0.001, 0.002},
        OptionalLong.of(1000));
  }

  @Test
  void ratiosAreThoseOfRoundsAndNotOfMedians() {
    List<Call> calls =
        List.of(new Call(SECOND, Pass.FORWARD), new Call(SECOND, Pass.INPUT_GRADIENT));
    AirbenchResult result =
        new AirbenchResult(
            calls, List.of(round(90, 100, 200, 45), round(60, 80, 100, 60), round(50, 50, 50, 20)));
    assertThat(spread(result.ratios(), "full / bare")).isEqualTo(new Spread(0.9, 0.75, 1));
    assertThat(spread(result.ratios(), "bare / convolutions")).isEqualTo(new Spread(0.8, 0.5, 1));
    assertThat(spread(result.ratios(), "full / peer")).isEqualTo(new Spread(2, 1, 2.5));
    assertThat(spread(result.speeds(), "peer")).isEqualTo(new Spread(45, 20, 60));
    assertThat(spread(result.callTimes(), "second input gradient")).isEqualTo(new Spread(2, 2, 2));
    assertThat(result.figures()).extracting(Figure::measure).contains("resident memory");
    // 2·8·6·9·49 operations a pass and image.
    assertThat(result.forwardGflop()).isCloseTo(42_336e-9, within(1e-15));
    assertThat(result.trainingGflop()).isCloseTo(127_008e-9, within(1e-15));
  }

  @Test
  void whatIsNotMeasuredIsAbsent() {
    Round alone =
        new Round(1, 1, 1, OptionalDouble.empty(), new double[] {1}, OptionalLong.empty());
    AirbenchResult result =
        new AirbenchResult(List.of(new Call(FIRST, Pass.FORWARD)), List.of(alone));
    assertThat(result.hasPeer()).isFalse();
    assertThat(result.figures())
        .extracting(Figure::measure)
        .noneMatch(measure -> measure.contains("peer") || measure.contains("memory"));
  }

  private static Spread spread(List<Figure> figures, String measure) {
    return figures.stream().filter(f -> f.measure().equals(measure)).findFirst().get().spread();
  }

  @ParameterizedTest
  @EnumSource(AirbenchRecipe.class)
  void recipesTakeEveryParameterOnce(AirbenchRecipe recipe) {
    try (Network network =
            Networks.named("small-cnn").create(Images.CIFAR10, Map.of("width", 8), 1);
        Optimizer optimizer = recipe.on(network.parameters())) {
      assertThat(optimizer.groups().stream().flatMap(group -> group.parameters().stream()))
          .containsExactlyInAnyOrderElementsOf(network.parameters());
      List<Parameter> filters =
          network.parameters().stream().filter(p -> p.role() == Role.CONV).toList();
      if (recipe == AirbenchRecipe.MUON) {
        assertThat(optimizer.groups().getFirst().parameters()).isEqualTo(filters);
      } else {
        assertThat(optimizer.groups()).hasSize(1);
      }
    }
  }
}
