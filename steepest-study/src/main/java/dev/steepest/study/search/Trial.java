package dev.steepest.study.search;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One configuration that was tried, or is being tried.
 *
 * @param number in the order of proposals, from 0
 * @param values of the hyper-parameters by dotted name: {@link String}, {@link Long}, {@link
 *     Double} or {@link Boolean}
 * @param state how far it is
 * @param reports on its way, by iteration
 * @param value of the objective at its end; empty before, and where it has none
 */
public record Trial(
    int number,
    SortedMap<String, Object> values,
    State state,
    List<Report> reports,
    OptionalDouble value) {

  public enum State {
    /** Claimed by a worker, or waiting for another one after its worker died. */
    RUNNING,
    /** Trained to its end. */
    FINISHED,
    /** Ended by early termination; its value is that of its last report. */
    TERMINATED,
    /** Its loss became infinite or not a number: worse than all that have a value. */
    DIVERGED,
    /** The machine or the program failed, as often as it was tried: says nothing of the values. */
    FAILED;

    /** Whether nothing more will be learned of it. */
    public boolean ended() {
      return this != RUNNING;
    }
  }

  public Trial {
    values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
    reports = List.copyOf(reports);
  }

  /** A trial that has begun. */
  public static Trial begun(int number, Map<String, Object> values) {
    return new Trial(
        number, new TreeMap<>(values), State.RUNNING, List.of(), OptionalDouble.empty());
  }
}
