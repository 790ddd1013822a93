package dev.steepest.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.steepest.optim.rule.AdamW;
import dev.steepest.optim.rule.Mars;
import dev.steepest.optim.rule.Scion;
import dev.steepest.optim.wrap.Ema;
import dev.steepest.optim.wrap.Sam;
import dev.steepest.tensor.Seeds;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Presets are partitions: every parameter in one group, every setting heard. */
class PresetTest {

  private PointerScope scope;
  private List<Parameter> network;

  @BeforeEach
  void open() {
    scope = new PointerScope();
    network =
        List.of(
            parameter("stem", Role.INPUT, 8, 3, 3, 3),
            parameter("positions", Role.EMBEDDING, 1, 5, 8),
            parameter("conv", Role.CONV, 8, 8, 3, 3),
            parameter("mlp", Role.MATRIX, 16, 8),
            parameter("norm", Role.VECTOR, 8),
            parameter("gain", Role.SCALAR),
            parameter("head", Role.HEAD, 10, 8));
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private static Parameter parameter(String name, Role role, long... shape) {
    return new Parameter(name, role, Seeds.normal(1, shape).set_requires_grad(true));
  }

  @Test
  void every_preset_of_the_library_is_found() {
    assertThat(Preset.all().stream().map(Preset::name))
        .contains("adam", "adamw", "dion", "lion", "muon", "scion", "scion_light", "sgd")
        .contains("adafactor", "lamb", "mars", "prodigy")
        .isSorted();
    assertThatThrownBy(() -> Preset.named("moun")).hasMessageContaining("did you mean 'muon'?");
  }

  @Test
  void every_parameter_is_in_one_group_of_every_preset() {
    for (Preset preset : Preset.all()) {
      try (Optimizer optimizer = preset.on(network, Map.of(), 1)) {
        assertThat(optimizer.groups().stream().flatMap(group -> group.parameters().stream()))
            .as(preset.name())
            .containsExactlyInAnyOrderElementsOf(network);
      }
    }
  }

  @Test
  void muon_takes_hidden_matrices_and_adamw_the_rest() {
    try (Optimizer optimizer =
        Preset.named("muon").on(network, Map.of("lr", 0.05, "rest", Map.of("beta2", 0.95)), 1)) {
      assertThat(optimizer.groups().stream().map(ParameterGroup::name))
          .containsExactly("muon", "rest", "vectors");
      assertThat(optimizer.groups().get(0).parameters().stream().map(Parameter::name))
          .containsExactly("conv", "mlp");
      assertThat(optimizer.groups().get(0).rule().lr()).isEqualTo(0.05);
      assertThat(optimizer.groups().get(1).rule())
          .isEqualTo(new AdamW(1e-3, 0.9, 0.95, 1e-8, AdamW.EpsForm.EPSILON, 0.01, false));
      assertThat(optimizer.groups().get(1).describe())
          .startsWith("rest: adam_w(lr=0.001 beta1=0.9 beta2=0.95 ")
          .endsWith("), 3 tensors, 336 elements");
      assertThat(optimizer.groups().get(2).parameters().stream().map(Parameter::name))
          .containsExactly("norm", "gain");
      assertThat(optimizer.groups().get(2).rule())
          .isEqualTo(new AdamW(1e-3, 0.9, 0.999, 1e-8, AdamW.EpsForm.EPSILON, 0, false));
    }
  }

  @Test
  void mars_orthogonalises_hidden_weights_only() {
    Map<String, Object> settings = Map.of("base", "shampoo", "lr", 0.01);
    try (Optimizer optimizer = Preset.named("mars").on(network, settings, 1)) {
      ParameterGroup hidden = optimizer.groups().get(0);
      ParameterGroup ends = optimizer.groups().get(1);
      assertThat(hidden.parameters().stream().map(Parameter::name))
          .containsExactly("conv", "mlp", "norm", "gain");
      assertThat(ends.parameters().stream().map(Parameter::name))
          .containsExactly("stem", "positions", "head");
      assertThat(((Mars) hidden.rule()).base()).isEqualTo(Mars.Base.SHAMPOO);
      assertThat(((Mars) ends.rule()).base()).isEqualTo(Mars.Base.ADAMW);
      assertThat(ends.rule().lr()).isEqualTo(0.01);
    }
  }

  @Test
  void vectors_have_the_main_settings_without_decay() {
    Map<String, Object> complete =
        Preset.named("adamw")
            .complete(Map.of("lr", 0.01, "weight_decay", 0.2, "vectors", Map.of("beta1", 0.5)));
    assertThat(complete)
        .containsEntry("lr", 0.01)
        .containsEntry("weight_decay", 0.2)
        .containsEntry("beta1", 0.9);
    assertThat(complete.get("vectors"))
        .isEqualTo(
            Map.of(
                "lr",
                0.01,
                "beta1",
                0.5,
                "beta2",
                0.999,
                "eps",
                1e-8,
                "eps_form",
                "epsilon",
                "weight_decay",
                0.0,
                "amsgrad",
                false));
  }

  @Test
  void completed_settings_complete_to_themselves() {
    for (Preset preset : Preset.all()) {
      Map<String, Object> complete = preset.complete(Map.of());
      assertThat(preset.complete(complete)).isEqualTo(complete);
    }
  }

  @Test
  void knobs_show_the_defaults_in_effect() {
    Preset scion = Preset.named("scion");
    Preset.Slot head = scion.slots().get(1);
    assertThat(head.key()).isEqualTo("head");
    assertThat(scion.knobs(head))
        .anySatisfy(knob ->
            assertThat(List.of(knob.key(), knob.defaultValue())).isEqualTo(List.of("norm", "sign")))
        .anySatisfy(knob ->
            assertThat(List.of(knob.key(), knob.defaultValue()))
                .isEqualTo(List.of("scale", 128.0)));
    assertThat(head.rule()).isEqualTo(Scion.class);
  }

  @Test
  void all_problems_of_all_slots_are_said_at_once() {
    assertThatThrownBy(() ->
            Preset.named("muon")
                .on(network, Map.of("lr", -1, "rest", Map.of("betas", 1), "rset", Map.of()), 1))
        .hasMessageContaining("lr is -1 but must be a number in (0, inf)")
        .hasMessageContaining("in 'rest': unknown key 'betas' (did you mean 'beta1'?)")
        .hasMessageContaining("unknown key 'rset'");
    assertThat(Preset.named("muon").problems(Map.of("rest", 3)))
        .containsExactly("rest is 3 but must be a map of hyper-parameters");
  }

  @Test
  void a_slot_without_parameters_is_not_passed_over() {
    List<Parameter> vectors = List.of(network.get(4));
    assertThatThrownBy(() -> Preset.named("muon").on(vectors, Map.of(), 1))
        .hasMessageContaining("the main slot takes [CONV, MATRIX] but the network has none");
    assertThatThrownBy(() ->
            Preset.named("scion").on(network.subList(2, 4), Map.of("head", Map.of("scale", 2)), 1))
        .hasMessageContaining("slot 'head' takes [HEAD] but the network has none");
  }

  @Test
  void a_role_that_no_slot_takes_is_an_error() {
    Preset partial =
        new Preset(
            "partial",
            "",
            List.of(new Preset.Slot("", Set.of(Role.MATRIX), AdamW.class, Map.of())));
    assertThatThrownBy(() -> partial.on(network, Map.of(), 1))
        .hasMessageContaining("no slot takes parameter 'stem' of role INPUT")
        .hasMessageContaining("'head' of role HEAD");
  }

  @Test
  void partitions_must_be_partitions() {
    Preset.Slot main = new Preset.Slot("", Set.of(Role.MATRIX), AdamW.class, Map.of());
    Preset.Slot twice = new Preset.Slot("more", Set.of(Role.MATRIX), AdamW.class, Map.of());
    assertThatThrownBy(() -> new Preset("p", "", List.of(main, twice)))
        .hasMessageContaining("two slots take role MATRIX");
    assertThatThrownBy(() -> new Preset("p", "", List.of(twice)))
        .hasMessageContaining("exactly one main slot");
  }

  @Test
  void wrappers_stand_next_to_hyper_parameters() {
    Map<String, Object> settings =
        Map.of("lr", 0.1, "lookahead", Map.of("k", 7), "sam", Map.of(), "vectors", Map.of("lr", 1));
    for (Preset preset : Preset.all()) {
      Map<String, Object> around = Map.of("sam", Map.of("rho", 0.2), "ema", Map.of());
      try (Optimizer optimizer = preset.on(network, around, 1)) {
        assertThat(optimizer.wrappers())
            .as(preset.name())
            .containsExactly(new Ema(0.999, Ema.WarmUp.NONE, 1), new Sam(0.2, false));
      }
    }
    Map<String, Object> complete = Preset.named("sgd").complete(settings);
    assertThat(complete)
        .containsEntry("sam", Map.of("rho", 0.05, "adaptive", false))
        .doesNotContainKeys("ema", "clip_norm");
    assertThat((Map<?, ?>) complete.get("lookahead"))
        .hasSize(6)
        .anySatisfy((key, value) -> assertThat(key + "=" + value).isEqualTo("k=7"));
    assertThat(Preset.named("sgd").complete(complete)).isEqualTo(complete);
  }

  @Test
  void problems_of_wrappers_are_said_with_the_others() {
    assertThatThrownBy(() ->
            Preset.named("sgd")
                .on(
                    network,
                    Map.of(
                        "lr",
                        -1,
                        "samm",
                        Map.of(),
                        "sam",
                        Map.of("rho", -1, "rhos", 2),
                        "ema",
                        true),
                    1))
        .hasMessageContaining("lr is -1 but must be a number in (0, inf)")
        .hasMessageContaining("unknown key 'samm' (did you mean 'sam'?)")
        .hasMessageContaining("in 'sam': rho is -1 but must be a number in [0, inf)")
        .hasMessageContaining("in 'sam': unknown key 'rhos' (did you mean 'rho'?)")
        .hasMessageContaining("ema is true but must be a map of hyper-parameters; {} for");
  }
}
