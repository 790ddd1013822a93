package dev.steepest.study.track;

import dev.steepest.study.record.Evaluation;
import dev.steepest.study.record.Outcome;
import java.util.SortedMap;

/**
 * One run being told to one tracker, row by row. What was told is kept if the process is killed.
 */
public interface Tracking extends AutoCloseable {
  /** Tells nobody. */
  Tracking NONE =
      new Tracking() {
        @Override
        public void evaluated(Evaluation row) {}

        @Override
        public void stepped(Evaluation row) {}

        @Override
        public void ends(Outcome outcome, SortedMap<String, Double> results) {}

        @Override
        public void close() {}
      };

  /** A look at the run, as {@code metrics.csv} has it. */
  void evaluated(Evaluation row);

  /** A logged step, as {@code steps.csv} has it. */
  void stepped(Evaluation row);

  /**
   * The run is over, for now or for good.
   *
   * @param results values measured once, by the names of metrics; empty where there are none
   */
  void ends(Outcome outcome, SortedMap<String, Double> results);

  /** Lets go of files; what was not ended is left as if killed. */
  @Override
  void close();
}
