package dev.steepest.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.steepest.optim.rule.AdamW;
import dev.steepest.optim.rule.Lion;
import dev.steepest.optim.rule.Muon;
import dev.steepest.optim.wrap.Lookahead;
import dev.steepest.tensor.Safetensors;
import dev.steepest.tensor.Seeds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** State on disk: it continues to the bit, or is refused with nothing changed. */
class OptimizerFileTest {

  /** Changes nothing; it only has a name and a knob. */
  private record Idle(
      @Knob(symbol = "k", value = "1", range = "[0, 9]", about = "nothing") double k)
      implements Wrapper {}

  @TempDir Path folder;
  private Path file;
  private PointerScope scope;

  @BeforeEach
  void open() {
    scope = new PointerScope();
    file = folder.resolve("state.safetensors");
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private static Parameter parameter(String name, long... shape) {
    Tensor tensor = Seeds.normal(Seeds.derive(1, name), shape).set_requires_grad(true);
    return new Parameter(name, Role.MATRIX, tensor);
  }

  private static Optimizer of(Rule rule, Parameter... parameters) {
    return new Optimizer(List.of(new ParameterGroup("all", rule, List.of(parameters))));
  }

  private static Optimizer around(Wrapper wrapper, Parameter parameter) {
    ParameterGroup group =
        new ParameterGroup("all", AdamW.builder().lr(0.1).build(), List.of(parameter));
    return Optimizer.builder(List.of(group)).wrap(wrapper).build();
  }

  private static void steps(Optimizer optimizer, int from, int to) {
    for (int step = from; step < to; step++) {
      for (ParameterGroup group : optimizer.groups()) {
        for (Parameter p : group.parameters()) {
          long[] shape = p.tensor().sizes().vec().get();
          p.tensor().mutable_grad().put(Seeds.normal(Seeds.derive(step, p.name()), shape));
        }
      }
      optimizer.step();
    }
  }

  @Test
  void it_continues_to_the_bit() throws IOException {
    Parameter straight = parameter("a", 4, 3);
    Parameter resumed = parameter("a", 4, 3);
    try (Optimizer one = of(AdamW.builder().build(), straight);
        Optimizer two = of(AdamW.builder().build(), resumed)) {
      steps(one, 0, 3);
      one.save(file);
      resumed.tensor().detach().copy_(straight.tensor().detach());
      two.load(file);
      steps(one, 3, 6);
      steps(two, 3, 6);
      assertThat(resumed.tensor().equal(straight.tensor())).isTrue();
    }
    assertThat(Safetensors.metadata(file))
        .containsEntry("format", "steepest optimizer 1")
        .containsEntry("rule:a", "adam_w")
        .containsEntry("shape:a", "[4, 3]")
        .hasEntrySatisfying("knobs:a", text -> assertThat(text).contains("beta2=0.999"));
    assertThat(folder)
        .isDirectoryContaining(path -> path.equals(file))
        .isDirectoryNotContaining("glob:**.part");
  }

  @Test
  void before_the_first_step_there_is_a_state_too() throws IOException {
    try (Optimizer optimizer = of(Lion.builder().build(), parameter("a", 2, 2))) {
      optimizer.save(file);
      steps(optimizer, 0, 1);
      optimizer.load(file);
      assertThat(optimizer.state()).isEmpty();
    }
  }

  @Test
  void another_rule_is_refused_with_nothing_changed() throws IOException {
    saveAdamW(parameter("a", 4, 3), parameter("b", 2, 2));
    refuses(
        of(Muon.builder().build(), parameter("a", 4, 3), parameter("b", 2, 2)),
        "'a' and 1 more: the rule was adam_w and is muon");
  }

  @Test
  void other_shapes_and_other_parameters_are_refused() throws IOException {
    saveAdamW(parameter("a", 4, 3), parameter("b", 2, 2));
    refuses(
        of(AdamW.builder().build(), parameter("a", 3, 4), parameter("c", 2, 2)),
        "'a': the shape was [4, 3] and is [3, 4]",
        "'b': the file has it, this optimizer has not",
        "'c': the file does not know it");
  }

  @Test
  void other_settings_are_refused_unless_allowed() throws IOException {
    saveAdamW(parameter("a", 4, 3), parameter("b", 2, 2));
    refuses(
        of(AdamW.builder().lr(0.5).beta1(0.8).build(), parameter("a", 4, 3), parameter("b", 2, 2)),
        "'a' and 1 more: lr was 0.001 and is 0.5, beta1 was 0.9 and is 0.8"
            + " (where a KnobSchedule moves them, apply it for the last step before the file was"
            + " written, then load; Continuation.OTHER_SETTINGS goes on all the same)");
    try (Optimizer other =
        of(AdamW.builder().lr(0.5).build(), parameter("a", 4, 3), parameter("b", 2, 2))) {
      other.load(file, Continuation.OTHER_SETTINGS);
      assertThat(other.state().get("a/step").item_long()).isEqualTo(2);
    }
    refuses(
        of(AdamW.builder().amsgrad(true).build(), parameter("a", 4, 3), parameter("b", 2, 2)),
        Continuation.OTHER_SETTINGS,
        "missing 'a/second_moment_max' of shape [4, 3]");
  }

  @Test
  void wrappers_belong_to_the_state() throws IOException {
    ParameterGroup group =
        new ParameterGroup("all", AdamW.builder().build(), List.of(parameter("a", 2, 2)));
    try (Optimizer wrapped = Optimizer.builder(List.of(group)).wrap(new Idle(1)).build();
        Optimizer other = Optimizer.builder(List.of(group)).wrap(new Idle(2)).build();
        Optimizer bare = Optimizer.builder(List.of(group)).build()) {
      wrapped.save(file);
      wrapped.load(file);
      assertThatThrownBy(() -> other.load(file))
          .hasMessageContaining("'idle': k was 1.0 and is 2.0");
      assertThatThrownBy(() -> bare.load(file))
          .hasMessageContaining("'idle': the file was written with this wrapper");
      bare.save(file);
      assertThatThrownBy(() -> other.load(file, Continuation.OTHER_SETTINGS))
          .hasMessageContaining("'idle': the file was written without this wrapper");
    }
  }

  /** The file has what the schedule had set last; a new optimizer has what it was made with. */
  @Test
  void a_scheduled_setting_is_applied_before_the_file_is_loaded() throws IOException {
    try (Optimizer one = of(AdamW.builder().build(), parameter("a", 2, 2));
        Optimizer two = of(AdamW.builder().build(), parameter("a", 2, 2))) {
      KnobSchedule.Course course = KnobSchedule.Course.values(step -> 0.5 + 0.125 * step);
      KnobSchedule schedule = KnobSchedule.of(one.groups().getFirst(), Map.of("beta1", course));
      for (int step = 0; step < 3; step++) {
        schedule.apply(one, step);
        steps(one, step, step + 1);
      }
      one.save(file);
      assertThatThrownBy(() -> two.load(file))
          .hasMessageContaining("beta1 was 0.75 and is 0.9 (where a KnobSchedule moves them");
      schedule.apply(two, 2);
      two.load(file);
      assertThat(two.state().get("a/step").item_long()).isEqualTo(3);
    }
  }

  @Test
  void a_wrapper_with_a_list_goes_on_to_the_bit() throws IOException {
    Parameter straight = parameter("a", 4, 3);
    Parameter resumed = parameter("a", 4, 3);
    try (Optimizer one = around(Lookahead.withDecays(2, 0.5, 0.25, 0.125), straight);
        Optimizer two = around(Lookahead.withDecays(2, 0.5, 0.25, 0.125), resumed);
        Optimizer other = around(Lookahead.withDecays(2, 0.5, 0.75), parameter("a", 4, 3))) {
      steps(one, 0, 3);
      one.save(file);
      resumed.tensor().detach().copy_(straight.tensor().detach());
      two.load(file);
      steps(one, 3, 8);
      steps(two, 3, 8);
      assertThat(resumed.tensor().equal(straight.tensor())).isTrue();
      assertThatThrownBy(() -> other.load(file))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(
              "'listed_lookahead': decays was 0.5,0.25,0.125 and is 0.5,0.75"
                  + " (Continuation.OTHER_SETTINGS goes on all the same)");
    }
    assertThat(Safetensors.metadata(file))
        .containsEntry("wrapper:listed_lookahead", "decays=0.5,0.25,0.125 k=2");
  }

  @Test
  void a_wrapper_of_unknown_settings_is_not_saved() throws IOException {
    class Silent implements Wrapper {}
    try (Optimizer optimizer = around(new Silent(), parameter("a", 2, 2))) {
      assertThatThrownBy(() -> optimizer.save(file))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("'silent'")
          .hasMessageContaining("Wrapper.settings()");
    }
    assertThat(file).doesNotExist();
  }

  @Test
  void other_files_are_refused() throws IOException {
    try (Optimizer optimizer = of(Lion.builder().build(), parameter("a", 2, 2))) {
      Safetensors.save(file, Map.of("a", torch.ones(2)), Map.of());
      assertThatThrownBy(() -> optimizer.load(file))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("choose a file that Optimizer.save wrote");
      Files.writeString(file, "nonsense, and long enough for a header");
      assertThatThrownBy(() -> optimizer.load(file)).isInstanceOf(IOException.class);
      assertThatThrownBy(() -> optimizer.save(folder.resolve("nowhere/state")))
          .isInstanceOf(IOException.class);
    }
  }

  private void saveAdamW(Parameter... parameters) throws IOException {
    try (Optimizer optimizer = of(AdamW.builder().build(), parameters)) {
      steps(optimizer, 0, 2);
      optimizer.save(file);
    }
  }

  private void refuses(Optimizer optimizer, String... problems) {
    refuses(optimizer, Continuation.SAME_SETTINGS, problems);
  }

  private void refuses(Optimizer optimizer, Continuation continuation, String... problems) {
    try (optimizer) {
      steps(optimizer, 0, 1);
      List<Tensor> before = everything(optimizer);
      var refused = assertThatThrownBy(() -> optimizer.load(file, continuation));
      refused.isInstanceOf(IllegalArgumentException.class);
      for (String problem : problems) {
        refused.hasMessageContaining(problem);
      }
      List<Tensor> after = everything(optimizer);
      assertThat(after).hasSameSizeAs(before);
      for (int i = 0; i < after.size(); i++) {
        assertThat(after.get(i).equal(before.get(i))).as("%d is as before", i).isTrue();
      }
    }
  }

  private static List<Tensor> everything(Optimizer optimizer) {
    List<Tensor> all = new ArrayList<>(optimizer.state().values());
    optimizer.groups().stream()
        .flatMap(group -> group.parameters().stream())
        .forEach(p -> all.add(p.tensor().detach().clone()));
    return all;
  }
}
