package dev.steepest.study.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.study.search.Trial.State;
import dev.steepest.study.stats.MannWhitney;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.function.LongToDoubleFunction;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What learns must beat what does not at equal cost. The constants of the searchers were chosen on
 * seeds below 300; these are others.
 */
class AgainstRandomTest {
  private static final long[] SEEDS = LongStream.range(4000, 4050).toArray();
  private static final double CLAIM = 0.01;

  /** Looks at a whole trial: 3³. */
  private static final int LOOKS = 27;

  @Test
  void theFunctionsHaveTheirMinima() {
    Map<String, Object> branin = Map.of("x", Math.PI, "y", 2.275);
    Map<String, Object> hartmann =
        Map.of(
            "x0", 0.20169, "x1", 0.150011, "x2", 0.476874, "x3", 0.275332, "x4", 0.311652, "x5",
            0.6573);
    assertThat(Objectives.BRANIN.truth(branin)).isCloseTo(0.397887, within(1e-6));
    assertThat(Objectives.HARTMANN_6.truth(hartmann)).isCloseTo(-3.32237, within(1e-5));
  }

  @ParameterizedTest
  @EnumSource(Objectives.class)
  void parzenBeatsRandom(Objectives objective) {
    double[] random =
        results(seed -> found(objective, new RandomSearch(objective.space, seed), seed));
    double[] parzen =
        results(
            seed -> found(objective, new TreeParzen(objective.space, seed, Goal.MINIMIZE), seed));

    assertBetter(parzen, random);
  }

  @ParameterizedTest
  @EnumSource(Objectives.class)
  void halvingBeatsTrainingToTheEnd(Objectives objective) {
    EarlyTermination halving = SuccessiveHalving.from(Goal.MINIMIZE, 1, 3, LOOKS);

    double[] whole = results(seed -> foundInLooks(objective, EarlyTermination.NEVER, seed));
    double[] halved = results(seed -> foundInLooks(objective, halving, seed));

    assertBetter(halved, whole);
  }

  private static double[] results(LongToDoubleFunction search) {
    return Arrays.stream(SEEDS).mapToDouble(search).toArray();
  }

  private static void assertBetter(double[] one, double[] other) {
    MannWhitney test = MannWhitney.of(one, other);
    assertThat(median(one)).as("medians").isLessThan(median(other));
    assertThat(test.p()).as(test.toString()).isLessThan(CLAIM);
  }

  private static double median(double[] values) {
    return Arrays.stream(values).sorted().skip(values.length / 2).findFirst().orElseThrow();
  }

  /** The truth at the configuration that looked best after a number of whole trials. */
  private static double found(Objectives objective, Searcher searcher, long seed) {
    List<Trial> trials = new ArrayList<>();
    for (int number = 0; number < objective.trials; number++) {
      Map<String, Object> values = searcher.propose(number, trials).orElseThrow();
      double seen = objective.truth(values) + objective.noise * random(seed, number).nextGaussian();
      trials.add(ended(Trial.begun(number, values), List.of(), State.FINISHED, seen));
    }
    return chosen(objective, trials);
  }

  /** Neighbouring seeds of {@link Random} begin alike, so they are mixed first. */
  private static Random random(long seed, int number) {
    return new Random(Draws.mix(seed * 1_000_003 + number));
  }

  private static double chosen(Objectives objective, List<Trial> trials) {
    return objective.truth(Ranking.of(trials, Goal.MINIMIZE).ranked().getFirst().values());
  }

  /**
   * The same where a trial comes down to its value with looks, from above and from a place of its
   * own, and all looks together are as many as those of the whole trials of the budget.
   */
  private static double foundInLooks(Objectives objective, EarlyTermination rule, long seed) {
    Searcher searcher = new RandomSearch(objective.space, seed);
    List<Trial> trials = new ArrayList<>();
    int left = objective.trials * LOOKS;
    for (int number = 0; left >= LOOKS; number++) {
      Trial trial = Trial.begun(number, searcher.propose(number, trials).orElseThrow());
      Random random = random(seed, number);
      double start = 1 + random.nextDouble();
      List<Report> reports = new ArrayList<>();
      boolean ends = false;
      for (int look = 1; look <= LOOKS && !ends; look++) {
        double seen =
            objective.truth(trial.values())
                + start * Math.pow(look, -0.7)
                + objective.noise * random.nextGaussian();
        reports.add(new Report(look, seen));
        ends = rule.ends(ended(trial, reports, State.RUNNING, seen), trials);
        left--;
      }
      State state = reports.size() == LOOKS ? State.FINISHED : State.TERMINATED;
      trials.add(ended(trial, reports, state, reports.getLast().value()));
    }
    return chosen(objective, trials);
  }

  private static Trial ended(Trial trial, List<Report> reports, State state, double value) {
    return new Trial(trial.number(), trial.values(), state, reports, OptionalDouble.of(value));
  }
}
