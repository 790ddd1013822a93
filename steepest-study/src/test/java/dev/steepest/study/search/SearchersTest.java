package dev.steepest.study.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steepest.study.search.QuasiRandomSearch.Sequence;
import dev.steepest.study.search.SearchSpace.Parameter;
import dev.steepest.study.search.Trial.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every searcher keeps. */
class SearchersTest {
  /** Every kind of parameter beside each other. */
  private static final SearchSpace MIXED =
      new SearchSpace(
          List.of(
              new Parameter("optimizer", Categorical.of(List.of("sgd", "adam", "muon"))),
              new Parameter("nesterov", new Categorical(List.of(true, false), List.of(0.9, 0.1))),
              new Parameter("lr", new LogUniform(1e-5, 1)),
              new Parameter("batch", new Quantized(new LogUniform(16, 512), 16)),
              new Parameter("layers", new WholeUniform(1, 5)),
              new Parameter("decay", Parametric.normal(0, 1)),
              new Parameter("epochs", new Constant(5L))));

  private static final SearchSpace FINITE =
      new SearchSpace(
          List.of(
              new Parameter("a", Categorical.of(List.of("x", "y", "z"))),
              new Parameter("b", new WholeUniform(1, 4)),
              new Parameter("c", new Quantized(new Uniform(0, 1), 0.25)),
              new Parameter("d", new Constant("fixed"))));

  static Stream<Searcher> searchers() {
    return of(MIXED);
  }

  static Stream<Searcher> overFinite() {
    return Stream.concat(of(FINITE), Stream.of(new GridSearch(FINITE)));
  }

  private static Stream<Searcher> of(SearchSpace space) {
    return Stream.of(
        new RandomSearch(space, 11),
        new TreeParzen(space, 11, Goal.MAXIMIZE),
        new QuasiRandomSearch(space, 11, Sequence.SOBOL),
        new QuasiRandomSearch(space, 11, Sequence.HALTON),
        new CmaEs(space, 11, Goal.MAXIMIZE));
  }

  @ParameterizedTest
  @MethodSource("searchers")
  void theSameHistoryGivesTheSameProposal(Searcher searcher) {
    List<Trial> trials = history(searcher, 40);
    List<Trial> again = history(searcher, 40);
    Optional<SortedMap<String, Object>> next = searcher.propose(40, trials);

    assertThat(again).isEqualTo(trials);
    for (int i = 0; i < 5; i++) {
      assertThat(searcher.propose(40, List.copyOf(trials))).isEqualTo(next);
    }
    assertThat(next.orElseThrow())
        .containsOnlyKeys("optimizer", "nesterov", "lr", "batch", "layers", "decay", "epochs")
        .containsEntry("epochs", 5L);
    assertThat(trials).extracting(Trial::values).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @MethodSource("overFinite")
  void allConfigurationsAreTriedOnce(Searcher searcher) {
    List<Trial> trials = exhaust(searcher, 1000);

    assertThat(trials).hasSize(3 * 4 * 5);
    assertThat(trials).extracting(Trial::values).doesNotHaveDuplicates();
    assertThat(searcher.propose(trials.size(), trials)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("searchers")
  void trialsThatEndBadlyAreBorne(Searcher searcher) {
    List<Trial> trials = new ArrayList<>();
    State[] states = State.values();
    for (int i = 0; i < 60; i++) {
      Trial begun = Trial.begun(i, searcher.propose(i, trials).orElseThrow());
      State state = states[i % states.length];
      double value = i % 7 == 0 ? Double.NaN : i % 11 == 0 ? Double.POSITIVE_INFINITY : i;
      trials.add(
          new Trial(
              i,
              begun.values(),
              state,
              state == State.TERMINATED ? List.of(new Report(1, value)) : List.of(),
              state == State.RUNNING || state == State.FAILED
                  ? OptionalDouble.empty()
                  : OptionalDouble.of(value)));
    }
    assertThat(searcher.propose(60, trials)).isPresent();
  }

  @Test
  void parzenFindsTheGoodCategoryAndTheGoodRange() {
    List<Trial> trials = history(new TreeParzen(MIXED, 2, Goal.MAXIMIZE), 80);
    List<Trial> late = trials.subList(40, 80);

    // By chance a third would be muon, and a fifth within a decade of 1e-2.
    assertThat(late.stream().filter(t -> t.values().get("optimizer").equals("muon")).count())
        .isGreaterThan(20);
    assertThat(late.stream().filter(t -> Math.abs(decades(t)) < 0.5).count()).isGreaterThan(16);
  }

  @Test
  void rankingPutsFinishedBeforeEndedEarlyBeforeDiverged() {
    List<Trial> trials =
        List.of(
            trial(0, State.DIVERGED, 0, OptionalDouble.empty()),
            trial(1, State.TERMINATED, 3, OptionalDouble.of(0.1)),
            trial(2, State.FINISHED, 27, OptionalDouble.of(0.9)),
            trial(3, State.FAILED, 9, OptionalDouble.empty()),
            trial(4, State.TERMINATED, 9, OptionalDouble.of(0.8)),
            trial(5, State.FINISHED, 27, OptionalDouble.of(Double.NaN)),
            trial(6, State.RUNNING, 9, OptionalDouble.empty()),
            trial(7, State.FINISHED, 27, OptionalDouble.of(0.5)),
            trial(8, State.TERMINATED, 9, OptionalDouble.of(0.7)));
    Ranking ranking = Ranking.of(trials, Goal.MINIMIZE);

    assertThat(ranking.ranked()).extracting(Trial::number).containsExactly(7, 2, 8, 4, 1, 0, 5);
    assertThat(ranking.running()).extracting(Trial::number).containsExactly(6);
  }

  private static Trial trial(int number, State state, int iterations, OptionalDouble value) {
    List<Report> reports = iterations == 0 ? List.of() : List.of(new Report(iterations, 1));
    return new Trial(number, Trial.begun(number, Map.of()).values(), state, reports, value);
  }

  private static double decades(Trial trial) {
    return Math.log10(Objectives.number(trial.values(), "lr")) + 2;
  }

  /** Trials whose accuracy is best for muon at a learning rate of 1e-2. */
  private static List<Trial> history(Searcher searcher, int count) {
    List<Trial> trials = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Trial begun = Trial.begun(i, searcher.propose(i, trials).orElseThrow());
      double accuracy =
          (begun.values().get("optimizer").equals("muon") ? 0.9 : 0.7)
              - 0.05 * Math.pow(decades(begun), 2);
      trials.add(
          new Trial(i, begun.values(), State.FINISHED, List.of(), OptionalDouble.of(accuracy)));
    }
    return trials;
  }

  /** Trials until nothing is left, or {@code most}. */
  static List<Trial> exhaust(Searcher searcher, int most) {
    List<Trial> trials = new ArrayList<>();
    while (trials.size() < most) {
      Optional<SortedMap<String, Object>> next = searcher.propose(trials.size(), trials);
      if (next.isEmpty()) {
        break;
      }
      int number = trials.size();
      trials.add(
          new Trial(
              number,
              next.get(),
              State.FINISHED,
              List.of(),
              OptionalDouble.of(next.get().hashCode() % 100)));
    }
    return trials;
  }
}
