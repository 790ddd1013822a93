package dev.steepest.study.sweep;

import dev.steepest.study.search.CmaEs;
import dev.steepest.study.search.Goal;
import dev.steepest.study.search.GridSearch;
import dev.steepest.study.search.QuasiRandomSearch;
import dev.steepest.study.search.QuasiRandomSearch.Sequence;
import dev.steepest.study.search.RandomSearch;
import dev.steepest.study.search.SearchSpace;
import dev.steepest.study.search.Searcher;
import dev.steepest.study.search.TreeParzen;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** How a sweep searches, by the words of its file. The first three are W&B's. */
enum Method {
  GRID,
  RANDOM,
  /** W&B fits a Gaussian process; here it is the estimator of Parzen, which takes any parameter. */
  BAYES,
  SOBOL,
  HALTON,
  CMAES;

  static List<String> words() {
    return Arrays.stream(values()).map(Method::word).toList();
  }

  static Method of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  Searcher searcher(SearchSpace space, long seed, Goal goal) {
    return switch (this) {
      case GRID -> new GridSearch(space);
      case RANDOM -> new RandomSearch(space, seed);
      case BAYES -> new TreeParzen(space, seed, goal);
      case SOBOL -> new QuasiRandomSearch(space, seed, Sequence.SOBOL);
      case HALTON -> new QuasiRandomSearch(space, seed, Sequence.HALTON);
      case CMAES -> new CmaEs(space, seed, goal);
    };
  }
}
