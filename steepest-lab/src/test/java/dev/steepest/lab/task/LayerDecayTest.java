package dev.steepest.lab.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.lab.catalog.Catalog;
import dev.steepest.lab.model.Images;
import dev.steepest.lab.model.Network;
import dev.steepest.lab.model.Networks;
import dev.steepest.lab.train.Pace;
import dev.steepest.optim.GroupSchedules;
import dev.steepest.optim.Optimizer;
import dev.steepest.optim.Parameter;
import dev.steepest.optim.ParameterGroup;
import dev.steepest.optim.Shards;
import dev.steepest.study.experiment.ExperimentFile;
import dev.steepest.study.file.ProblemsException;
import dev.steepest.study.plan.Plan;
import dev.steepest.study.plan.RunSpec;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class LayerDecayTest {
  private static RunSpec spec(String optimizer, String schedule) {
    String text =
        """
        name: said
        title: Said
        model: {name: small-cnn, width: 8}
        data: shapes
        optimizer: {name: %s}
        schedule: {name: constant, %s}
        training: {epochs: 3}
        seeds: 1
        """
            .formatted(optimizer, schedule);
    return Plan.of(ExperimentFile.read(text, "said.yaml", List.of(), new Catalog())).getFirst();
  }

  /** The factor of every parameter's rate at step 7, by its name. */
  private static Map<String, Double> rates(RunSpec spec) {
    return rates(spec, schedules -> schedules);
  }

  private static Map<String, Double> rates(RunSpec spec, UnaryOperator<GroupSchedules> change) {
    var settings = new RunSettings(spec);
    Map<String, Double> rates = new TreeMap<>();
    try (Network network = network();
        Optimizer optimizer = settings.optimizer(network, 30, Shards.NONE)) {
      var factors =
          change
              .apply(settings.schedules(network, optimizer, 30, Pace.constant(10)))
              .of(optimizer)
              .at(7);
      for (ParameterGroup group : optimizer.groups()) {
        for (Parameter parameter : group.parameters()) {
          rates.put(parameter.name(), factors.applyAsDouble(group));
        }
      }
    }
    return rates;
  }

  private static Network network() {
    return Networks.named("small-cnn").create(Images.CIFAR10, Map.of("width", 8), 1);
  }

  @Test
  void everyLayerHasTheRateOfTheNextTimesAFactor() {
    Map<String, Double> rates = rates(spec("muon", "layer_decay: 0.5"));
    try (Network network = network()) {
      assertThat(network.depth()).isGreaterThan(2);
      for (Parameter parameter : network.parameters()) {
        int behind = network.depth() - 1 - network.depth(parameter.name());
        assertThat(rates.get(parameter.name()))
            .as(parameter.name())
            .isCloseTo(Math.pow(0.5, behind), within(1e-15));
      }
      assertThat(rates).hasSize(network.parameters().size());
    }
  }

  /** A group's own schedule stays its own: here down to nothing at half of step 14. */
  @Test
  void aGroupsOwnScheduleIsMultipliedToo() {
    String own = "vectors: {shape: linear, epochs: 1.4}";
    Map<String, Double> plain = rates(spec("adamw", own));
    Map<String, Double> decayed = rates(spec("adamw", own + ", layer_decay: 0.5"));
    assertThat(plain.values().stream().collect(Collectors.toSet()))
        .containsExactlyInAnyOrder(1.0, 0.5);
    try (Network network = network()) {
      plain.forEach((name, rate) ->
          assertThat(decayed.get(name))
              .isCloseTo(
                  rate * Math.pow(0.5, network.depth() - 1 - network.depth(name)), within(1e-15)));
    }
  }

  /** So does a plateau reach them; what has its own schedule stays as it was. */
  @Test
  void layersFollowWhatTheRateOfAllOthersBecomes() {
    RunSpec spec = spec("adamw", "vectors: {shape: linear, epochs: 1.4}, layer_decay: 0.5");
    Map<String, Double> before = rates(spec);
    Map<String, Double> after = rates(spec, schedules -> schedules.withOthers(_ -> 0.25));
    try (Network network = network()) {
      for (Parameter parameter : network.parameters()) {
        String name = parameter.name();
        double change = parameter.tensor().dim() > 1 ? 0.25 : 1;
        assertThat(after.get(name)).as(name).isCloseTo(change * before.get(name), within(1e-15));
      }
    }
    assertThat(after).isNotEqualTo(before);
  }

  @Test
  void withoutItGroupsAndRunsAreWhatTheyWere() {
    RunSpec plain = spec("muon", "warmup_epochs: 0");
    assertThat(spec("muon", "warmup_epochs: 0, layer_decay: 1")).isEqualTo(plain);
    assertThat(plain.settings().has("schedule.layer_decay")).isFalse();
    try (Network network = network();
        Optimizer optimizer = new RunSettings(plain).optimizer(network, 30, Shards.NONE)) {
      assertThat(optimizer.groups())
          .extracting(ParameterGroup::name)
          .containsExactly("muon", "rest", "vectors");
    }
  }

  @Test
  void rulesThatLookAtTheWholeGroupAreRefused() {
    assertThatThrownBy(() -> spec("lamb", "layer_decay: 0.5"))
        .isInstanceOf(ProblemsException.class)
        .hasMessageContaining("optimizer.name = lamb measures something of a group as a whole");
  }
}
