package dev.steepest.optim.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.steepest.optim.Knobs;
import dev.steepest.optim.Rules;
import dev.steepest.optim.rule.Adafactor;
import dev.steepest.optim.rule.Adam;
import dev.steepest.optim.rule.AdamW;
import dev.steepest.optim.rule.Dion;
import dev.steepest.optim.rule.Lion;
import dev.steepest.optim.rule.Muon;
import dev.steepest.optim.rule.RMSprop;
import dev.steepest.optim.rule.SophiaG;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Recorded settings that no run on this machine has, and what must become of them. */
class TranslationTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** A case with one parameter of each role; "" for none. */
  private static JsonNode recorded(String hyper, String... roles) {
    String params = Stream.of(roles).map(role -> "{'role': '" + role + "'}").toList().toString();
    return json(
        "{'case': 'x_f64', 'dtype': 'float64', 'source': {'file': 'timm/optim/adafactor.py'},"
            + " 'params': "
            + params
            + ", 'hyper': "
            + hyper
            + "}");
  }

  private static JsonNode json(String text) {
    return JSON.readTree(text.replace('\'', '"'));
  }

  private static List<Group> groups(String family, String hyper, String... roles) {
    List<Group> groups = Translation.FAMILIES.get(family).groups(recorded(hyper, roles));
    // They must make rules, too.
    groups.forEach(group -> assertThat(Rules.make(group.rule(), group.hyper())).isNotNull());
    return groups;
  }

  private static Group only(String family, String hyper) {
    List<Group> groups = groups(family, hyper);
    assertThat(groups).hasSize(1);
    return groups.getFirst();
  }

  @ParameterizedTest
  @CsvSource({
    "muon, 0.02, 0.95, true, 0",
    "muon_torch, 0.001, 0.95, true, 0.1",
    "muon_moonlight, 0.001, 0.95, true, 0.1",
    "muon_dion, 0.01, 0.95, false, 0.01"
  })
  void what_is_left_out_of_muon_is_the_references_default(
      String family, double lr, double momentum, boolean nesterov, double decay) {
    assertThat(only(family, "{}").hyper())
        .contains(
            entry("lr", lr),
            entry("momentum", momentum),
            entry("nesterov", nesterov),
            entry("weight_decay", decay));
  }

  @Test
  void airbench_and_dion_have_their_own_defaults_too() {
    assertThat(only("muon_airbench", "{}").hyper())
        .contains(entry("lr", 1e-3), entry("momentum", 0.0), entry("nesterov", false));
    assertThat(only("dion", "{}").hyper())
        .contains(entry("rank_fraction", 1.0), entry("qr", "rcqr"), entry("lr", 0.01));
    assertThat(only("dion", "{'qr_method': 'cqr', 'cqr_warmup_steps': 10}").hyper())
        .contains(entry("qr", "qr"));
    assertThat(only("dion_simple", "{'lr': 0.1}").hyper())
        .contains(entry("rank", 768L), entry("orientation", "as_is"));
  }

  @Test
  void coefficients_name_a_set_or_fail() {
    assertThat(only("muon_torch", "{'ns_coefficients': [3.4445, -4.775, 2.0315]}").hyper())
        .contains(entry("orthogonalization", "quintic"));
    assertThat(only("muon_torch", "{'ns_coefficients': [2, -1.5, 0.5], 'ns_steps': 10}").hyper())
        .contains(entry("orthogonalization", "quintic_convergent"), entry("ns_steps", 10L));
    assertThatThrownBy(() -> groups("muon_torch", "{'ns_coefficients': [1, 2, 3]}"))
        .hasMessageContaining("no set of triples is");
  }

  @Test
  void roles_make_groups_whether_or_not_settings_are_given() {
    for (String family : List.of("muon", "muon_moonlight")) {
      List<Group> groups = groups(family, "{}", "muon", "adamw");
      assertThat(groups.stream().map(Group::recordedRole)).containsExactly("adamw", "muon");
      assertThat(groups.getFirst().hyper()).contains(entry("beta2", 0.95));
      assertThat(groups.getFirst().rule()).isEqualTo(AdamW.class);
      assertThat(only(family, "{}").recordedRole()).isNull();
    }
  }

  @Test
  void groups_beside_dion_have_the_optimizers_values_where_they_say_none() {
    List<Group> groups =
        groups(
            "normuon",
            "{'lr': 0.03, 'betas': [0.8, 0.9], 'epsilon': 1e-6, 'weight_decay': 0.2,"
                + " 'scalar_groups': {'lion': {'lr': 0.5}, 'adamw': {'betas': [0.1, 0.2]}}}",
            "normuon",
            "lion",
            "adamw");
    assertThat(groups.stream().map(Group::recordedRole))
        .containsExactlyInAnyOrder("normuon", "lion", "adamw");
    assertThat(of(groups, Lion.class).hyper())
        .containsOnly(
            entry("lr", 0.5), entry("beta1", 0.8), entry("beta2", 0.9), entry("weight_decay", 0.2));
    assertThat(of(groups, AdamW.class).hyper())
        .containsOnly(
            entry("lr", 0.03),
            entry("beta1", 0.1),
            entry("beta2", 0.2),
            entry("eps", 1e-6),
            entry("weight_decay", 0.2));
  }

  private static Group of(List<Group> groups, Class<?> rule) {
    return groups.stream().filter(group -> group.rule() == rule).findFirst().orElseThrow();
  }

  @Test
  void a_cautious_decay_of_all_groups_leaves_the_rules() {
    String cautious = "{'cautious_wd': true, 'scalar_groups': {'adamw': {%s}}}";
    assertThat(groups("muon_dion", cautious.formatted(""), "muon", "adamw"))
        .allSatisfy(group -> assertThat(group.hyper()).contains(entry("weight_decay", 0.0)));
    assertThat(
            of(
                    groups("muon_dion", cautious.formatted("'weight_decay': 0"), "muon", "adamw"),
                    Muon.class)
                .hyper())
        .contains(entry("weight_decay", 0.01), entry("decay", "cautious"));
    assertThatThrownBy(
            () -> groups("muon_dion", cautious.formatted("'weight_decay': 0.3"), "muon", "adamw"))
        .hasMessageContaining("one wrapper needs one of all groups");
  }

  @Test
  void without_flatten_kernels_are_matrices() {
    assertThat(only("muon_dion", "{}").hyper()).contains(entry("filters", "stacked"));
    assertThat(only("muon_dion", "{'flatten': true, 'use_triton': false}").hyper())
        .contains(entry("filters", "flattened"));
    assertThat(only("normuon", "{'flatten': true, 'use_gram_newton_schulz': false}").hyper())
        .contains(entry("filters", "kernel_rows"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sgd",
        "adam",
        "adamw",
        "nadam",
        "rmsprop",
        "adagrad",
        "lion",
        "muon_torch",
        "lamb"
      })
  void switches_of_torch_are_no_hyper_parameters_but_others_are(String family) {
    String switches =
        "{'maximize': false, 'foreach': null, 'fused': false, 'capturable': false,"
            + " 'differentiable': false%s}";
    assertThat(only(family, switches.formatted("")).hyper()).containsKey("lr");
    assertThatThrownBy(() -> groups(family, switches.formatted(", 'odd': 1")))
        .hasMessageContaining("without a translation: {odd=1}");
  }

  @Test
  void ascent_is_seen_wherever_it_is_recorded() {
    assertThat(Recorded.maximizes(recorded("{'maximize': true}"))).isTrue();
    assertThat(Recorded.maximizes(recorded("{'inner_hyper': {'maximize': true}}"))).isTrue();
    assertThat(Recorded.maximizes(recorded("{'maximize': false}"))).isFalse();
  }

  @Test
  void adam_with_a_decoupled_decay_is_adamw() {
    assertThat(only("adam", "{'decoupled_weight_decay': true}").rule()).isEqualTo(AdamW.class);
    assertThat(only("adam", "{'decoupled_weight_decay': false}").rule()).isEqualTo(Adam.class);
    assertThat(only("adamw", "{'decoupled_weight_decay': true}").rule()).isEqualTo(AdamW.class);
  }

  @Test
  void rules_inside_wrappers_are_known_by_their_classes() {
    Map<String, Class<?>> rules =
        Map.of("RMSprop", RMSprop.class, "torch.optim.Adam", Adam.class, "SophiaG", SophiaG.class);
    rules.forEach((name, rule) -> {
      assertThat(only("lookahead", "{'inner': '" + name + "'}").rule()).isEqualTo(rule);
      assertThat(only("sam", "{'base': '" + name + "'}").rule()).isEqualTo(rule);
    });
    assertThat(Knobs.name(only("lookahead", "{'inner': 'AdamWScheduleFree'}").rule()))
        .isEqualTo("schedule_free_adam_w");
    assertThatThrownBy(() -> groups("sam", "{'base': 'Oddity'}"))
        .hasMessageContaining("no family knows the rule inside: 'Oddity'");
  }

  @ParameterizedTest
  @CsvSource({
    "exact polar factor, svd",
    "SVD, svd",
    "'NS5, KellerJordan coefficients, eps 1e-7', quintic",
    "zeropower_via_newtonschulz5, quintic",
    "Polar Express of microsoft/dion, polar_express_speedrun",
    "cubic Newton-Schulz, cubic"
  })
  void words_for_orthogonalisation_are_read_as_they_come(String words, String method) {
    assertThat(only("muon", "{'orthogonalization': '" + words + "'}").hyper())
        .contains(entry("orthogonalization", method));
  }

  @Test
  void words_that_nothing_here_does_fail() {
    assertThatThrownBy(() -> groups("muon", "{'orthogonalization': 'Householder'}"))
        .hasMessageContaining("no orthogonalisation for householder");
    assertThatThrownBy(() -> groups("muon", "{'orthogonalization': 'NS5, eps 1e-3'}"))
        .hasMessageContaining("an eps other than 1e-7");
  }

  @Test
  void endless_numbers_and_constant_clips_are_said() {
    assertThat(
            only(
                    "shampoo",
                    "{'betas': [0.9, 1.0], 'max_preconditioner_dim': 'Infinity',"
                        + " 'start_preconditioning_step': 'Infinity'}")
                .hyper())
        .contains(
            entry("max_preconditioner_dim", 1L << 52),
            entry("start_preconditioning_step", 1L << 52));
    assertThat(only("adopt", "{'clip': 3}").hyper())
        .contains(entry("clip_scale", 3.0), entry("clip_exponent", 0.0));
    assertThat(only("scion", "{'norm_kwargs': {'zero_init': true}}").hyper())
        .doesNotContainKey("zero_init");
  }

  @Test
  void caution_of_timm_asks_for_a_first_moment_which_may_forget_at_once() {
    Group forgets = only("adafactor", "{'betas': [0.0, 0.9], 'caution': true}");
    assertThat(forgets.rule()).isEqualTo(Adafactor.class);
    assertThat(forgets.hyper()).contains(entry("caution", true), entry("beta1", 0.0));
    assertThat(only("adafactor", "{'caution': true}").hyper()).contains(entry("caution", false));
    assertThat(only("dion", "{}").rule()).isEqualTo(Dion.class);
  }
}
