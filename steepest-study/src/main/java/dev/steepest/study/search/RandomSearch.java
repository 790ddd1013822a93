package dev.steepest.study.search;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Independent draws of all parameters (Bergstra and Bengio 2012); without replacement where the
 * configurations can be counted.
 */
public record RandomSearch(SearchSpace space, long seed) implements Searcher {

  @Override
  public Optional<SortedMap<String, Object>> propose(int number, List<Trial> trials) {
    return new Untried(space, trials).any(new Draws(seed, number));
  }
}
