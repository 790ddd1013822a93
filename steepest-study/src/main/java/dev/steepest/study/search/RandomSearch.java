package dev.steepest.study.search;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/** Independent draws of all parameters (Bergstra and Bengio 2012). */
public record RandomSearch(SearchSpace space, long seed) implements Searcher {

  @Override
  public Optional<SortedMap<String, Object>> propose(int number, List<Trial> trials) {
    Draws draws = new Draws(seed, number);
    int free = space.free().size();
    return Untried.first(space, trials, draws, _ -> space.at(draws.uniforms(free)));
  }
}
