package dev.steepest.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.steepest.optim.rule.Adan;
import dev.steepest.optim.rule.Lion;
import dev.steepest.optim.rule.ScheduleFreeSgd;
import dev.steepest.optim.rule.ScionLight;
import dev.steepest.optim.rule.Sgd;
import dev.steepest.optim.rule.SophiaG;
import dev.steepest.optim.wrap.Sam;
import dev.steepest.tensor.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an optimizer allows when, and what it leaves behind when something goes wrong. */
class StandingTest {

  private PointerScope scope;
  private Tensor tensor;
  private Parameter parameter;

  @BeforeEach
  void open() {
    scope = new PointerScope();
    tensor = Seeds.normal(1, 4, 3).set_requires_grad(true);
    parameter = new Parameter("w", Role.MATRIX, tensor);
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private Optimizer of(Rule rule) {
    return new Optimizer(List.of(new ParameterGroup("all", rule, List.of(parameter))));
  }

  private void give(double value) {
    tensor.mutable_grad().put(torch.ones_like(tensor.detach()).mul_(new Scalar(value)));
  }

  @Test
  void theSecondGradientIsComputedByAutograd() {
    Tensor twin = Seeds.normal(1, 4, 3).set_requires_grad(true);
    Runnable backward =
        () -> {
          tensor.mutable_grad().reset();
          tensor.square().sum().backward();
        };
    try (Optimizer sam =
        Optimizer.builder(
                List.of(
                    new ParameterGroup(
                        "all",
                        Sgd.builder().lr(0.1).momentum(0).nesterov(false).weightDecay(0).build(),
                        List.of(parameter))))
            .wrap(Sam.builder().rho(0.5).build())
            .build()) {
      backward.run();
      sam.step(1, backward);
      // f = ‖w‖²: at w + ρw/‖w‖ the gradient is 2w(1 + ρ/‖w‖).
      double norm = twin.norm().item_double();
      Tensor expected = twin.detach().mul(new Scalar(1 - 0.2 * (1 + 0.5 / norm)));
      // float32 rounding of values near 1
      assertThat(tensor.detach().sub(expected).abs().max().item_double()).isLessThan(1e-6);
    }
  }

  @Test
  void nothingIsSavedLoadedOrSteppedWhileEvaluating() {
    try (Optimizer optimizer = of(ScheduleFreeSgd.builder().build())) {
      give(1);
      optimizer.step();
      Map<String, Tensor> state = optimizer.state();
      try (Evaluation _ = optimizer.evaluating()) {
        assertThatThrownBy(optimizer::step).hasMessageContaining("at their evaluation points");
        assertThatThrownBy(optimizer::state).hasMessageContaining("cannot save its state");
        assertThatThrownBy(() -> optimizer.load(state)).hasMessageContaining("cannot load");
        assertThatThrownBy(optimizer::evaluating).isInstanceOf(IllegalStateException.class);
      }
      optimizer.step();
    }
  }

  @Test
  void aClosedOptimizerSaysSo() {
    Optimizer optimizer = of(Lion.builder().build());
    optimizer.close();
    give(1);
    assertThatThrownBy(optimizer::step).hasMessage("cannot step: this optimizer is closed");
  }

  /** Throws in its second update. */
  record Fragile(@Knob(symbol = "η", value = "1", about = "rate") double lr) implements Rule {
    @Override
    public void update(ParameterState p, double stepLr) {
      if (p.step() == 2) {
        throw new ArithmeticException("no convergence");
      }
      p.value().sub_(p.gradient(), new Scalar(stepLr));
    }
  }

  @Test
  void aStepThatFailsHalfwayMustBeMendedByLoading() {
    try (Optimizer optimizer = of(new Fragile(1))) {
      give(1);
      optimizer.step();
      Map<String, Tensor> state = optimizer.state();
      assertThatThrownBy(optimizer::step).hasMessage("no convergence");
      assertThatThrownBy(optimizer::step)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("an earlier step failed halfway")
          .hasRootCauseMessage("no convergence");
      optimizer.load(state);
      assertThat(optimizer.state()).containsOnlyKeys("w/step");
    }
  }

  @Test
  void sparseAndIllFittingGradientsAreRefusedByName() {
    try (Optimizer optimizer = of(Lion.builder().build())) {
      tensor.mutable_grad().put(torch.ones(new long[] {4, 3}).to(ScalarType.Double));
      assertThatThrownBy(optimizer::step)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("the gradient of 'w' is of another size or number type");
      assertThat(optimizer.state()).isEmpty();
    }
  }

  @Test
  void tiedMemoryIsRefused() {
    Tensor twin = Seeds.normal(2, 4, 3).set_requires_grad(true);
    twin.set_data(tensor.detach());
    List<Parameter> tied = List.of(parameter, new Parameter("twin", Role.MATRIX, twin));
    assertThatThrownBy(
            () -> new Optimizer(List.of(new ParameterGroup("all", Lion.builder().build(), tied))))
        .hasMessageContaining("'w' and 'twin' are the same tensor");
  }

  @Test
  void loadingDropsAMomentumThatLivesInTheGradient() {
    try (Optimizer optimizer = of(ScionLight.builder().build())) {
      give(1);
      optimizer.step();
      optimizer.load(Map.of());
      assertThat(tensor.grad().defined()).isFalse();
    }
  }

  @Test
  void curvatureThatIsNotFiniteIsNotTaken() {
    try (Optimizer optimizer = of(SophiaG.builder().build())) {
      give(1);
      optimizer.observeCurvature();
      assertThat(optimizer.curvatureIsDue()).as("observed before this step").isFalse();
      Map<String, Tensor> before = optimizer.state();
      give(Double.NaN);
      assertThatThrownBy(optimizer::observeCurvature).isInstanceOf(ArithmeticException.class);
      optimizer
          .state()
          .forEach((key, kept) -> assertThat(kept.equal(before.get(key))).as(key).isTrue());
    }
  }

  @Test
  void surveysOfNarrowPackedParametersSeeEachStepsGradient() {
    Rule clipped = Adan.builder().lr(0.1).maxGradNorm(1).build();
    List<Parameter> narrow = new ArrayList<>();
    List<Parameter> wide = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Tensor start = Seeds.normal(i, 6).to(ScalarType.BFloat16);
      narrow.add(new Parameter("p" + i, Role.VECTOR, start.clone().set_requires_grad(true)));
      wide.add(
          new Parameter("p" + i, Role.VECTOR, start.to(ScalarType.Float).set_requires_grad(true)));
    }
    try (Optimizer a =
            Optimizer.builder(List.of(new ParameterGroup("all", clipped, narrow)))
                .halfPrecision(HalfPrecision.MASTER_COPY)
                .build();
        Optimizer b = new Optimizer(List.of(new ParameterGroup("all", clipped, wide)))) {
      for (int step = 0; step < 4; step++) {
        for (int i = 0; i < 3; i++) {
          Tensor gradient = Seeds.normal(10 * step + i, 6).to(ScalarType.BFloat16);
          narrow.get(i).tensor().mutable_grad().put(gradient);
          wide.get(i).tensor().mutable_grad().put(gradient.to(ScalarType.Float));
        }
        a.step();
        b.step();
      }
      for (int i = 0; i < 3; i++) {
        Tensor master = a.state().get("p" + i + "/master");
        assertThat(master.sub(wide.get(i).tensor()).abs().max().item_double())
            .isLessThan(1e-6); // the same float32 steps
      }
    }
  }

  @Test
  void memoryThatChangesItsFormatKeepsItsMomentum() {
    Tensor moved = Seeds.normal(3, 40, 8, 8, 8).set_requires_grad(true); // too large to be packed
    Tensor still = moved.detach().clone().set_requires_grad(true);
    Rule lion = Lion.builder().lr(0.01).build();
    try (Optimizer a =
            new Optimizer(
                List.of(
                    new ParameterGroup(
                        "all", lion, List.of(new Parameter("w", Role.CONV, moved)))));
        Optimizer b =
            new Optimizer(
                List.of(
                    new ParameterGroup(
                        "all", lion, List.of(new Parameter("w", Role.CONV, still)))))) {
      for (int step = 0; step < 4; step++) {
        Tensor gradient = Seeds.normal(20 + step, 40, 8, 8, 8);
        moved.mutable_grad().put(gradient.clone());
        still.mutable_grad().put(gradient.clone());
        a.step();
        b.step();
        if (step == 1) {
          moved.set_data(moved.detach().contiguous(MemoryFormat.ChannelsLast));
        }
      }
      assertThat(moved.detach().sub(still.detach()).abs().max().item_double()).isLessThan(1e-6);
    }
  }
}
