package dev.steepest.study.sweep;

import dev.steepest.study.file.Node;
import dev.steepest.study.file.Node.Mapping;
import dev.steepest.study.file.Problems;
import dev.steepest.study.search.Categorical;
import dev.steepest.study.search.QuasiRandomSearch;
import dev.steepest.study.search.SearchSpace;
import dev.steepest.study.search.SearchSpace.Parameter;
import dev.steepest.study.search.Searcher;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads {@code method}, {@code parameters} and {@code seed}: where and how a sweep searches. */
final class SearchReader {
  static final String METHOD = "method";
  static final String SEED = "seed";

  private final Fields root;
  private final Problems problems;
  private final SpaceReader spaces;

  SearchReader(Fields root, Problems problems) {
    this.root = root;
    this.problems = problems;
    this.spaces = new SpaceReader(problems);
  }

  /** A search that can be begun. */
  record Search(SearchSpace space, Searcher searcher) {}

  /** The search, or nothing where something is wrong, which is then told. */
  Optional<Search> read(Objective objective) {
    if (!root.has(METHOD)) {
      root.missing(METHOD, "write one of " + String.join(", ", Method.words()));
    }
    Optional<Method> method = root.choice(METHOD, METHOD, Method.words()).map(Method::of);
    Optional<SearchSpace> space = space();
    OptionalLong seed = root.has(SEED) ? root.whole(SEED, 0) : OptionalLong.of(0);
    method.ifPresent(m -> space.ifPresent(s -> check(m, s, objective)));
    if (method.isEmpty() || space.isEmpty() || seed.isEmpty() || !problems.isEmpty()) {
      return Optional.empty();
    }
    Searcher searcher = method.get().searcher(space.get(), seed.getAsLong(), objective.goal());
    return Optional.of(new Search(space.get(), searcher));
  }

  private Optional<SearchSpace> space() {
    String key = SpaceReader.PARAMETERS;
    if (!root.has(key)) {
      root.missing(key, "write at least one hyper-parameter");
      return Optional.empty();
    }
    Node node = root.node(key).orElseThrow();
    if (!(node instanceof Mapping groups)) {
      root.problem(key, "is not a group of hyper-parameters; write 'lr: {min: 0.001, max: 0.1}'");
      return Optional.empty();
    }
    int before = problems.messages().size();
    SearchSpace space = spaces.read(groups);
    return problems.messages().size() == before ? Optional.of(space) : Optional.empty();
  }

  private void check(Method method, SearchSpace space, Objective objective) {
    switch (method) {
      case GRID -> space.parameters().forEach(this::checkGrid);
      case BAYES, CMAES -> {
        if (!objective.isNamed()) {
          problem(method, "needs a metric; write metric: {name: …, goal: …}");
        }
        if (space.free().isEmpty()) {
          problem(method, "has nothing to search: every hyper-parameter has one value");
        }
      }
      case SOBOL -> {
        if (space.free().size() > QuasiRandomSearch.MOST_SOBOL) {
          problem(method, "can search %d hyper-parameters".formatted(QuasiRandomSearch.MOST_SOBOL));
        }
      }
      case RANDOM, HALTON -> {
        // search anything
      }
    }
  }

  private void problem(Method method, String what) {
    root.problem(METHOD, "= " + method.word() + " " + what);
  }

  private void checkGrid(Parameter parameter) {
    String where = spaces.where(parameter.name());
    String name = SpaceReader.PARAMETERS + "." + parameter.name();
    if (parameter.distribution().size().isEmpty()) {
      problems.add(
          where,
          name
              + " has no end of values, so a grid cannot go through them; write values,"
              + " a q_… distribution between bounds, or method: random");
    }
    if (parameter.distribution() instanceof Categorical c
        && !c.equals(Categorical.of(c.values()))) {
      problems.add(
          where, name + ".probabilities mean nothing to a grid, which tries every value once");
    }
  }
}
