package dev.steepest.study.search;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Proposes what to try next. It has no memory of its own: a proposal follows from the seed that it
 * was made with, its number and the trials, so that any process can go on with a search.
 */
public interface Searcher {

  /**
   * The configuration of trial {@code number}.
   *
   * @param number from 0; proposals are asked for in order
   * @param trials all trials proposed so far, by number, those under way among them
   * @return empty where nothing is left to try
   */
  Optional<SortedMap<String, Object>> propose(int number, List<Trial> trials);
}
