package dev.steepest.lab.data;

import java.util.List;

/** Data is missing or unusable. The message lists every problem that was found, not the first. */
public final class DataException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final List<String> problems;

  /**
   * @param summary what was attempted, e.g. {@code "Cannot load cifar10 from /data"}
   * @param problems one line each: path, expected, found
   * @param remedy what to do next; may be empty
   */
  public DataException(String summary, List<String> problems, String remedy) {
    this(summary, problems, remedy, null);
  }

  /** As above, with the error behind the problem. */
  public DataException(String summary, List<String> problems, String remedy, Throwable cause) {
    super(message(summary, problems, remedy), cause);
    this.problems = List.copyOf(problems);
  }

  /** Each problem on its own, in the order found. */
  public List<String> problems() {
    return problems;
  }

  private static String message(String summary, List<String> problems, String remedy) {
    StringBuilder text = new StringBuilder(summary);
    text.append(problems.size() == 1 ? ": 1 problem" : ": " + problems.size() + " problems");
    problems.forEach(problem -> text.append("\n  - ").append(problem));
    if (!remedy.isEmpty()) {
      text.append('\n').append(remedy);
    }
    return text.toString();
  }
}
