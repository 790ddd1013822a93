package dev.steepest.optim.wrap;

import static dev.steepest.optim.wrap.Ground.ROUNDING;
import static dev.steepest.optim.wrap.Ground.descent;
import static dev.steepest.optim.wrap.Ground.gradient;
import static dev.steepest.optim.wrap.Ground.numbers;
import static dev.steepest.optim.wrap.Ground.parameter;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.optim.Evaluation;
import dev.steepest.optim.HalfPrecision;
import dev.steepest.optim.Optimizer;
import dev.steepest.optim.OptimizerBuilder;
import dev.steepest.optim.Parameter;
import dev.steepest.optim.ParameterGroup;
import dev.steepest.optim.Role;
import dev.steepest.optim.Wrapper;
import dev.steepest.optim.rule.Sgd;
import dev.steepest.tensor.Seeds;
import java.io.IOException;
import java.nio.file.Path;
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
import org.junit.jupiter.api.io.TempDir;

/** Averages follow frozen parameters and what is no parameter, as a state dict's average does. */
class WholeStateTest {

  private static final int STEPS = 30;
  private static final int FROZEN_AT = 12; // from this update on there is no gradient
  private static final double RATE = 0.1;

  @TempDir Path folder;
  private PointerScope scope;

  @BeforeEach
  void open() {
    scope = new PointerScope();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private static Lookahead airbench(long steps) {
    return Lookahead.builder().curve(Lookahead.Curve.AIRBENCH).steps(steps).build();
  }

  /** A small network: its state, and how one training step moves it. */
  private static final class Net {

    final Parameter trained = parameter("trained", 1, -0.5);
    final Parameter bias = parameter("bias", 0.25);
    final Parameter still = parameter("still", 0.1, 1.0 / 3, -7.7);
    final Tensor mean = Tensor.create(0.0, 0.0).clone();
    final Tensor filters = Tensor.create(0.3, -0.7, 1e-3).clone();

    Optimizer with(Wrapper... wrappers) {
      OptimizerBuilder builder =
          Optimizer.builder(
                  List.of(
                      new ParameterGroup(
                          "all", new Sgd(RATE, 0, 0, 0, false), List.of(trained, bias, still))))
              .alongside(Map.of("norm.mean", mean, "filters", filters));
      List.of(wrappers).forEach(builder::wrap);
      return builder.build();
    }

    void step(Optimizer optimizer, int t) {
      mean.mul_(new Scalar(0.6)).add_(Tensor.create(seen(t), -seen(t)), new Scalar(0.4));
      gradient(trained, t, -0.5 * t);
      if (t < FROZEN_AT) {
        gradient(bias, seen(t));
      } else {
        bias.tensor().mutable_grad().reset();
      }
      optimizer.step();
    }

    static double seen(int t) {
      return Math.sin(t);
    }

    List<double[]> all() {
      return List.of(
          numbers(trained), numbers(bias), numbers(still), numbers(mean), numbers(filters));
    }

    void set(Net other) {
      trained.tensor().detach().copy_(other.trained.tensor().detach());
      bias.tensor().detach().copy_(other.bias.tensor().detach());
      mean.copy_(other.mean);
    }
  }

  /** The same training in plain arithmetic: {trained₀, trained₁, bias, mean₀, mean₁}. */
  private static void step(double[] net, int t) {
    net[0] -= RATE * t;
    net[1] += RATE * 0.5 * t;
    net[2] -= t < FROZEN_AT ? RATE * Net.seen(t) : 0;
    net[3] = 0.6 * net[3] + 0.4 * Net.seen(t);
    net[4] = 0.6 * net[4] - 0.4 * Net.seen(t);
  }

  private static void assertAt(Net net, double[] expected, int t) {
    double[] trained = numbers(net.trained);
    double[] mean = numbers(net.mean);
    double[] actual = {trained[0], trained[1], numbers(net.bias)[0], mean[0], mean[1]};
    // Some roundings per step, of sums of up to t²/20.
    assertThat(actual).as("after %d", t).containsExactly(expected, within(ROUNDING * t * t));
  }

  /** KellerJordan/cifar10-airbench LookaheadState: lerp of the whole state, then back. */
  @Test
  void lookahead_averages_the_whole_state() {
    Net net = new Net();
    Net start = new Net();
    double[] fast = {1, -0.5, 0.25, 0, 0};
    double[] slow = fast.clone();
    try (Optimizer optimizer = net.with(airbench(STEPS))) {
      for (int t = 1; t <= STEPS; t++) {
        net.step(optimizer, t);
        step(fast, t);
        boolean last = t == STEPS;
        if (t % 5 == 0) {
          float share = (float) t / STEPS;
          double decay = (float) Math.pow(0.95, 5) * (share * share * share);
          for (int i = 0; i < slow.length; i++) {
            slow[i] = decay * slow[i] + (1 - decay) * fast[i];
          }
        }
        if (t % 5 == 0 || last) {
          fast = slow.clone();
        }
        assertAt(net, fast, t);
      }
    }
    assertThat(numbers(net.still)).as("never moved").isEqualTo(numbers(start.still));
    assertThat(numbers(net.filters)).as("never moved").isEqualTo(numbers(start.filters));
  }

  @Test
  void the_average_is_of_the_whole_state_and_training_does_not_see_it() {
    Net net = new Net();
    double[] training = {1, -0.5, 0.25, 0, 0};
    double[] average = training.clone();
    try (Optimizer optimizer = net.with(new Ema(0.8, Ema.WarmUp.RATIO, 2))) {
      for (int t = 1; t <= STEPS; t++) {
        net.step(optimizer, t);
        step(training, t);
        if (t % 2 == 0) {
          double decay = Math.min(0.8, (1 + t / 2.0) / (10 + t / 2.0));
          for (int i = 0; i < average.length; i++) {
            average[i] = decay * average[i] + (1 - decay) * training[i];
          }
        }
        List<double[]> before = net.all();
        try (Evaluation _ = optimizer.evaluating()) {
          assertAt(net, average, t);
          net.mean.fill_(new Scalar(9.0)); // as a forward pass in the wrong mode would
        }
        assertThat(net.all()).usingRecursiveComparison().as("back at %d", t).isEqualTo(before);
        assertAt(net, training, t);
      }
    }
  }

  /** The published order of operations, in float32: the average goes first, the network follows. */
  @Test
  void float32_goes_as_published() {
    Tensor frozen = Seeds.normal(3, 37);
    Parameter weight = new Parameter("w", Role.MATRIX, Seeds.normal(1, 19, 7));
    Tensor mean = Seeds.normal(2, 37);
    Tensor w = weight.tensor().clone();
    Tensor m = mean.clone();
    Tensor slowW = w.clone();
    Tensor slowM = m.clone();
    weight.tensor().set_requires_grad(true);
    try (Optimizer optimizer =
        Optimizer.builder(List.of(new ParameterGroup("all", descent(0.125), List.of(weight))))
            .wrap(Lookahead.builder().curve(Lookahead.Curve.AIRBENCH).build())
            .alongside(Map.of("mean", mean, "frozen", frozen))
            .runOf(23)
            .build()) {
      for (int t = 1; t <= 23; t++) {
        Tensor drawn = Seeds.normal(100 + t, 19, 7);
        weight.tensor().mutable_grad().put(drawn);
        mean.mul_(new Scalar(1.01));
        optimizer.step();
        w.sub_(drawn, new Scalar(0.125));
        m.mul_(new Scalar(1.01));
        if (t % 5 == 0) {
          float share = t / 23f;
          Scalar pace = new Scalar(1 - (double) (0.77378094f * (share * share * share)));
          w.copy_(slowW.lerp_(w, pace));
          m.copy_(slowM.lerp_(m, pace));
        }
        if (t == 23) {
          w.copy_(slowW);
          m.copy_(slowM);
        }
        assertThat(weight.tensor().equal(w) && mean.equal(m)).as("step %d", t).isTrue();
      }
      assertThat(frozen.equal(Seeds.normal(3, 37))).isTrue();
    }
  }

  @Test
  void it_resumes_to_the_bit() throws IOException {
    Wrapper[] both = {new Ema(0.8, Ema.WarmUp.NONE, 1), airbench(STEPS)};
    for (int stop : new int[] {0, 7, FROZEN_AT, 20}) {
      Net straight = new Net();
      Net first = new Net();
      Net second = new Net();
      Path file = folder.resolve(stop + ".safetensors");
      try (Optimizer one = straight.with(both);
          Optimizer two = first.with(both)) {
        for (int t = 1; t <= STEPS; t++) {
          straight.step(one, t);
        }
        for (int t = 1; t <= stop; t++) {
          first.step(two, t);
        }
        two.save(file);
        second.set(first);
        try (Optimizer three = second.with(both)) {
          three.load(file);
          for (int t = stop + 1; t <= STEPS; t++) {
            second.step(three, t);
          }
          assertThat(second.all()).usingRecursiveComparison().isEqualTo(straight.all());
          try (Evaluation _ = one.evaluating();
              Evaluation _ = three.evaluating()) {
            assertThat(second.all()).usingRecursiveComparison().isEqualTo(straight.all());
          }
        }
      }
    }
  }

  @Test
  void the_state_has_names_of_its_own_and_other_states_are_refused() {
    Net net = new Net();
    try (Optimizer with = net.with(airbench(STEPS));
        Optimizer without = Optimizer.builder(with.groups()).wrap(airbench(STEPS)).build();
        Optimizer unfollowed = net.with(new ClipNorm(1))) {
      assertThat(with.state())
          .as("before the first step")
          .containsOnlyKeys(
              "lookahead:filters/slow",
              "lookahead:filters/step",
              "lookahead:norm.mean/slow",
              "lookahead:norm.mean/step");
      net.step(with, 1);
      Map<String, Tensor> state = with.state();
      assertThat(state)
          .containsKeys("lookahead:norm.mean/slow", "lookahead:still/slow", "lookahead:bias/slow");
      assertThat(numbers(state.get("lookahead:norm.mean/slow"))).as("at the start").containsOnly(0);
      assertThatThrownBy(() -> without.load(state))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("unexpected 'lookahead:filters/slow'")
          .hasMessageContaining("saved with more state alongside the parameters, give that to");
      net.step(without, 2);
      Map<String, Tensor> bare = without.state();
      List<double[]> before = net.all();
      assertThatThrownBy(() -> with.load(bare))
          .hasMessageContaining("missing 'lookahead:norm.mean/slow' of shape [2]")
          .hasMessageContaining("it was saved without 'filters', 'norm.mean' alongside");
      assertThat(net.all()).usingRecursiveComparison().isEqualTo(before);
      assertThat(with.state().get("lookahead:trained/step").item_long()).isEqualTo(1);
      assertThat(unfollowed.state()).as("nobody follows it").isEmpty();
      unfollowed.load(unfollowed.state());
    }
  }

  /** A parameter whose first gradient comes late is synchronised with the others. */
  @Test
  void there_is_one_count_for_all() {
    Net net = new Net();
    try (Optimizer optimizer = net.with(airbench(STEPS))) {
      net.step(optimizer, 1);
      net.step(optimizer, 2);
      gradient(net.still, 1, 1, 1);
      net.step(optimizer, 3);
      assertThat(optimizer.state().get("lookahead:still/step").item_long()).isEqualTo(3);
      assertThat(optimizer.state().get("still/step").item_long()).isEqualTo(1);
      assertThat(optimizer.state().get("lookahead:norm.mean/step").item_long()).isEqualTo(3);
    }
  }

  /** Narrow weights, whatever is kept beside them, may be frozen before any rule has seen them. */
  @Test
  void narrow_state_that_does_not_move_keeps_its_bits() {
    for (HalfPrecision half : HalfPrecision.values()) {
      List<Parameter> parameters = new ArrayList<>();
      for (String name : List.of("trained", "frozen")) {
        Tensor values = Seeds.normal(Seeds.derive(1, name), 33).to(ScalarType.BFloat16);
        parameters.add(new Parameter(name, Role.VECTOR, values));
      }
      Tensor beside = Seeds.normal(5, 33).to(ScalarType.BFloat16);
      try (Optimizer optimizer =
          Optimizer.builder(List.of(new ParameterGroup("all", descent(0.1), parameters)))
              .halfPrecision(half)
              .wrap(new Ema(0.9, Ema.WarmUp.NONE, 1))
              .wrap(Lookahead.builder().k(2).alpha(0.3).build())
              .alongside(Map.of("beside", beside))
              .build()) {
        for (int t = 0; t < 5; t++) {
          Tensor drawn = Seeds.normal(10 + t, 33).to(ScalarType.BFloat16);
          parameters.getFirst().tensor().mutable_grad().put(drawn);
          optimizer.step();
        }
        Tensor frozen = Seeds.normal(Seeds.derive(1, "frozen"), 33).to(ScalarType.BFloat16);
        Tensor expected = Seeds.normal(5, 33).to(ScalarType.BFloat16);
        try (Evaluation _ = optimizer.evaluating()) {
          assertThat(parameters.getLast().tensor().equal(frozen)).as("%s", half).isTrue();
          assertThat(beside.equal(expected)).as("%s", half).isTrue();
        }
        assertThat(parameters.getLast().tensor().equal(frozen)).as("%s", half).isTrue();
        assertThat(beside.equal(expected)).as("%s", half).isTrue();
      }
    }
  }

  @Test
  void what_is_alongside_is_checked() {
    Net net = new Net();
    List<ParameterGroup> groups =
        List.of(new ParameterGroup("all", descent(1), List.of(net.trained, net.bias)));
    OptimizerBuilder wrong =
        Optimizer.builder(groups)
            .alongside(Map.of("bias", torch.ones(1)))
            .alongside(Map.of("batches", torch.ones(1).to(ScalarType.Long)))
            .alongside(Map.of("twice", net.mean))
            .alongside(Map.of("twice", net.filters))
            .alongside(Map.of("view", net.trained.tensor().detach()));
    assertThatThrownBy(wrong::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "alongside: 'bias' is a parameter of group 'all'; 'batches' holds long int, of which"
                + " there is no average; 'twice' is given twice; parameters 'trained' and 'view' are the"
                + " same tensor; give each floating-point tensor that is no parameter once");
  }
}
