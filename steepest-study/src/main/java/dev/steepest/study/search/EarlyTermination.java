package dev.steepest.study.search;

import java.util.List;

/** Says which trials are not worth going on with. Pure, like {@link Searcher}. */
public interface EarlyTermination {

  /** Every trial is trained to its end. */
  EarlyTermination NEVER = (_, _) -> false;

  /**
   * Whether a trial is to be ended after its newest report.
   *
   * @param trial with that report among its reports
   * @param others all other trials of the sweep with their reports so far
   */
  boolean ends(Trial trial, List<Trial> others);
}
