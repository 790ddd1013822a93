package dev.steepest.study.sweep;

import dev.steepest.study.search.EarlyTermination;
import dev.steepest.study.search.Goal;
import dev.steepest.study.search.Searcher;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * A sweep as its file describes it, checked.
 *
 * @param name names the folder of its runs
 * @param about one line for people
 * @param program what the file says is to be run: a configuration or experiment file, or a script
 *     of another program, which is not run
 * @param arguments what the file hands to every trial beside its parameters, as on a command line
 * @param metric the objective, in the file's words; empty where a grid or random search names none
 * @param goal which way it improves
 * @param target a value at which the sweep may end
 * @param parameters names of the hyper-parameters in the order of the file
 * @param searcher proposes configurations
 * @param termination ends trials early
 * @param cap most trials; empty where the space or a person is the end
 * @param text the file and what was set on top of it: what a sweep is known by
 */
public record Sweep(
    String name,
    String about,
    String program,
    List<String> arguments,
    String metric,
    Goal goal,
    OptionalDouble target,
    List<String> parameters,
    Searcher searcher,
    EarlyTermination termination,
    OptionalInt cap,
    String text) {

  public Sweep {
    arguments = List.copyOf(arguments);
    parameters = List.copyOf(parameters);
  }

  /**
   * The same in the words of who makes its runs.
   *
   * @param measured what the metric is called there
   * @param everything a text that says more than the file
   */
  public Sweep retold(String measured, String everything) {
    return new Sweep(
        name,
        about,
        program,
        arguments,
        measured,
        goal,
        target,
        parameters,
        searcher,
        termination,
        cap,
        everything);
  }
}
