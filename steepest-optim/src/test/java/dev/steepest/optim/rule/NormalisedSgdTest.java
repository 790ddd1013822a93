package dev.steepest.optim.rule;

import static dev.steepest.optim.rule.Trial.after;
import static dev.steepest.optim.rule.Trial.distance;
import static dev.steepest.optim.rule.Trial.normal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.optim.Optimizer;
import dev.steepest.optim.Parameter;
import dev.steepest.optim.Preset;
import dev.steepest.optim.Role;
import dev.steepest.optim.Rule;
import dev.steepest.optim.linalg.Triples;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Normalised momentum, and that the published Muon of one row is it. */
class NormalisedSgdTest {
  private static final int STEPS = 6;

  private static final Map<String, Object> AIRBENCH =
      Map.of(
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
          "precision",
          "parameter",
          "eps",
          1e-16);

  private PointerScope scope;

  @BeforeEach
  void open() {
    scope = new PointerScope();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private static Map<String, Object> with(Map<String, Object> settings, double lr) {
    Map<String, Object> all = new TreeMap<>(settings);
    all.put("lr", lr);
    return all;
  }

  /** By hand: G = (3, 4), twice, from (1, 1), with η = 1, μ = ½ and no Nesterov. */
  @Test
  void stepsHaveTheLengthOfTheLearningRate() {
    Map<String, Object> settings =
        Map.of("lr", 1, "momentum", 0.5, "nesterov", false, "eps", 1e-300);
    Tensor start = normal(1, 1, 2).fill_(new Scalar(1.0));
    Tensor gradient = start.clone();
    gradient.select(1, 0).fill_(new Scalar(3.0));
    gradient.select(1, 1).fill_(new Scalar(4.0));
    Tensor w = after(NormalisedSgd.class, settings, start, 2, _ -> gradient);
    assertThat(w.select(1, 0).item_double()).isCloseTo(1 - 2 * 0.6, within(1e-15));
    assertThat(w.select(1, 1).item_double()).isCloseTo(1 - 2 * 0.8, within(1e-15));
  }

  /** In float64 the iteration's rounding, 1e-16, times a rate of up to 44. */
  @ParameterizedTest
  @ValueSource(doubles = {0.25, 16, 44})
  void airbenchsMuonOnARowIsRenormalisedMomentum(double lr) {
    Tensor start = normal(1, 1, 50);
    Map<String, Object> same =
        Map.of("momentum", 0.6, "step_length", "quintic", "weight_norm", "unit", "eps", 1e-16);
    Tensor muon = after(Muon.class, with(AIRBENCH, lr), start, STEPS, t -> normal(10 + t, 1, 50));
    Tensor honest =
        after(NormalisedSgd.class, with(same, lr), start, STEPS, t -> normal(10 + t, 1, 50));
    assertThat(distance(muon, honest)).isLessThan(1e-14 * (1 + lr));
  }

  /** A weight of norm 1 and one step of length .72·η at an angle that gradients decide. */
  @ParameterizedTest
  @ValueSource(doubles = {0.25, 16, 44})
  void theLearningRateSetsTheNormOfTheWeight(double lr) {
    Tensor w =
        after(Muon.class, with(AIRBENCH, lr), normal(1, 1, 50), STEPS, t -> normal(10 + t, 1, 50));
    double step = lr * Triples.QUINTIC.after(3, 1);
    assertThat(w.norm().item_double()).isBetween(Math.abs(step - 1), step + 1);
  }

  /**
   * f(1) = .7010, f(.7010) = 1.1136, f(1.1136) = .7207 with f(s) = 3.4445s − 4.775s³ + 2.0315s⁵.
   */
  @Test
  void threeIterationsMakeThisOfOne() {
    assertThat(Triples.QUINTIC.after(1, 1)).isCloseTo(0.7010, within(5e-5));
    assertThat(Triples.QUINTIC.after(2, 1)).isCloseTo(1.1136, within(5e-5));
    assertThat(Triples.QUINTIC.after(3, 1)).isCloseTo(0.7207, within(5e-5));
  }

  /** The same as a weight of its own for each, with norms of its own. */
  @ParameterizedTest
  @ValueSource(strings = {"unit", "reset"})
  void fusedMatricesAreMatricesOfTheirOwn(String norm) {
    boolean unit = "unit".equals(norm);
    Class<? extends Rule> rule = unit ? NormalisedSgd.class : Muon.class;
    Map<String, Object> settings =
        unit
            ? Map.of("lr", 0.3, "weight_norm", "unit")
            : Map.of("lr", 0.3, "weight_norm", "reset", "precision", "parameter");
    Tensor start = normal(1, 12, 5);
    try (Trial together = new Trial(rule, settings, start, 3)) {
      for (int step = 0; step < STEPS; step++) {
        together.step(normal(10 + step, 12, 5), 1);
      }
      for (long block = 0; block < 3; block++) {
        long from = 4 * block;
        Tensor alone =
            after(
                rule,
                settings,
                start.narrow(0, from, 4),
                STEPS,
                t -> normal(10 + t, 12, 5).narrow(0, from, 4));
        assertThat(distance(together.weight.narrow(0, from, 4), alone)).isLessThan(1e-12);
      }
    }
  }

  @Test
  void presetsSayWhatWasPublished() {
    Preset published = Preset.named("renormalised-momentum");
    assertThat(published.complete(Map.of()))
        .containsEntry("weight_norm", "unit")
        .containsEntry("step_length", "quintic")
        .containsEntry("momentum", 0.6)
        .containsKey("rest");
    Tensor vector = normal(1, 7).set_requires_grad(true);
    try (Optimizer optimizer =
        Preset.named("normalised-sgd")
            .on(List.of(new Parameter("b", Role.VECTOR, vector)), Map.of("lr", 0.5), 1)) {
      vector.mutable_grad().put(normal(2, 7));
      optimizer.step(1);
      assertThat(vector.detach().sub(normal(1, 7)).norm().item_double())
          .isCloseTo(0.5, within(1e-6));
    }
  }
}
