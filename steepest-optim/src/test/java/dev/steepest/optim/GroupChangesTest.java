package dev.steepest.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.optim.rule.Adam;
import dev.steepest.optim.rule.AdamW;
import dev.steepest.optim.rule.Lion;
import dev.steepest.optim.rule.Sgd;
import dev.steepest.tensor.Seeds;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Learning rates and hyper-parameters that differ between groups and move during a run. */
class GroupChangesTest {

  private PointerScope scope;

  @BeforeEach
  void open() {
    scope = new PointerScope();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private static Parameter matrix(String name) {
    Tensor tensor =
        Seeds.normal(Seeds.derive(3, name), 4, 3).to(ScalarType.Double).set_requires_grad(true);
    return new Parameter(name, Role.MATRIX, tensor);
  }

  private static ParameterGroup group(String name, Rule rule) {
    return new ParameterGroup(name, rule, List.of(matrix(name), matrix(name + "2")));
  }

  private static void gradients(Optimizer optimizer, int step) {
    for (ParameterGroup group : optimizer.groups()) {
      for (Parameter parameter : group.parameters()) {
        Tensor drawn = Seeds.normal(Seeds.derive(50 + step, parameter.name()), 4, 3);
        parameter.tensor().mutable_grad().put(drawn.to(ScalarType.Double));
      }
    }
  }

  private static Tensor first(Optimizer optimizer, int group) {
    return optimizer.groups().get(group).parameters().getFirst().tensor().detach();
  }

  private static double distance(Tensor a, Tensor b) {
    return a.sub(b).abs().max().item_double();
  }

  private static final Map<String, Object> PLAIN =
      Map.of("lr", 1.0, "momentum", 0.0, "nesterov", false, "weight_decay", 0.0);

  @Test
  void each_group_has_its_factor() {
    Rule sgd = Rules.make(Sgd.class, PLAIN);
    try (Optimizer optimizer = new Optimizer(List.of(group("a", sgd), group("b", sgd)))) {
      Tensor a = first(optimizer, 0).clone();
      Tensor b = first(optimizer, 1).clone();
      gradients(optimizer, 0);
      Schedule half = new Linear(0.5, 0, 10);
      GroupSchedules schedules = GroupSchedules.multiples(half, Map.of("b", 4.0));
      optimizer.step(schedules.of(optimizer).at(0));
      Tensor gradientA = optimizer.groups().get(0).parameters().getFirst().tensor().grad();
      Tensor gradientB = optimizer.groups().get(1).parameters().getFirst().tensor().grad();
      assertThat(distance(first(optimizer, 0), a.sub(gradientA, new Scalar(0.5)))).isZero();
      assertThat(distance(first(optimizer, 1), b.sub(gradientB, new Scalar(2.0)))).isZero();
    }
  }

  @Test
  void wrappers_see_the_rate_of_each_group() {
    Rule sgd = Rules.make(Sgd.class, PLAIN);
    RateSeen seen = new RateSeen(0);
    try (Optimizer optimizer =
        Optimizer.builder(List.of(group("a", sgd), group("b", sgd))).wrap(seen).build()) {
      gradients(optimizer, 0);
      optimizer.step(group -> group.name().equals("a") ? 0.25 : 0.75);
      assertThat(RateSeen.RATES.get())
          .isEqualTo(Map.of("a", 0.25, "a2", 0.25, "b", 0.75, "b2", 0.75));
    }
  }

  /** Writes down the learning rates that wrappers are shown. */
  record RateSeen(@Knob(symbol = "-", value = "0", about = "nothing") double nothing)
      implements Wrapper {

    static final ThreadLocal<Map<String, Double>> RATES = ThreadLocal.withInitial(TreeMap::new);

    @Override
    public void before(List<ParameterState> all, Shards shards) {
      all.forEach(p -> RATES.get().put(p.parameter().name(), p.lr()));
    }
  }

  @Test
  void factors_and_names_are_checked() {
    Rule sgd = Rules.make(Sgd.class, PLAIN);
    try (Optimizer optimizer = new Optimizer(List.of(group("a", sgd), group("b", sgd)))) {
      gradients(optimizer, 0);
      Tensor a = first(optimizer, 0).clone();
      assertThatThrownBy(() -> optimizer.step(group -> group.name().equals("b") ? -1.0 : 1.0))
          .hasMessage("group 'b': learning-rate factor -1.0 must be in [0, inf)");
      assertThat(first(optimizer, 0).equal(a)).as("nothing has changed").isTrue();
      GroupSchedules typo = GroupSchedules.multiples(new Constant(0), Map.of("heads", 2.0));
      assertThatThrownBy(() -> typo.of(optimizer))
          .hasMessage("schedules for groups that are not there: heads; known: a, b");
    }
  }

  /** SGD's momentum in plain Java is the oracle. */
  @Test
  void momentum_moves_and_keeps_its_buffer() {
    Rule sgd =
        Rules.make(
            Sgd.class, Map.of("lr", 0.1, "momentum", 0.5, "nesterov", false, "weight_decay", 0.0));
    ParameterGroup group = group("a", sgd);
    Schedule course = new Linear(0.5, 0.9, 4);
    KnobSchedule momentum =
        KnobSchedule.of(group, Map.of("momentum", KnobSchedule.Course.values(course)));
    try (Optimizer optimizer = new Optimizer(List.of(group))) {
      double w = first(optimizer, 0).select(0, 1).select(0, 2).item_double();
      double m = 0;
      for (int step = 0; step < 7; step++) {
        gradients(optimizer, step);
        Tensor gradient = group.parameters().getFirst().tensor().grad();
        momentum.apply(optimizer, step);
        optimizer.step();
        m = course.factor(step) * m + gradient.select(0, 1).select(0, 2).item_double();
        w -= 0.1 * m;
      }
      // Seven float64 steps near 1.
      assertThat(first(optimizer, 0).select(0, 1).select(0, 2).item_double())
          .isCloseTo(w, within(1e-14));
      assertThat(((Sgd) optimizer.groups().getFirst().rule()).momentum()).isEqualTo(0.9);
    }
  }

  @Test
  void both_paths_follow_a_change() {
    Tensor[] ends = new Tensor[2];
    for (Optimizer.Path path : Optimizer.Path.values()) {
      ParameterGroup group = group("a", Rules.make(AdamW.class, Map.of("beta1", 0.8)));
      KnobSchedule moving =
          KnobSchedule.of(
              group,
              Map.of(
                  "beta1", KnobSchedule.Course.factors(new Linear(1, 0.5, 5)),
                  "weight_decay", KnobSchedule.Course.values(new Linear(0.5, 0, 6))));
      try (Optimizer optimizer = Optimizer.builder(List.of(group)).path(path).build()) {
        for (int step = 0; step < 6; step++) {
          gradients(optimizer, step);
          moving.apply(optimizer, step);
          optimizer.step();
        }
        ends[path.ordinal()] = first(optimizer, 0).clone();
      }
      AdamW last = (AdamW) moving.at(5);
      assertThat(last.beta1()).isEqualTo(0.4);
      assertThat(last.weightDecay()).isCloseTo(0.5 / 6, within(1e-16));
    }
    // Rounding of six float64 steps.
    assertThat(distance(ends[0], ends[1])).isLessThan(1e-14);
  }

  @Test
  void a_change_must_fit_the_state() {
    ParameterGroup group = group("a", Rules.make(AdamW.class, Map.of()));
    try (Optimizer optimizer = new Optimizer(List.of(group))) {
      gradients(optimizer, 0);
      optimizer.step();
      assertThatThrownBy(() -> optimizer.adjust("b", group.rule()))
          .hasMessageContaining("no group 'b'")
          .hasMessageContaining("known: a");
      assertThatThrownBy(() -> optimizer.adjust("a", Rules.make(Adam.class, Map.of())))
          .hasMessageContaining("group 'a' is updated by adam_w, not adam");
      assertThatThrownBy(
              () -> optimizer.adjust("a", Rules.make(AdamW.class, Map.of("amsgrad", true))))
          .hasMessageContaining("keeps other state: 'a' has [first_moment[4, 3], ")
          .hasMessageContaining("second_moment_max[4, 3]]");
      Rule outOfRange = new AdamW(1e-3, 1.5, 0.999, 1e-8, AdamW.EpsForm.EPSILON, 0, false);
      assertThatThrownBy(() -> optimizer.adjust("a", outOfRange))
          .hasMessageContaining("beta1 is 1.5");
      assertThat(optimizer.groups().getFirst().rule()).isEqualTo(group.rule());
    }
  }

  @Test
  void a_schedule_of_knobs_is_checked_at_once() {
    ParameterGroup group = group("a", Rules.make(Lion.class, Map.of()));
    KnobSchedule.Course flat = KnobSchedule.Course.values(new Constant(0));
    assertThatThrownBy(() -> KnobSchedule.of(group, Map.of("beta_1", flat)))
        .hasMessageContaining("'beta_1' is no number of the rule (did you mean 'beta1'?)");
    assertThatThrownBy(() -> KnobSchedule.of(group, Map.of()))
        .hasMessageContaining("no hyper-parameter moves");
    KnobSchedule.Course far = KnobSchedule.Course.factors(new Constant(0).times(2));
    KnobSchedule tooFar = KnobSchedule.of(group, Map.of("beta1", far));
    assertThatThrownBy(() -> tooFar.at(0)).hasMessageContaining("beta1 is 1.8 but must be");
  }
}
