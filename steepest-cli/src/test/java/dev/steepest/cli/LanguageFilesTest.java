package dev.steepest.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.lab.catalog.Catalog;
import dev.steepest.study.experiment.Experiment;
import dev.steepest.study.experiment.ExperimentFile;
import dev.steepest.study.plan.Plan;
import dev.steepest.study.plan.RunSpec;
import dev.steepest.study.plan.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The experiment files of language models say what was published, and how to choose from it. */
class LanguageFilesTest {
  private static final Path EXPERIMENTS = Path.of("..", "experiments");
  private static final String MOE = "moe-muon-vs-adam";

  /** Reading 79 arms takes a second, and every test asks for them. */
  private static final Map<List<String>, Map<String, Settings>> READ = new ConcurrentHashMap<>();

  private static Map<String, Settings> arms(String file, String... overrides) throws IOException {
    List<String> key = new ArrayList<>(List.of(overrides));
    key.addFirst(file);
    if (!READ.containsKey(key)) {
      READ.put(
          key,
          plan(file, overrides).stream()
              .filter(run -> run.seed() == 1)
              .collect(Collectors.toMap(RunSpec::arm, RunSpec::settings)));
    }
    return READ.get(key);
  }

  private static List<RunSpec> plan(String file, String... overrides) throws IOException {
    return Plan.of(experiment(file, overrides));
  }

  private static Experiment experiment(String file, String... overrides) throws IOException {
    String text = Files.readString(EXPERIMENTS.resolve(file + ".yaml"));
    return ExperimentFile.read(text, file, Arrays.asList(overrides), new Catalog());
  }

  @Test
  void allSeventyNineNamesAreThereAndFiveOfThemAreOtherNames() throws IOException {
    Steepest.Result list = Steepest.run("run", file(MOE), "--list");
    assertThat(list.code()).as(list.err()).isZero();
    assertThat(list.out().lines().skip(3)).hasSize(79);
    assertThat(list.out())
        .contains(
            "79 named experiments, 74 of them with settings of their own", " runs all, --quick")
        .containsPattern("(?m)^muon_lr_0\\.07 +\\(= muon_baseline\\)")
        .containsPattern("(?m)^adam_constant_lr_optimal +\\(= adam_constant_lr\\)");
    assertThat(experiment(MOE).arms()).hasSize(74);
  }

  /** exp_configs/experiment_configs.py of exp9_muon_vs_adam; AdamW's rate is a tenth of Muon's. */
  @ParameterizedTest
  @CsvSource({
    "muon_baseline, 500, 0.07, 0.007, 0.95, 5, 0.1, 1",
    "muon_optimal, 500, 0.07, 0.007, 0.9, 5, 0.1, 1",
    "muon_lr_0.09_momentum_0.9, 500, 0.09, 0.009, 0.9, 5, 0.1, 1",
    "muon_optimal_ns10, 500, 0.07, 0.007, 0.9, 10, 0.1, 1",
    "muon_optimal_wd_0.2, 500, 0.07, 0.007, 0.9, 5, 0.2, 1",
    "muon_optimal_long, 1000, 0.07, 0.007, 0.9, 5, 0.1, 1",
    "muon_ns_steps_7, 500, 0.07, 0.007, 0.95, 7, 0.1, 1",
    "muon_lr_0.15_fast, 200, 0.15, 0.015, 0.95, 5, 0.1, 1",
    "muon_adamw_ratio_20, 500, 0.02, 0.001, 0.95, 5, 0.1, 1",
    "muon_adamw_equal_lr, 500, 0.001, 0.001, 0.95, 5, 0.1, 1",
    "muon_grad_clip_2.0, 500, 0.01, 0.001, 0.95, 5, 0.1, 2",
    "muon_aggressive, 500, 0.03, 0.003, 0.99, 5, 0.1, 1",
  })
  void theArmsOfMuonHaveThePublishedSettings(
      String arm,
      long steps,
      double rate,
      double rest,
      double momentum,
      long iterations,
      double decay,
      double clip)
      throws IOException {
    Settings s = arms(MOE).get(arm);
    assertThat(s.whole("training.steps")).isEqualTo(steps);
    assertThat(s.text("optimizer.name")).isEqualTo("muon");
    assertThat(s.text("optimizer.momentum_form")).isEqualTo("ema");
    assertThat(s.text("optimizer.scale")).isEqualTo("fan_ratio");
    assertThat(s.number("optimizer.lr")).isEqualTo(rate);
    assertThat(s.number("optimizer.rest.lr")).isEqualTo(rest);
    assertThat(s.number("optimizer.vectors.lr")).isEqualTo(rest);
    assertThat(s.number("optimizer.momentum")).isEqualTo(momentum);
    assertThat(s.whole("optimizer.ns_steps")).isEqualTo(iterations);
    assertThat(s.number("optimizer.rest.weight_decay")).isEqualTo(decay);
    assertThat(s.number("optimizer.vectors.weight_decay")).isEqualTo(decay);
    assertThat(s.number("training.clip_norm")).isEqualTo(clip);
    assertThat(s.whole("training.batch")).isEqualTo(4 * 24);
  }

  @ParameterizedTest
  @CsvSource({
    "adam_baseline, 500, 0.001, 0.1, cosine, 0.05",
    "adam_lr_0.0003_fast, 200, 0.0003, 0.1, cosine, 0.05",
    "adam_optimal_wd_0.05, 500, 0.001, 0.05, cosine, 0.05",
    "adam_no_warmup, 500, 0.001, 0.1, cosine, 0",
    "adam_linear_decay, 500, 0.001, 0.1, linear, 0.05",
  })
  void theArmsOfAdamHaveThePublishedSettings(
      String arm, long steps, double rate, double decay, String schedule, double warmup)
      throws IOException {
    Settings s = arms(MOE).get(arm);
    assertThat(s.whole("training.steps")).isEqualTo(steps);
    assertThat(s.text("optimizer.name")).isEqualTo("adamw");
    assertThat(s.number("optimizer.lr")).isEqualTo(rate);
    assertThat(s.number("optimizer.vectors.lr")).isEqualTo(rate);
    assertThat(s.number("optimizer.vectors.weight_decay")).isEqualTo(decay);
    assertThat(s.text("schedule.name")).isEqualTo(schedule);
    assertThat(s.number("schedule.warmup")).isEqualTo(warmup);
    assertThat(s.number("schedule.floor")).isEqualTo(0.1);
  }

  @ParameterizedTest
  @CsvSource({MOE + ", divide=4", MOE + "-small, runs=6"})
  void thePairOfFilesDiffersInTheSchedulesLengthAlone(String name, String equalLength)
      throws IOException {
    String logged = name.replace(MOE, MOE + "-as-logged");
    Map<String, Settings> described = arms(name, equalLength);
    Map<String, Settings> asLogged = arms(logged);
    assertThat(described.keySet()).containsAll(asLogged.keySet());
    asLogged.forEach((arm, settings) -> {
      Map<String, Object> other = described.get(arm).values();
      Map<String, Object> differing =
          settings.values().entrySet().stream()
              .filter(e -> !e.getValue().equals(other.get(e.getKey())))
              .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
      boolean constant = settings.text("schedule.name").equals("constant");
      assertThat(differing)
          .as(arm)
          .isEqualTo(constant ? Map.of() : Map.of("schedule.stretch", 4.0));
    });
    if (name.endsWith("small")) {
      assertThat(experiment(name).rule()).isEqualTo(experiment(logged).rule());
    }
  }

  @Test
  void aStepThatWasLoggedIsAQuarterOfAStep() throws IOException {
    assertThat(arms(MOE + "-as-logged").values())
        .isNotEmpty()
        .allSatisfy(s -> assertThat(s.whole("training.steps")).isEqualTo(125));
  }

  @Test
  void quickAndNamedArmsAreRunAlone() {
    Steepest.Result quick = Steepest.run("run", file(MOE), "--quick", "--dry-run");
    assertThat(quick.code()).as(quick.err()).isZero();
    assertThat(quick.out()).contains("2 arm(s)", "decided by val_loss, muon_baseline against adam");
    Steepest.Result named =
        Steepest.run(
            "run", file(MOE), "-e", "adam_optimal", "muon_only", "muon_optimal", "--dry-run");
    assertThat(named.out()).contains("3 arm(s)", "adam_baseline", "muon_baseline", "muon_optimal");
    Steepest.Result all = Steepest.run("run", file("airbench94"), "--all", "--dry-run");
    assertThat(all.code()).as(all.err()).isZero();
    assertThat(all.out()).contains("lion_hardswish", "silu");
  }

  @Test
  void namesThatNoArmHasAreToldAllAtOnce() {
    Steepest.Result result =
        Steepest.run("run", file(MOE), "-e", "muon_basline", "adam_optimal", "adm_baseline");
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err())
        .contains("'muon_basline'; did you mean 'muon_baseline'?")
        .contains("'adm_baseline'; did you mean 'adam_baseline'?")
        .doesNotContain("\tat ");
  }

  @Test
  void aChoiceThatCannotBeMadeIsRefused() {
    Steepest.Result none = Steepest.run("run", file("quickstart"), "--quick", "--dry-run");
    assertThat(none.code()).isEqualTo(2);
    assertThat(none.err()).contains("names no 'arms'");
    Steepest.Result notQuick = Steepest.run("run", file("airbench94"), "--quick", "--dry-run");
    assertThat(notQuick.code()).isEqualTo(2);
    assertThat(notQuick.err()).contains("calls none of its arms quick", "lion_hardswish");
    Steepest.Result both = Steepest.run("run", file(MOE), "--quick", "-e", "adam_baseline");
    assertThat(both.code()).isEqualTo(2);
    assertThat(both.err()).contains("--quick").contains("mutually exclusive");
    Steepest.Result empty = Steepest.run("run", file(MOE), "-e");
    assertThat(empty.code()).isEqualTo(2);
    Steepest.Result list = Steepest.run("run", file("quickstart"), "--list");
    assertThat(list.out()).contains("names no arms", "adamw");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt-speedrun", "gpt-speedrun-small"})
  void anyRuleOfTheLibraryCanTrainTheBlocks(String name) throws IOException {
    Map<String, Settings> arms = arms(name, "mode=any", "rule=soap", "rule_lr=0.003");
    assertThat(arms.keySet()).containsExactly("any");
    assertThat(arms.get("any").text("optimizer.name")).isEqualTo("soap");
    assertThat(arms.get("any").number("optimizer.lr")).isEqualTo(0.003);
  }

  @Test
  void theRecordIsAsPublished() throws IOException {
    Settings muon = arms("gpt-speedrun").get("muon");
    assertThat(muon.whole("training.steps")).isEqualTo(5100);
    assertThat(muon.whole("training.batch") * muon.whole("model.context")).isEqualTo(524_288);
    assertThat(muon.number("optimizer.lr")).isEqualTo(0.00036);
    assertThat(muon.number("optimizer.rest.lr")).isEqualTo(0.0036);
    // constant to step 3,650, then linear to 0
    assertThat(muon.number("schedule.decay") * 5100).isEqualTo(1450, within(1e-9));
    Settings brief = arms("gpt-speedrun", "short_run=1", "block_optimizer=adago").get("adago");
    assertThat(brief.whole("training.steps")).isEqualTo(500);
    assertThat(brief.whole("data.test_tokens")).isEqualTo(2_097_152);
    assertThat(arms("gpt-speedrun-late2025").values())
        .allSatisfy(s -> {
          assertThat(s.whole("training.batch") * s.whole("model.context")).isEqualTo(32_768);
          assertThat(s.whole("training.steps")).isEqualTo(2185 + 40);
        });
  }

  private static String file(String name) {
    return EXPERIMENTS.resolve(name + ".yaml").toString();
  }
}
