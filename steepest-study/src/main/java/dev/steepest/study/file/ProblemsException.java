package dev.steepest.study.file;

import java.util.List;

/** Everything that is wrong with an experiment file and its overrides. The user's to mend. */
public final class ProblemsException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient List<String> problems;

  public ProblemsException(String what, List<String> problems) {
    super(what + "\n  " + String.join("\n  ", problems));
    this.problems = List.copyOf(problems);
  }

  /** One sentence each, starting with where it is. */
  public List<String> problems() {
    return problems;
  }
}
