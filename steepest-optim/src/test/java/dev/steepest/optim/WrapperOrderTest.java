package dev.steepest.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.steepest.optim.rule.ScionLight;
import dev.steepest.optim.rule.Sgd;
import dev.steepest.optim.wrap.ClipNorm;
import dev.steepest.optim.wrap.Ema;
import dev.steepest.optim.wrap.Sam;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** In which order wrappers are called, what they see, and what a failed step leaves. */
class WrapperOrderTest {

  private PointerScope scope;
  private final List<String> calls = new ArrayList<>();

  @BeforeEach
  void open() {
    scope = new PointerScope();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  /** Adds one to every value before the rules, and writes down what it is asked. */
  private class Outer implements Wrapper {
    @Override
    public Place place() {
      return Place.DECAY;
    }

    @Override
    public void before(List<ParameterState> all, Shards shards) {
      calls.add(getClass().getSimpleName() + " before " + all.size());
      all.forEach(p -> p.value().add_(new Scalar(1.0)));
    }

    @Override
    public void after(List<ParameterState> all) {
      calls.add(getClass().getSimpleName() + " after");
    }
  }

  private final class Inner extends Outer implements Wrapper.SecondGradient, Wrapper.SeesChange {
    @Override
    public List<Buffer> buffers(Parameter parameter) {
      return List.of(Buffer.copyOf(parameter, "first"));
    }

    @Override
    public void climb(List<ParameterState> all, Shards shards) {
      calls.add("climb");
      all.forEach(p -> p.value().mul_(new Scalar(3.0)));
    }

    @Override
    public void after(List<ParameterState> all) {
      super.after(all);
      calls.add("before the rules " + all.getFirst().before().item_double());
      calls.add("at first " + all.getFirst().buffer("first").item_double());
    }
  }

  private static Parameter one(ScalarType type) {
    Tensor tensor = torch.ones(1).to(type).set_requires_grad(true);
    tensor.mutable_grad().put(torch.ones(1).to(type));
    return new Parameter("w", Role.VECTOR, tensor);
  }

  private static ParameterGroup group(Parameter parameter) {
    return new ParameterGroup("all", new Sgd(0.5, 0, 0, 0, false), List.of(parameter));
  }

  @Test
  void the_first_is_outermost() {
    Parameter w = one(ScalarType.Double);
    try (Optimizer optimizer =
        Optimizer.builder(List.of(group(w))).wrap(new Outer()).wrap(new Inner()).build()) {
      optimizer.step(1, () -> calls.add("second at " + w.tensor().item_double()));
      assertThat(calls)
          .containsExactly(
              "climb",
              "second at 3.0",
              "Outer before 1",
              "Inner before 1",
              "Inner after",
              "before the rules 2.0", // Outer's one is in it, its own is not
              "at first 1.0", // state is made before any wrapper has changed a value
              "Outer after");
      assertThat(w.tensor().item_double()).isEqualTo(2.5);
    }
  }

  @Test
  void configuration_orders_by_place_whatever_is_written() {
    Map<String, Object> settings = new java.util.TreeMap<>();
    Wrappers.all().forEach(wrapper -> settings.put(Wrappers.name(wrapper), Map.of()));
    Parameter w = new Parameter("w", Role.MATRIX, torch.ones(2, 2));
    try (Optimizer optimizer = Preset.named("sgd").on(List.of(w), settings, 1)) {
      assertThat(optimizer.wrappers().stream().map(wrapper -> Wrappers.name(wrapper.getClass())))
          .containsExactly(
              "ema",
              "lookahead",
              "sam",
              "clip_norm",
              "clip_value",
              "gradient_centralization",
              "coupled_decay",
              "cautious_decay",
              "decoupled_decay");
      assertThat(optimizer.describe())
          .contains("around all: sam(rho=0.05 adaptive=false)")
          .hasSize(10);
    }
  }

  @Test
  void two_of_one_name_are_refused() {
    OptimizerBuilder twice =
        Optimizer.builder(List.of(group(one(ScalarType.Float))))
            .wrap(new ClipNorm(1))
            .wrap(new ClipNorm(2));
    assertThatThrownBy(twice::build).hasMessageContaining("two wrappers are called 'clip_norm'");
  }

  @Test
  void hyper_parameters_out_of_range_are_refused() {
    OptimizerBuilder wrong =
        Optimizer.builder(List.of(group(one(ScalarType.Float)))).wrap(new Sam(-1, false));
    assertThatThrownBy(wrong::build)
        .hasMessageContaining("rho is -1.0 but must be a number in [0,");
  }

  @Test
  void a_second_gradient_must_be_offered() {
    Parameter w = one(ScalarType.Double);
    try (Optimizer optimizer =
        Optimizer.builder(List.of(group(w))).wrap(new Sam(0.1, false)).build()) {
      assertThat(optimizer.needsSecondGradient()).isTrue();
      assertThatThrownBy(optimizer::step).hasMessageContaining("call step(factor, second)");
      assertThat(w.tensor().item_double()).as("back where it was").isEqualTo(1);
    }
  }

  @Test
  void a_second_gradient_that_is_not_finite_is_skipped_at_the_old_point() {
    Parameter w = one(ScalarType.BFloat16);
    Parameter light = new Parameter("light", Role.MATRIX, torch.ones(2, 2).set_requires_grad(true));
    light.tensor().mutable_grad().put(torch.ones(2, 2));
    ParameterGroup keeps =
        new ParameterGroup("keeps", Rules.make(ScionLight.class, Map.of()), List.of(light));
    try (Optimizer optimizer =
        Optimizer.builder(List.of(group(w), keeps))
            .nonFinite(NonFinite.SKIP)
            .wrap(new Sam(0.1, false))
            .build()) {
      assertThat(optimizer.step(1, () -> put(light, 1))).isEqualTo(Optimizer.Outcome.STEPPED);
      Tensor before = light.tensor().detach().clone();
      Tensor kept = light.tensor().grad().clone();
      double value = w.tensor().item_double();
      put(light, 1);
      assertThat(optimizer.step(1, () -> put(light, Double.NaN)))
          .isEqualTo(Optimizer.Outcome.SKIPPED);
      assertThat(w.tensor().item_double()).isEqualTo(value);
      assertThat(light.tensor().equal(before)).isTrue();
      assertThat(light.tensor().grad().equal(kept)).as("the kept gradient").isTrue();
      assertThat(optimizer.state().get("sam:w/step").item_long()).isEqualTo(1);
    }
  }

  /** Adds to a gradient that is kept, as backpropagation does. */
  private static void put(Parameter parameter, double value) {
    Tensor gradient = torch.ones(2, 2).mul(new Scalar(value));
    Tensor before = parameter.tensor().grad();
    parameter.tensor().mutable_grad().put(before.defined() ? before.add(gradient) : gradient);
  }

  @Test
  void no_step_is_made_at_the_evaluation_point() {
    Parameter w = one(ScalarType.Double);
    try (Optimizer optimizer =
        Optimizer.builder(List.of(group(w))).wrap(new Ema(0.5, Ema.WarmUp.NONE, 1)).build()) {
      optimizer.step();
      Evaluation evaluation = optimizer.evaluating();
      assertThat(w.tensor().item_double()).isEqualTo(0.75);
      assertThatThrownBy(optimizer::step).hasMessageContaining("at their evaluation points");
      assertThatThrownBy(optimizer::evaluating).hasMessageContaining("cannot evaluate");
      evaluation.close();
      evaluation.close();
      assertThat(w.tensor().item_double()).isEqualTo(0.5);
      optimizer.step();
      assertThat(w.tensor().item_double()).isEqualTo(0);
    }
  }
}
