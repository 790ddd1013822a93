package dev.steepest.lab.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.steepest.lab.model.Network;
import dev.steepest.optim.Optimizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;

class FreezingTest {
  @Test
  void frozenParametersStayAndTheOthersGoOn() {
    TrainingPlan plan = TrainingPlan.of(3, 1).withFreezing(Freezing.after("layers.0", 2));
    List<Map<String, double[]>> seen = new ArrayList<>();
    try (PointerScope _ = new PointerScope();
        Network network = Bench.mlp(3);
        Optimizer optimizer = Bench.sgd(network, 0.1);
        TrainingStep step =
            new TrainingStep(
                network, optimizer, Bench.CONSTANT, plan, Pace.constant(2), Bench.CPU)) {
      for (int i = 0; i < 6; i++) {
        step.make(i, SyntheticData.make(i, 8), TrainingStep.Look.READ);
        seen.add(new LinkedHashMap<>(Bench.values(network)));
      }
    }
    assertThat(seen.get(3).get("layers.0.weight")).isNotEqualTo(seen.get(2).get("layers.0.weight"));
    for (String frozen : List.of("layers.0.weight", "layers.0.bias")) {
      assertThat(seen.get(5).get(frozen)).as(frozen).isEqualTo(seen.get(3).get(frozen));
    }
    seen.get(5).keySet().stream()
        .filter(name -> !name.startsWith("layers.0"))
        .forEach(
            name -> assertThat(seen.get(5).get(name)).as(name).isNotEqualTo(seen.get(4).get(name)));
  }

  @Test
  void whatCannotBeFrozenIsSaid() {
    try (Network network = Bench.mlp(3)) {
      assertThatThrownBy(() -> Freezing.after("whiten", 3).of(network, Pace.constant(2)))
          .hasMessageContaining("No parameter's name begins with 'whiten'")
          .hasMessageContaining("layers.0.weight");
      assertThatThrownBy(() -> Freezing.after("l", 3).of(network, Pace.constant(2)))
          .hasMessageContaining("would freeze all parameters");
    }
  }

  /** What has changed in each of six steps, two an epoch. */
  private static List<TreeSet<String>> changes(Network network, Freezing freezing) {
    TrainingPlan plan = TrainingPlan.of(3, 1).withFreezing(freezing);
    List<TreeSet<String>> changes = new ArrayList<>();
    try (PointerScope _ = new PointerScope();
        network;
        Optimizer optimizer = Bench.sgd(network, 0.1);
        TrainingStep step =
            new TrainingStep(
                network, optimizer, Bench.CONSTANT, plan, Pace.constant(2), Bench.CPU)) {
      Map<String, double[]> before = new LinkedHashMap<>(Bench.values(network));
      for (int i = 0; i < 6; i++) {
        step.make(i, SyntheticData.make(i, 8), TrainingStep.Look.READ);
        Map<String, double[]> after = new LinkedHashMap<>(Bench.values(network));
        TreeSet<String> changed = new TreeSet<>();
        for (String name : after.keySet()) {
          if (!Arrays.equals(before.get(name), after.get(name))) {
            changed.add(name);
          }
        }
        changes.add(changed);
        before = after;
      }
    }
    return changes;
  }

  @Test
  void whatIsFrozenAtFirstIsTrainedFromItsEpochOn() {
    var freezing =
        new Freezing(
            List.of(
                new Freezing.Part("layers.0", 0, 2), new Freezing.Part("layers.3.weight", 0, 1)));
    List<TreeSet<String>> changes = changes(Bench.mlp(3), freezing);
    assertThat(changes.get(0)).isEqualTo(changes.get(1)).contains("layers.3.bias");
    assertThat(changes.get(0)).noneMatch(name -> name.startsWith("layers.0"));
    assertThat(changes.get(1)).doesNotContain("layers.3.weight");
    assertThat(changes.get(2)).contains("layers.3.weight").doesNotContain("layers.0.weight");
    assertThat(changes.get(3)).doesNotContain("layers.0.weight");
    assertThat(changes.get(4)).contains("layers.0.weight", "layers.0.bias");
  }

  /** With their running statistics; afterwards all moves. */
  @Test
  void normsThatAreFrozenKeepTheirStatistics() {
    var freezing = new Freezing(List.of(new Freezing.Part(Freezing.ALL_BUT_HEAD, 0, 2)));
    List<TreeSet<String>> changes = changes(Bench.cnn(3), freezing);
    for (int step = 0; step < 4; step++) {
      assertThat(changes.get(step)).as("the last layer").hasSize(2);
    }
    try (Network network = Bench.cnn(3)) {
      assertThat(network.buffers()).isNotEmpty();
      assertThat(changes.get(4)).containsExactlyElementsOf(new TreeSet<>(network.state().keySet()));
    }
  }

  @Test
  void partsThatLeaveNothingToTrainAreRefusedTogether() {
    var first = new Freezing(List.of(new Freezing.Part(Freezing.ALL_BUT_HEAD, 0, 2)));
    try (Network network = Bench.mlp(3)) {
      String head = network.parameters().getLast().name().replaceFirst("\\.[a-z]+$", "");
      assertThatThrownBy(() -> first.and(Freezing.after(head, 1)).of(network, Pace.constant(5)))
          .hasMessageContaining(
              "'all-but-head' and '" + head + "' would freeze all parameters at step 5");
      first.and(Freezing.after(head, 2)).of(network, Pace.constant(5));
    }
  }
}
