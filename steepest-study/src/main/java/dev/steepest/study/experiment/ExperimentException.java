package dev.steepest.study.experiment;

import java.util.List;

/** Everything that is wrong with an experiment file and its overrides. The user's to mend. */
public final class ExperimentException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient List<String> problems;

  public ExperimentException(String what, List<String> problems) {
    super(what + "\n  " + String.join("\n  ", problems));
    this.problems = List.copyOf(problems);
  }

  /** One sentence each, starting with where it is. */
  public List<String> problems() {
    return problems;
  }
}
