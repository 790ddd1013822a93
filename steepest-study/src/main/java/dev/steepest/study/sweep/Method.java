package dev.steepest.study.sweep;

import dev.steepest.study.search.Goal;
import dev.steepest.study.search.GridSearch;
import dev.steepest.study.search.RandomSearch;
import dev.steepest.study.search.SearchSpace;
import dev.steepest.study.search.Searcher;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** How a sweep searches, by the words of its file. */
enum Method {
  GRID,
  RANDOM;

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
    };
  }
}
