package dev.steepest.study.search;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Every configuration once, in the order of the file; the last parameter varies fastest.
 *
 * @param space one whose configurations can be counted
 */
public record GridSearch(SearchSpace space) implements Searcher {

  @Override
  public Optional<SortedMap<String, Object>> propose(int number, List<Trial> trials) {
    return number < space.size().orElseThrow()
        ? Optional.of(space.point(number))
        : Optional.empty();
  }
}
