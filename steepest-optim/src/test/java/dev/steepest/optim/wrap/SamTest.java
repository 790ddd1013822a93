package dev.steepest.optim.wrap;

import static dev.steepest.optim.wrap.Ground.ROUNDING;
import static dev.steepest.optim.wrap.Ground.around;
import static dev.steepest.optim.wrap.Ground.descent;
import static dev.steepest.optim.wrap.Ground.difference;
import static dev.steepest.optim.wrap.Ground.gradient;
import static dev.steepest.optim.wrap.Ground.numbers;
import static dev.steepest.optim.wrap.Ground.parameter;
import static dev.steepest.optim.wrap.Ground.random;
import static dev.steepest.optim.wrap.Ground.randomGradient;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.optim.NonFinite;
import dev.steepest.optim.Optimizer;
import dev.steepest.optim.Parameter;
import dev.steepest.optim.ParameterGroup;
import dev.steepest.optim.Rules;
import dev.steepest.optim.Shards;
import dev.steepest.optim.Wrapper;
import dev.steepest.optim.rule.Scion;
import dev.steepest.optim.rule.ScionLight;
import dev.steepest.tensor.Seeds;
import java.util.Arrays;
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

/** The point where SAM takes its gradient, and the way back. */
class SamTest {

  private PointerScope scope;

  @BeforeEach
  void open() {
    scope = new PointerScope();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  @Test
  void sam_climbs_by_rho_along_all_gradients_together() {
    Parameter a = parameter("a", 1, 2);
    Parameter b = parameter("b", -1);
    gradient(a, 2, 3);
    gradient(b, 6); // norm 7
    try (Optimizer optimizer = around(descent(1), List.of(a, b), new Sam(0.7, false))) {
      optimizer.step(
          1,
          () -> {
            assertThat(numbers(a)).containsExactly(new double[] {1.2, 2.3}, within(1e-12));
            assertThat(numbers(b)).containsExactly(new double[] {-0.4}, within(1e-12));
            gradient(a, 10, 20);
            gradient(b, 30);
          });
      assertThat(numbers(a)).containsExactly(-9, -18);
      assertThat(numbers(b)).containsExactly(-31);
    }
  }

  /** Scaling weights by c and their gradients by 1/c scales the adaptive perturbation by c. */
  @Test
  void adaptive_sam_knows_no_units() {
    double[] w = {1, -2, 0.5};
    double[] g = {0.3, 0.7, -1};
    double[] one = climbed(new Sam(0.5, true), w, g);
    double[] scaled =
        climbed(
            new Sam(0.5, true),
            Arrays.stream(w).map(x -> 8 * x).toArray(),
            Arrays.stream(g).map(x -> x / 8).toArray());
    for (int i = 0; i < w.length; i++) {
      assertThat(scaled[i]).isEqualTo(8 * one[i]); // powers of two round nothing
    }
    double n = Math.sqrt(0.3 * 0.3 + 1.4 * 1.4 + 0.5 * 0.5) + 1e-12;
    assertThat(one[1]).isCloseTo(-2 + 0.5 * 4 * 0.7 / n, within(ROUNDING));
  }

  private static double[] climbed(Sam sam, double[] w, double[] g) {
    Parameter p = parameter("p", w);
    gradient(p, g);
    double[][] seen = new double[1][];
    try (Optimizer optimizer = around(descent(1), List.of(p), sam)) {
      optimizer.step(1, () -> seen[0] = numbers(p));
    }
    return seen[0];
  }

  @Test
  void sam_returns_to_the_bit_in_every_type() {
    for (ScalarType type :
        List.of(ScalarType.Double, ScalarType.Float, ScalarType.BFloat16, ScalarType.Half)) {
      Parameter p = random("p", type, 40, 30);
      Tensor before = p.tensor().detach().clone();
      randomGradient(p, 2);
      try (Optimizer optimizer = around(descent(1), List.of(p), new Sam(3, false))) {
        optimizer.step(
            1,
            () -> {
              assertThat(p.tensor().equal(before)).as("%s moved", type).isFalse();
              p.tensor().mutable_grad().put(torch.zeros_like(before));
            });
        assertThat(p.tensor().equal(before)).as("%s back", type).isTrue();
      }
    }
  }

  @Test
  void shards_climb_and_clip_as_the_whole_does() {
    Parameter a = parameter("a", 1, 2);
    Parameter b = parameter("b", -1);
    double otherSquares = 36; // what the other shard finds of b
    Shards shards = own -> own.add(new Scalar(otherSquares));
    gradient(a, 2, 3);
    gradient(b, 6);
    Parameter half = parameter("a", 1, 2);
    gradient(half, 2, 3);
    Wrapper[] both = {new Sam(0.7, false), new ClipNorm(1)};
    try (Optimizer whole = around(descent(1), List.of(a, b), both);
        Optimizer part =
            Optimizer.builder(List.of(new ParameterGroup("all", descent(1), List.of(half))))
                .shards(shards)
                .nonFinite(NonFinite.UNCHECKED) // these shards add to whatever is summed
                .wrap(both[0])
                .wrap(both[1])
                .build()) {
      whole.step(1, () -> {});
      part.step(1, () -> assertThat(numbers(half)[1]).isCloseTo(2.3, within(1e-12)));
      assertThat(numbers(half)).containsExactly(numbers(a), within(ROUNDING));
    }
  }

  /** A gradient that is a rule's memory is neither climbed along nor counted twice. */
  @Test
  void sam_around_scion_light_goes_the_way_of_sam_around_scion() {
    Map<String, Object> settings =
        Map.of("momentum", 0.3, "precision", "parameter", "norm", "row_norm", "lr", 0.05);
    Parameter heavy = random("w", ScalarType.Double, 6, 4);
    Parameter light = random("w", ScalarType.Double, 6, 4);
    Sam sam = new Sam(0.5, false);
    try (Optimizer one = around(Rules.make(Scion.class, settings), List.of(heavy), sam);
        Optimizer two = around(Rules.make(ScionLight.class, settings), List.of(light), sam)) {
      for (int step = 0; step < 5; step++) {
        curved(one, heavy, step);
        curved(two, light, step);
        int now = step;
        one.step(1, () -> curved(one, heavy, now));
        two.step(1, () -> curved(two, light, now));
        // The guard of the row norm, 1e-8, is added to a norm that is scaled by 0.3.
        assertThat(difference(heavy, light)).isLessThan(1e-7);
      }
    }
  }

  /** Backpropagates w³ and noise of this step, onto what is kept. */
  private static void curved(Optimizer optimizer, Parameter p, long step) {
    optimizer.zeroGrad();
    Tensor w = p.tensor().detach();
    Tensor g = Seeds.normal(step, 6, 4).to(ScalarType.Double).add_(w.pow(new Scalar(3.0)));
    Tensor before = p.tensor().grad();
    p.tensor().mutable_grad().put(before.defined() ? before.add(g) : g);
  }
}
