package dev.steepest.study.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.steepest.study.experiment.DecisionRule.Pair;
import dev.steepest.study.file.ProblemsException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Names of arms: other names, one line for each, a first look, and pairs that are compared. */
class ArmListTest {
  private static final String FILE =
      """
      name: named
      title: Named arms
      flags: {lr: 0.1}
      model: mlp
      data: shapes
      optimizer: {name: sgd, lr: "= lr"}
      quick: [base, again]
      arms:
        base: {about: the plain one}
        fast: {about: "a higher rate, twice", flags: {lr: 0.2}}
        again: {same_as: fast, about: published twice}
        slow: {flags: {lr: 0.05}}
      verdict: {metric: val_loss, pairs: [[fast, base], [slow, base]]}
      """;

  private static Experiment read(String text, String... overrides) {
    return ExperimentFile.read(text, "test.yaml", List.of(overrides), new SmallVocabulary());
  }

  private static ArmList list(String text) {
    return ArmList.read(text, "test.yaml", new SmallVocabulary());
  }

  @Test
  void anotherNameIsNoArmOfItsOwn() {
    assertThat(read(FILE).arms()).containsExactly("base", "fast", "slow");
    assertThat(read(FILE, "mode=again").arms()).containsExactly("fast");
    assertThat(read(FILE, "mode=[again, fast, base]").arms()).containsExactly("base", "fast");
  }

  @Test
  void theListSaysWhatTheFileSays() {
    ArmList list = list(FILE);
    assertThat(list.title()).isEqualTo("Named arms");
    assertThat(list.entries())
        .containsExactly(
            new ArmList.Entry("base", "the plain one", Optional.empty()),
            new ArmList.Entry("fast", "a higher rate, twice", Optional.empty()),
            new ArmList.Entry("again", "published twice", Optional.of("fast")),
            new ArmList.Entry("slow", "", Optional.empty()));
    assertThat(list.quick()).containsExactly("base", "fast");
    assertThat(list.all()).containsExactly("base", "fast", "slow");
    assertThat(list.named(List.of("again", "slow", "fast"))).containsExactly("fast", "slow");
    assertThat(list("name: x\nmodel: mlp\ndata: shapes\noptimizer: sgd\n").entries()).isEmpty();
  }

  @Test
  void namesThatNoArmHasAreToldTogether() {
    assertThatThrownBy(() -> list(FILE).named(List.of("bse", "fast", "sloow")))
        .isInstanceOf(ProblemsException.class)
        .hasMessageContaining("there is no arm 'bse'; did you mean 'base'?")
        .hasMessageContaining("there is no arm 'sloow'; did you mean 'slow'?");
  }

  @Test
  void pairsAreWhatIsCompared() {
    assertThat(read(FILE).rule().pairs())
        .containsExactly(new Pair("fast", "base"), new Pair("slow", "base"));
    assertThat(read(FILE, "mode=[again, base]").rule().pairs())
        .containsExactly(new Pair("fast", "base"));
    // Where no stated pair is run, every pair is compared.
    assertThat(read(FILE, "mode=[fast, slow]").rule().pairs()).isEmpty();
    assertThat(read(FILE).rule().spoken()).isEqualTo("fast against base, slow against base");
    assertThat(read(FILE).rule().decision()).contains("pairs=[");
  }

  @Test
  void whatIsWrongIsSaidWithItsPlace() {
    String wrong =
        FILE.replace("slow: {flags", "slow: {same_as: fsat, flags")
            .replace("quick: [base, again]", "quick: [bas]");
    assertThatThrownBy(() -> read(wrong))
        .hasMessageContaining("arm 'slow' is only another name, so it cannot change flags")
        .hasMessageContaining("'same_as' names an arm that stands above: there is no arm 'fsat'")
        .hasMessageContaining("there is no arm for quick 'bas'; did you mean 'base'?");
    assertThatThrownBy(() -> read(FILE, "arms.again.flags.lr=3"))
        .hasMessageContaining("arm 'again' is only another name of arm 'fast'; set that one");
    assertThatThrownBy(() -> read(FILE.replace("[slow, base]]", "[slow]]")))
        .hasMessageContaining("verdict.pairs lists two different arms each");
    assertThatThrownBy(() -> read(FILE.replace("[slow, base]]", "[slwo, base]]")))
        .hasMessageContaining("there is no arm for verdict.pairs 'slwo'; did you mean 'slow'?");
    assertThatThrownBy(
            () -> read(FILE.replace("val_loss, pairs", "val_loss, baseline: base, pairs")))
        .hasMessageContaining("'baseline'")
        .hasMessageContaining("keep one of them");
    assertThatThrownBy(
            () -> read("name: x\nmodel: mlp\ndata: shapes\noptimizer: sgd\nquick: [base]\n"))
        .hasMessageContaining("'quick' chooses among 'arms', of which the file has none");
  }

  @Test
  void aFirstLookMaySetInPlaceOfChoosing() {
    String text =
        FILE.replace(
            "quick: [base, again]",
            "quick:\n  seeds: 2\n  name: 'a look'\n  mode: [base, slow]\n  training.epochs: 1");
    assertThat(list(text).quick()).isEmpty();
    assertThat(list(text).quickSettings())
        .extracting(Setting::assignment)
        .containsExactly("seeds=2", "name=a look", "mode=[base, slow]", "training.epochs=1");
    assertThat(list(text).quickSettings().getLast().where())
        .isEqualTo("test.yaml:11: quick training.epochs");
    List<Setting> harmless =
        list(text).quickSettings().stream().filter(s -> !s.key().equals("name")).toList();
    Experiment look = ExperimentFile.readWith(text, "test.yaml", harmless, new SmallVocabulary());
    assertThat(look.seeds()).containsExactly(1L, 2L);
    assertThat(look.arms()).containsExactly("base", "slow");
    assertThat(read(text).arms()).as("without being asked for").hasSize(3);
    assertThatThrownBy(() -> list(FILE.replace("[base, again]", "{}")))
        .hasMessageContaining("test.yaml:7: 'quick' sets nothing");
    assertThatThrownBy(() -> read(FILE.replace("[base, again]", "{quick: [base]}")))
        .hasMessageContaining("'quick' cannot set itself");
  }
}
