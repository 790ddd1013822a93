package dev.steepest.study.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.study.search.SearchSpace.Parameter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ParzenEstimatorTest {
  private static final Categorical COLOURS =
      new Categorical(List.of("red", "green", "blue"), List.of(0.5, 0.25, 0.25));
  private static final WholeUniform LAYERS = new WholeUniform(1, 5);
  private static final SearchSpace DISCRETE =
      new SearchSpace(List.of(new Parameter("c", COLOURS), new Parameter("n", LAYERS)));

  private static final ParzenEstimator ESTIMATOR =
      new ParzenEstimator(
          DISCRETE.free(), List.of(values("red", 2), values("blue", 2), values("blue", 5)));

  @Test
  void probabilitiesSumToOne() {
    double sum = 0;
    for (long i = 0; i < DISCRETE.size().orElseThrow(); i++) {
      sum += Math.exp(ESTIMATOR.logDensity(DISCRETE.point(i)));
    }
    assertThat(sum).isCloseTo(1, within(1e-9));
  }

  @Test
  void densitiesIntegrateToOne() {
    SearchSpace smooth = new SearchSpace(List.of(new Parameter("lr", new LogUniform(1e-4, 1))));
    ParzenEstimator estimator =
        new ParzenEstimator(
            smooth.free(),
            List.of(
                new TreeMap<>(Map.of("lr", 1e-4)),
                new TreeMap<>(Map.of("lr", 0.3)),
                new TreeMap<>(Map.of("lr", 0.01))));
    double sum = 0;
    for (int i = 0; i < 2000; i++) {
      sum += Math.exp(estimator.logDensity(smooth.at(new double[] {(i + 0.5) / 2000}))) / 2000;
    }
    assertThat(sum).isCloseTo(1, within(1e-4));
  }

  @Test
  void drawsFollowTheDensity() {
    int draws = 40_000;
    Map<SortedMap<String, Object>, Integer> counts = new HashMap<>();
    Draws random = new Draws(1, 2);
    for (int i = 0; i < draws; i++) {
      counts.merge(ESTIMATOR.draw(random), 1, Integer::sum);
    }
    for (long i = 0; i < DISCRETE.size().orElseThrow(); i++) {
      SortedMap<String, Object> point = DISCRETE.point(i);
      double p = Math.exp(ESTIMATOR.logDensity(point));
      // Five standard errors of a share.
      assertThat(counts.getOrDefault(point, 0) / (double) draws)
          .as(point.toString())
          .isCloseTo(p, within(5 * Math.sqrt(p * (1 - p) / draws)));
    }
  }

  @Test
  void withoutTrialsItIsThePrior() {
    ParzenEstimator prior = new ParzenEstimator(DISCRETE.free(), List.of());
    assertThat(Math.exp(prior.logDensity(values("red", 3)))).isCloseTo(0.5 / 5, within(1e-12));
  }

  private static SortedMap<String, Object> values(String colour, long layers) {
    return new TreeMap<>(Map.of("c", colour, "n", layers));
  }
}
