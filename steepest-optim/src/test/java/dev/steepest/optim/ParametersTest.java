package dev.steepest.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.steepest.optim.rule.AdamW;
import dev.steepest.optim.rule.Muon;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BatchNorm2dImpl;
import org.bytedeco.pytorch.BatchNormOptions;
import org.bytedeco.pytorch.Conv2dImpl;
import org.bytedeco.pytorch.Conv2dOptions;
import org.bytedeco.pytorch.EmbeddingImpl;
import org.bytedeco.pytorch.GRUImpl;
import org.bytedeco.pytorch.LayerNormImpl;
import org.bytedeco.pytorch.LinearImpl;
import org.bytedeco.pytorch.LongVector;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.MultiheadAttentionImpl;
import org.bytedeco.pytorch.PReLUImpl;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

/** Modules as anyone writes them become parameters with roles, groups and optimizers. */
class ParametersTest {

  /** Stem, hidden filters, norm, head. */
  @SuppressWarnings("UnusedVariable") // a module lives as long as Java refers to it
  private static final class Vision extends Module {
    final Conv2dImpl stem = register_module("stem", convolution(3, 8));
    final BatchNorm2dImpl norm =
        register_module("norm", new BatchNorm2dImpl(new BatchNormOptions(8)));
    final Module body = register_module("body", new Module("body"));
    final Conv2dImpl hidden = body.register_module("conv", convolution(8, 8));
    final PReLUImpl slope = register_module("slope", new PReLUImpl());
    final LinearImpl middle = register_module("middle", new LinearImpl(8, 6));
    final LinearImpl head = register_module("head", new LinearImpl(6, 4));

    private static Conv2dImpl convolution(long in, long out) {
      return new Conv2dImpl(new Conv2dOptions(in, out, new LongPointer(3, 3)));
    }
  }

  /** Tables, attention, recurrence, and a head that shares the table. */
  @SuppressWarnings("UnusedVariable") // a module lives as long as Java refers to it
  private static final class Language extends Module {
    final Tensor positions = register_parameter("position", torch.zeros(1, 7, 8));
    final EmbeddingImpl token = register_module("token", new EmbeddingImpl(11, 8));
    final MultiheadAttentionImpl attention =
        register_module("attention", new MultiheadAttentionImpl(8, 2));
    final LayerNormImpl norm = register_module("norm", new LayerNormImpl(new LongVector(8)));
    final GRUImpl recurrent = register_module("recurrent", new GRUImpl(8, 5));
    final Module out = register_module("out", new Module("out"));
    final EmbeddingImpl tied = out.register_module("table", token);
  }

  private static final class Own extends Module {
    Own() {
      register_parameter("w1", torch.ones(5, 4));
      register_parameter("w2", torch.ones(5, 5));
      register_parameter("w3", torch.ones(2, 5));
      register_parameter("b", torch.ones(5));
      register_parameter("t", torch.ones(1));
    }
  }

  @Test
  void roles_come_from_the_kinds_of_modules() {
    assertThat(Parameters.of(new Vision()))
        .extracting(Parameter::name, Parameter::role)
        .containsExactly(
            tuple("stem.weight", Role.INPUT),
            tuple("stem.bias", Role.VECTOR),
            tuple("norm.weight", Role.VECTOR),
            tuple("norm.bias", Role.VECTOR),
            tuple("body.conv.weight", Role.CONV),
            tuple("body.conv.bias", Role.VECTOR),
            tuple("slope.weight", Role.SCALAR),
            tuple("middle.weight", Role.MATRIX),
            tuple("middle.bias", Role.VECTOR),
            tuple("head.weight", Role.HEAD),
            tuple("head.bias", Role.VECTOR));
  }

  @Test
  void tables_fused_matrices_and_tied_weights_are_known() {
    assertThat(Parameters.of(new Language()))
        .extracting(Parameter::name, Parameter::role, Parameter::blocks)
        .containsExactly(
            tuple("position", Role.EMBEDDING, 1),
            tuple("token.weight", Role.EMBEDDING, 1),
            tuple("attention.in_proj_weight", Role.MATRIX, 3),
            tuple("attention.in_proj_bias", Role.VECTOR, 1),
            tuple("attention.out_proj.weight", Role.MATRIX, 1),
            tuple("attention.out_proj.bias", Role.VECTOR, 1),
            tuple("norm.weight", Role.VECTOR, 1),
            tuple("norm.bias", Role.VECTOR, 1),
            tuple("recurrent.weight_ih_l0", Role.MATRIX, 3),
            tuple("recurrent.weight_hh_l0", Role.MATRIX, 3),
            tuple("recurrent.bias_ih_l0", Role.VECTOR, 1),
            tuple("recurrent.bias_hh_l0", Role.VECTOR, 1));
  }

  @Test
  void weights_of_own_modules_are_known_by_shape() {
    assertThat(Parameters.of(new Own()))
        .extracting(Parameter::role)
        .containsExactly(Role.INPUT, Role.MATRIX, Role.HEAD, Role.VECTOR, Role.SCALAR);
  }

  @Test
  void everything_is_printed_with_its_reason() {
    Vision net = new Vision();
    net.middle.weight().set_requires_grad(false);
    assertThat(Parameters.of(net).role("body.*.weight", Role.MATRIX).describe().lines())
        .contains(
            "stem.weight       [8, 3, 3, 3]      INPUT      first layer: Conv2d",
            "body.conv.weight  [8, 8, 3, 3]      MATRIX     said: body.*.weight",
            "middle.weight     [6, 8]            left out   frozen",
            "head.weight       [4, 6]            HEAD       last layer: Linear")
        .hasSize(11);
    assertThat(Parameters.of(new Language()).describe())
        .contains(
            "out.table.weight           [11, 8]           left out   the same tensor as token.weight")
        .contains("MultiheadAttention, 3 stacked matrices");
  }

  @Test
  void frozen_parameters_are_left_out_but_still_count_as_layers() {
    Vision net = new Vision();
    net.head.weight().set_requires_grad(false);
    Parameters parameters = Parameters.of(net);
    assertThat(parameters).extracting(Parameter::name).doesNotContain("head.weight").hasSize(10);
    assertThat(parameters.in(Role.HEAD)).isEmpty();
    assertThatThrownBy(() -> parameters.role("head.weight", Role.MATRIX))
        .hasMessage("'head.weight' matches only what is left out: head.weight is frozen");
  }

  @Test
  void a_pattern_that_matches_nothing_fails_with_the_known_names() {
    Parameters parameters = Parameters.of(new Vision());
    assertThatThrownBy(() -> parameters.role("haed.weight", Role.HEAD))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no parameter matches 'haed.weight' (did you mean 'head.weight'?)")
        .hasMessageContaining("known: stem.weight, stem.bias");
    assertThatThrownBy(() -> parameters.matching("*.conv.gain")).hasMessageContaining("known:");
    assertThat(parameters.matching("**.bias")).hasSize(5);
    assertThat(parameters.matching("*.bias")).hasSize(4);
    assertThat(parameters.matching("body.**")).hasSize(2);
    assertThat(Parameters.of(new Own()).matching("**.w?")).hasSize(3);
  }

  @Test
  void a_module_without_parameters_is_refused() {
    assertThatThrownBy(() -> Parameters.of(new Module("empty")))
        .hasMessageContaining("no trainable parameter; register its parts with register_module");
    Own net = new Own();
    Parameters.of(net).forEach(p -> p.tensor().set_requires_grad(false));
    assertThatThrownBy(() -> Parameters.of(net)).hasMessageContaining("unfreeze some of [w1, w2,");
  }

  @Test
  void the_handles_outlive_any_scope_and_are_the_modules_own_tensors() {
    Vision net = new Vision();
    Parameters parameters;
    try (PointerScope _ = new PointerScope()) {
      parameters = Parameters.of(net);
    }
    Tensor bias = parameters.matching("head.bias").getFirst().tensor();
    try (var _ = new org.bytedeco.pytorch.AutoGradMode(false)) {
      bias.zero_().add_(new org.bytedeco.pytorch.Scalar(2));
    }
    assertThat(net.head.bias().sum().item_double()).isEqualTo(8);
  }

  @Test
  void presets_and_groups_take_them_as_they_are() {
    Vision net = new Vision();
    try (Optimizer optimizer = Preset.named("muon").on(Parameters.of(net), Map.of("lr", 0.03), 1)) {
      assertThat(optimizer.groups())
          .extracting(ParameterGroup::name)
          .containsExactly("muon", "rest", "vectors");
      assertThat(names(optimizer.groups().getFirst()))
          .containsExactly("body.conv.weight", "middle.weight");
    }
    List<ParameterGroup> groups =
        Parameters.of(net)
            .divide()
            .group("hidden", Muon.builder().build(), Role.CONV, Role.MATRIX)
            .group("head", AdamW.builder().lr(1e-2).build(), "head.*")
            .rest("others", AdamW.builder().weightDecay(0).build());
    try (Optimizer optimizer = Optimizer.builder(groups).build()) {
      assertThat(optimizer.groups()).hasSize(3);
      assertThat(names(groups.get(1))).containsExactly("head.weight", "head.bias");
      assertThat(groups.stream().mapToInt(group -> group.parameters().size()).sum()).isEqualTo(11);
    }
  }

  @Test
  void each_parameter_is_in_exactly_one_group_and_no_group_is_empty() {
    Division division =
        Parameters.of(new Vision()).divide().group("hidden", Muon.builder().build(), Role.CONV);
    assertThatThrownBy(division::groups)
        .hasMessageContaining("in no group: stem.weight (INPUT), stem.bias (VECTOR)")
        .hasMessageContaining("end with rest(name, rule)");
    assertThatThrownBy(() -> division.group("again", Muon.builder().build(), Role.CONV))
        .hasMessageContaining("group 'again' would be empty")
        .hasMessageContaining("none has one of the roles [CONV]");
    assertThatThrownBy(() -> division.group("named", AdamW.builder().build(), "haed.weight"))
        .hasMessageContaining("none matches 'haed.weight' (did you mean 'head.weight'?)");
    division.rest("rest", AdamW.builder().build());
    assertThatThrownBy(() -> division.rest("nothing", AdamW.builder().build()))
        .hasMessageContaining("group 'nothing' would be empty")
        .hasMessageContaining("there are none");
    assertThatThrownBy(() -> new ParameterGroup("none", AdamW.builder().build(), List.of()))
        .hasMessage("group 'none' has no parameters");
  }

  @Test
  void stacked_matrices_can_be_told() {
    Parameters told = Parameters.of(new Vision()).blocks("middle.weight", 3);
    assertThat(told.matching("middle.weight").getFirst().blocks()).isEqualTo(3);
    assertThatThrownBy(() -> Parameters.of(new Vision()).blocks("middle.weight", 4))
        .hasMessageContaining("'middle.weight' cannot be 4 stacked matrices");
  }

  private static List<String> names(ParameterGroup group) {
    return group.parameters().stream().map(Parameter::name).toList();
  }
}
