package dev.steepest.study.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steepest.study.search.SearchSpace.Parameter;
import dev.steepest.study.search.Trial.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CmaEsTest {
  private static final int DIMENSION = 4;

  private static final SearchSpace SPACE =
      new SearchSpace(
          IntStream.range(0, DIMENSION)
              .mapToObj(i -> new Parameter("x" + i, new Uniform(-2, 2)))
              .toList());

  @Test
  void findsTheBottomOfASphere() {
    double random = minimum(trials(new RandomSearch(SPACE, 1), CmaEsTest::sphere, 1, 300));

    assertThat(best(CmaEsTest::sphere, 1, 300)).isLessThan(1e-3);
    // Workers side by side share the trials among several searches.
    assertThat(best(CmaEsTest::sphere, 6, 300)).isLessThan(random / 5);
  }

  @Test
  void followsTheValleyOfRosenbrock() {
    double random = minimum(trials(new RandomSearch(SPACE, 1), CmaEsTest::rosenbrock, 1, 1000));

    assertThat(best(CmaEsTest::rosenbrock, 1, 1000)).isLessThan(0.1).isLessThan(random / 20);
  }

  @Test
  void aPointAtTheEdgeIsFound() {
    SearchSpace one = new SearchSpace(List.of(new Parameter("x0", new LogUniform(1e-6, 1))));
    List<Trial> trials =
        trials(new CmaEs(one, 1, Goal.MAXIMIZE), v -> Math.log(number(v, 0)), 1, 80);

    assertThat(trials.stream().mapToDouble(t -> number(t.values(), 0)).max().orElseThrow())
        .isGreaterThan(0.99);
  }

  @Test
  void workersSideBySideGetDifferentTrials() {
    List<Trial> running = new ArrayList<>();
    CmaEs search = new CmaEs(SPACE, 1, Goal.MINIMIZE);
    for (int i = 0; i < 50; i++) {
      running.add(Trial.begun(i, search.propose(i, running).orElseThrow()));
    }
    assertThat(running).extracting(Trial::values).doesNotHaveDuplicates();
  }

  @Test
  void goalsAreMirrorImages() {
    List<Trial> down = trials(new CmaEs(SPACE, 3, Goal.MINIMIZE), CmaEsTest::sphere, 1, 60);
    List<Trial> up = trials(new CmaEs(SPACE, 3, Goal.MAXIMIZE), v -> -sphere(v), 1, 60);

    assertThat(up).extracting(Trial::values).isEqualTo(down.stream().map(Trial::values).toList());
  }

  private static double best(
      ToDoubleFunction<Map<String, Object>> function, int workers, int evaluations) {
    return minimum(trials(new CmaEs(SPACE, 1, Goal.MINIMIZE), function, workers, evaluations));
  }

  private static double minimum(List<Trial> trials) {
    return trials.stream().mapToDouble(t -> t.value().orElseThrow()).min().orElseThrow();
  }

  /** Trials of which a number is always under way; the oldest ends first. */
  private static List<Trial> trials(
      Searcher searcher,
      ToDoubleFunction<Map<String, Object>> function,
      int workers,
      int evaluations) {
    List<Trial> trials = new ArrayList<>();
    for (int i = 0; i < evaluations; i++) {
      if (i >= workers) {
        trials.set(i - workers, ended(trials.get(i - workers), function));
      }
      SortedMap<String, Object> values = searcher.propose(i, trials).orElseThrow();
      trials.add(Trial.begun(i, values));
    }
    trials.replaceAll(trial -> ended(trial, function));
    return trials;
  }

  private static Trial ended(Trial trial, ToDoubleFunction<Map<String, Object>> function) {
    return new Trial(
        trial.number(),
        trial.values(),
        State.FINISHED,
        List.of(),
        OptionalDouble.of(function.applyAsDouble(trial.values())));
  }

  private static double number(Map<String, Object> values, int i) {
    return Objectives.number(values, "x" + i);
  }

  private static double sphere(Map<String, Object> values) {
    return IntStream.range(0, DIMENSION)
        .mapToDouble(i -> Math.pow(number(values, i) - 0.5, 2))
        .sum();
  }

  private static double rosenbrock(Map<String, Object> values) {
    double sum = 0;
    for (int i = 0; i < DIMENSION - 1; i++) {
      double x = number(values, i);
      sum += 100 * Math.pow(number(values, i + 1) - x * x, 2) + Math.pow(1 - x, 2);
    }
    return sum;
  }
}
