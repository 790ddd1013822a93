package dev.steepest.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.steepest.optim.Knobs;
import dev.steepest.optim.Optimizer;
import dev.steepest.optim.Parameter;
import dev.steepest.optim.ParameterGroup;
import dev.steepest.optim.Role;
import dev.steepest.optim.Rule;
import dev.steepest.optim.Rules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said of optimizers is what is declared and measured. */
class OptimizerPageTest {
  private static final Path DOCS = Path.of("..").toAbsolutePath().normalize().resolve("docs");

  @TempDir Path folder;

  @Test
  void theCommittedPageIsWhatTheCodeSays() throws IOException {
    assertThat(OptimizerPage.of(OptimizerMeasurements.in(DOCS.resolve("data"))))
        .as("docs/optimizers.md is not up to date; make it again with: %s", OptimizerPage.COMMAND)
        .isEqualTo(Files.readString(DOCS.resolve("optimizers.md")));
  }

  @Test
  void everyRuleAndKnobIsOnThePage() {
    String page = OptimizerPage.of(OptimizerMeasurements.in(folder));
    for (OptimizerCard card : OptimizerCard.rules()) {
      assertThat(page).contains("### " + card.title() + "\n", card.source().url());
      card.knobs()
          .forEach(knob -> assertThat(page).contains("| `" + knob.key() + "` |", knob.allowed()));
    }
    assertThat(page).contains("Costs have not been measured yet.", "| not measured | none |");
  }

  @Test
  void measurementsAreShownWithMachineAndDate() throws IOException {
    Files.writeString(
        folder.resolve("optimizer-cost.csv"),
        """
        # two cores, 2026-11-22
        rule,set,ratio_to_sgd,ratio_to_fwd_bwd,spread,one_by_one
        muon,resnet18,3.1,0.12,2.9-3.3,1.4
        """);
    Files.writeString(
        folder.resolve("optimizer-golden.csv"), "rule,case\nmuon,muon/a\nmuon,muon/b\nsgd,sgd/a\n");
    OptimizerMeasurements measured = OptimizerMeasurements.in(folder);
    assertThat(measured.goldenOf("muon")).isEqualTo(2);
    assertThat(OptimizerPage.of(measured))
        .contains("Costs: two cores, 2026-11-22")
        .contains("| 4; – | 3.1 (resnet18) | 2 |")
        .contains("- on resnet18: 3.1 times SGD's step (2.9-3.3), 0.12 times forward and backward")
        .contains("one parameter after the other takes 1.4 times as long");
    Files.writeString(folder.resolve("optimizer-golden.csv"), "rule\nmuon\n");
    assertThatThrownBy(() -> OptimizerMeasurements.in(folder))
        .hasMessageContaining("begins with 'rule' but must begin with 'rule,case'");
  }

  static Stream<Class<? extends Rule>> rules() {
    return Rules.all().stream();
  }

  @ParameterizedTest
  @MethodSource("rules")
  void stateIsAsLargeAsTheOptimizerMeasures(Class<? extends Rule> type) {
    OptimizerCard card =
        OptimizerCard.rules().stream()
            .filter(c -> c.name().equals(Knobs.name(type)))
            .findFirst()
            .orElseThrow();
    Rule rule = Rules.make(type, Map.of());
    measure(rule, card.matrixBytes(), Role.MATRIX, OptimizerCard.SIDE, OptimizerCard.SIDE);
    measure(rule, card.vectorBytes(), Role.VECTOR, OptimizerCard.SIDE);
  }

  private static void measure(Rule rule, OptionalDouble said, Role role, long... shape) {
    if (said.isEmpty()) {
      return; // the rule does not take it
    }
    try (PointerScope _ = new PointerScope()) {
      Tensor tensor = torch.ones(shape);
      tensor
          .mutable_grad()
          .put(torch.eye(shape[0], shape.length > 1 ? shape[1] : 1).reshape(shape));
      var group = new ParameterGroup("all", rule, List.of(new Parameter("p", role, tensor)));
      try (Optimizer optimizer = new Optimizer(List.of(group))) {
        optimizer.step();
        assertThat(optimizer.stateBytes())
            .isEqualTo(Math.round(said.getAsDouble() * tensor.numel()));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"muon", "adam_w", "AdamW", "scion"})
  void detailsOfOneAreListed(String name) {
    Steepest.Result result = Steepest.run("list", "optimizers", name);
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out())
        .contains("source", "https://", "state", "bytes per element", "default");
  }

  @Test
  void anUnknownNameIsAnsweredWithTheKnownOnes() {
    Steepest.Result result = Steepest.run("list", "optimizers", "muno");
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err()).contains("There is no optimizer 'muno'", "muon", "adam_w");
    assertThat(Steepest.run("list", "models", "muon").err())
        .contains("Only optimizers have a NAME");
  }
}
