package dev.steepest.study.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.steepest.study.experiment.Experiment;
import dev.steepest.study.experiment.ExperimentFile;
import dev.steepest.study.experiment.SmallVocabulary;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;

class PlanTest {
  private static Experiment read(String rest) {
    return ExperimentFile.read(
        "name: demo\nmodel: mlp\ndata: shapes\n" + rest,
        "demo.yaml",
        List.of(),
        new SmallVocabulary());
  }

  @Test
  void armsAreInterleavedSeedBySeed() {
    List<RunSpec> plan = Plan.of(read("optimizer: [sgd, muon]\nseeds: 2\n"));
    assertThat(plan).extracting(RunSpec::arm).containsExactly("sgd", "muon", "sgd", "muon");
    assertThat(plan).extracting(RunSpec::seed).containsExactly(1L, 1L, 2L, 2L);
    assertThat(plan).extracting(RunSpec::id).doesNotHaveDuplicates();
  }

  @Test
  void theIdComesFromWhatIsRunAndNotFromHowItIsWritten() {
    RunSpec spec = Plan.of(read("optimizer: {name: sgd, lr: 0.1}\n")).getFirst();
    RunSpec sameByDefault =
        Plan.of(read("title: other\noptimizer: sgd\ntraining: {batch: 128}\n")).getFirst();
    RunSpec other = Plan.of(read("optimizer: {name: sgd, lr: 0.2}\n")).getFirst();
    assertThat(sameByDefault.id()).isEqualTo(spec.id());
    assertThat(other.id()).isNotEqualTo(spec.id());
  }

  @Test
  void theIdIsTheHashOfCanonicalJson() {
    RunSpec spec =
        new RunSpec(
            "e", "p", "a", 7, new Settings(Map.of("b", 1, "a", Map.of("y", 0.5, "x", true))));
    // printf '%s' '{"seed":7,"settings":{"a":{"x":true,"y":0.5},"b":1}}' | sha256sum | cut -c1-12
    assertThat(spec.id()).isEqualTo("0d0843a06eef");
  }

  @Test
  void thePlanHashChangesWithRunsAndRule() {
    String hash = Plan.hash(read("optimizer: sgd\n"));
    assertThat(Plan.hash(read("optimizer: sgd\n"))).isEqualTo(hash);
    assertThat(Plan.hash(read("optimizer: sgd\nseeds: 2\n"))).isNotEqualTo(hash);
    assertThat(Plan.hash(read("optimizer: sgd\nverdict: {alpha: 0.01}\n"))).isNotEqualTo(hash);
  }

  @Test
  void whereArmsAreListedTheirNamesAreOfThePlan() {
    String file = "optimizer: sgd\narms: {slow: {}, fast: {optimizer: {lr: 0.5}}}\n";
    Experiment listed = read(file);
    Experiment renamed = read(file.replace("fast", "quick"));
    Experiment grid = read("optimizer: [sgd, {name: sgd, label: fast, lr: 0.5}]\n");
    assertThat(Plan.of(renamed))
        .extracting(RunSpec::id)
        .containsExactlyElementsOf(Plan.of(listed).stream().map(RunSpec::id).toList())
        .containsExactlyElementsOf(Plan.of(grid).stream().map(RunSpec::id).toList());
    assertThat(listed.rule().compared()).containsExactly("optimizer");
    assertThat(Plan.hash(renamed)).isNotEqualTo(Plan.hash(listed));
    assertThat(Plan.hash(grid)).isNotEqualTo(Plan.hash(listed));
    assertThat(Plan.hash(read(file))).isEqualTo(Plan.hash(listed));
  }

  /** As they were before files could list arms. */
  @Test
  void thePlansOfFilesWithoutArmsKeepTheirHash() {
    Experiment experiment =
        read(
            """
            optimizer: [sgd, {name: muon, lr: [0.02, 0.05]}]
            seeds: 2
            verdict: {baseline: sgd, targets: [0.6]}
            """);
    assertThat(Plan.of(experiment))
        .extracting(RunSpec::arm, RunSpec::id)
        .containsExactly(
            tuple("sgd", "80c4f20103c5"),
            tuple("muon lr=0.02", "c90414d70720"),
            tuple("muon lr=0.05", "a7b4ca3b3bc0"),
            tuple("sgd", "b70005412adc"),
            tuple("muon lr=0.02", "4b0584e61cd0"),
            tuple("muon lr=0.05", "ad652d0d2ecc"));
    assertThat(Plan.hash(experiment)).isEqualTo("ebd785336ce4");
  }

  @Test
  void settingsAreReachedByPath() {
    Settings settings = new Settings(Map.of("optimizer", Map.of("lr", 0.5, "name", "sgd"), "n", 3));
    assertThat(settings.number("optimizer.lr")).isEqualTo(0.5);
    assertThat(settings.number("n")).isEqualTo(3.0);
    assertThat(settings.whole("n")).isEqualTo(3);
    assertThat(settings.section("optimizer").text("name")).isEqualTo("sgd");
    assertThat(settings.has("optimizer.momentum")).isFalse();
    assertThatThrownBy(() -> settings.number("optimizer.momentum"))
        .isInstanceOf(NoSuchElementException.class)
        .hasMessageContaining("optimizer.momentum");
    assertThatThrownBy(() -> settings.text("n"))
        .isInstanceOf(ClassCastException.class)
        .hasMessageContaining("'n' is 3");
  }
}
