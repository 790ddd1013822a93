package dev.steepest.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.optim.linalg.NormGuard;
import dev.steepest.optim.linalg.Orthogonalizer;
import dev.steepest.optim.linalg.Precision;
import dev.steepest.optim.rule.Muon;
import dev.steepest.optim.rule.Sgd;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The optimizers of the airbench programs as experiment files say them, against plain Java. */
class AirbenchRecipesTest {

  private static final int STEPS = 20;

  // legacy/airbench94.py: lr 11.5 and decay .0153 per 1,024 examples, momentum .85, biases times 64
  private static final double SCALE = 1024 * (1 + 1 / (1 - 0.85));
  private static final double RATE = 11.5 / SCALE;
  private static final double DECAY = 0.0153 * 1024 / SCALE;

  private static final Map<String, Object> NESTEROV =
      Map.of(
          "lr",
          RATE,
          "momentum",
          0.85,
          "nesterov",
          true,
          "weight_decay",
          DECAY / RATE,
          "vectors",
          Map.of("lr", 64 * RATE, "weight_decay", DECAY / (64 * RATE)));

  // Its Lion arm: base rate 20, decay .03
  private static final double LION_RATE = 20.0 / 10 / 1024;
  private static final Map<String, Object> LION =
      Map.of(
          "lr",
          LION_RATE,
          "beta1",
          0.9,
          "beta2",
          0.99,
          "weight_decay",
          0.03 / LION_RATE,
          "vectors",
          Map.of("lr", 64 * LION_RATE, "weight_decay", 0.03 / (64 * LION_RATE)));

  private static final Map<String, Object> MUON =
      Map.of(
          "lr",
          0.24,
          "momentum",
          0.6,
          "momentum_form",
          "sum",
          "ns_steps",
          3,
          "weight_norm",
          "reset",
          "scale",
          "none",
          "head",
          Map.of("lr", 0.67, "momentum", 0.85, "weight_decay", 0.004 / 0.67),
          "input",
          Map.of("lr", 0.053, "momentum", 0.85, "weight_decay", 0.004 / 0.053),
          "vectors",
          Map.of("lr", 0.053, "momentum", 0.85, "weight_decay", 0.004 / 0.053));

  private PointerScope scope;
  private List<Parameter> network;

  @BeforeEach
  void open() {
    scope = new PointerScope();
    network =
        List.of(
            parameter("whitening.bias", Role.INPUT, 0.5),
            parameter("conv", Role.CONV, -0.25),
            parameter("norm.bias", Role.VECTOR, 2),
            parameter("head", Role.HEAD, 0.75));
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private static Parameter parameter(String name, Role role, double value) {
    long[] shape = role == Role.CONV ? new long[] {1, 1, 1, 1} : new long[] {1};
    Tensor tensor = torch.full(shape, new Scalar(value)).to(ScalarType.Double);
    return new Parameter(name, role, tensor.set_requires_grad(true));
  }

  private static double gradient(int step, String name) {
    return Math.sin(step + name.length());
  }

  private void give(int step) {
    for (Parameter p : network) {
      Tensor like = p.tensor().detach();
      p.tensor().mutable_grad().put(torch.full_like(like, new Scalar(gradient(step, p.name()))));
    }
  }

  private static double value(Parameter p) {
    return p.tensor().detach().reshape(1).item_double();
  }

  /** The learning rate of legacy/airbench94.py at a step. */
  private static double factor(int t) {
    int rise = (int) (STEPS * 0.23);
    return t < rise ? 0.2 + 0.8 * t / rise : 1 - 0.93 * (t - rise) / (STEPS - rise);
  }

  private static final GroupSchedules TRIANGLE =
      GroupSchedules.multiples(Triangle.ofRun(STEPS, 0.23, 0.2, 0.07), Map.of());

  @Test
  void the_recorded_rates_and_decays() {
    // models/schedules.json of the reference's run: lr_other … weight_decay_group_norm_biases
    assertThat(NESTEROV).containsEntry("lr", 0.0014648437500000002);
    assertThat(DECAY / RATE).isEqualTo(1.3623652173913041);
    assertThat(64 * RATE).isEqualTo(0.09375000000000001);
    assertThat(DECAY / (64 * RATE)).isEqualTo(0.021286956521739127);
    assertThat(LION_RATE).isEqualTo(0.001953125);
    assertThat(0.03 / LION_RATE).isEqualTo(15.36);
  }

  /** torch.optim.SGD for each group: decay in the gradient, then momentum, then Nesterov's look. */
  @Test
  void nesterov_has_a_rate_and_a_decay_for_each_group() {
    try (Optimizer optimizer = Preset.named("sgd").on(network, NESTEROV, 1)) {
      assertThat(optimizer.groups().stream().map(ParameterGroup::name))
          .containsExactly("sgd", "vectors");
      GroupSchedules.Factors factors = TRIANGLE.of(optimizer);
      double[] w = network.stream().mapToDouble(AirbenchRecipesTest::value).toArray();
      double[] momentum = new double[w.length];
      for (int t = 0; t < STEPS; t++) {
        give(t);
        optimizer.step(factors.at(t));
        for (int i = 0; i < w.length; i++) {
          boolean norm = network.get(i).name().contains("norm");
          double rate = norm ? 64 * RATE : RATE;
          double g = gradient(t, network.get(i).name()) + DECAY / rate * w[i];
          momentum[i] = 0.85 * momentum[i] + g;
          w[i] -= rate * factor(t) * (g + 0.85 * momentum[i]);
          assertThat(value(network.get(i)))
              .as("%s after %d", network.get(i).name(), t + 1)
              .isCloseTo(w[i], within(1e-14)); // rounding near 1
        }
      }
    }
  }

  /** The Lion of airbench94_lion_hardswish_experiments.py: decay first, by the scheduled rate. */
  @Test
  void lion_has_a_rate_and_a_decay_for_each_group() {
    try (Optimizer optimizer = Preset.named("lion").on(network, LION, 1)) {
      GroupSchedules.Factors factors = TRIANGLE.of(optimizer);
      double[] w = network.stream().mapToDouble(AirbenchRecipesTest::value).toArray();
      double[] average = new double[w.length];
      for (int t = 0; t < STEPS; t++) {
        give(t);
        optimizer.step(factors.at(t));
        for (int i = 0; i < w.length; i++) {
          boolean norm = network.get(i).name().contains("norm");
          double rate = norm ? 64 * LION_RATE : LION_RATE;
          double g = gradient(t, network.get(i).name());
          w[i] *= 1 - rate * factor(t) * (0.03 / rate);
          w[i] -= rate * factor(t) * Math.signum(0.9 * average[i] + 0.1 * g);
          average[i] = 0.99 * average[i] + 0.01 * g;
          assertThat(value(network.get(i)))
              .as("%s after %d", network.get(i).name(), t + 1)
              .isCloseTo(w[i], within(1e-14)); // rounding near 1
        }
      }
    }
  }

  @Test
  void muon_has_slots_for_head_input_and_vectors() {
    Preset preset = Preset.named("muon-sgd");
    try (Optimizer optimizer = preset.on(network, MUON, 1)) {
      List<ParameterGroup> groups = optimizer.groups();
      assertThat(groups.stream().map(ParameterGroup::name))
          .containsExactly("muon-sgd", "head", "input", "vectors");
      assertThat(preset.slots().stream().map(preset::group))
          .as("the names are known without an optimizer")
          .containsExactly("muon-sgd", "head", "input", "vectors");
      assertThat(groups.stream().map(group -> group.parameters().getFirst().name()))
          .containsExactly("conv", "head", "whitening.bias", "norm.bias");
      assertThat(groups.get(0).rule())
          .isEqualTo(
              Muon.builder()
                  .lr(0.24)
                  .momentum(0.6)
                  .momentumForm(Muon.MomentumForm.SUM)
                  .nesterov(true)
                  .weightDecay(0)
                  .scale(Muon.Scale.NONE)
                  .orthogonalization(Orthogonalizer.Method.QUINTIC)
                  .nsSteps(3)
                  .eps(1e-7)
                  .epsForm(NormGuard.ADD)
                  .precision(Precision.BFLOAT16)
                  .weightNorm(Muon.WeightNorm.RESET)
                  .build());
      assertThat(groups.get(1).rule()).isEqualTo(new Sgd(0.67, 0.85, 0, 0.004 / 0.67, true));
      Sgd biases = new Sgd(0.053, 0.85, 0, 0.004 / 0.053, true);
      assertThat(groups.get(2).rule()).isEqualTo(biases);
      assertThat(groups.get(3).rule()).isEqualTo(biases);
    }
    assertThat(preset.problems(Map.of("lookahead", Map.of("curve", "airbench")))).isEmpty();
  }

  /** Rates of 0 are for parameters that no longer have a gradient; a schedule never goes below. */
  @Test
  void a_group_may_fade_before_the_others() {
    try (Optimizer optimizer = Preset.named("muon-sgd").on(network, MUON, 1)) {
      Schedule fade = new Linear(1, 0, STEPS);
      GroupSchedules.Factors factors =
          new GroupSchedules(new TreeMap<>(Map.of("input", new Linear(1, 0, 7))), fade)
              .of(optimizer);
      double frozen = 0;
      for (int t = 0; t < STEPS; t++) {
        give(t);
        optimizer.step(factors.at(t));
        frozen = t == 6 ? value(network.getFirst()) : frozen;
      }
      assertThat(value(network.getFirst())).isEqualTo(frozen);
    }
  }
}
