package dev.steepest.lab.distributed;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How long others are waited for.
 *
 * @param join until all processes have come together
 * @param silence until a process that does not answer is lost
 */
public record Patience(Duration join, Duration silence) {
  /** Sets {@link #join}, whole seconds. */
  public static final String JOIN = "STEEPEST_JOIN_SECONDS";

  /** Sets {@link #silence}, whole seconds. */
  public static final String SILENCE = "STEEPEST_SILENCE_SECONDS";

  /**
   * Assumed: time for all nodes of a cluster to start a JVM; 20 s of silence end a job within the
   * half minute that is promised.
   */
  public static final Patience USUAL =
      new Patience(Duration.ofSeconds(120), Duration.ofSeconds(20));

  /** Two beats must fit into it. */
  private static final int LEAST_SILENCE = 3;

  private static final int DAY = 86_400;

  /**
   * {@link #USUAL}, unless the environment says otherwise.
   *
   * @throws WorldException naming each value that is out of range
   */
  public static Patience of(Map<String, String> environment) {
    List<String> problems = new ArrayList<>();
    Patience patience =
        new Patience(
            seconds(environment, JOIN, 1, USUAL.join, problems),
            seconds(environment, SILENCE, LEAST_SILENCE, USUAL.silence, problems));
    if (!problems.isEmpty()) {
      throw new WorldException(String.join("\n", problems));
    }
    return patience;
  }

  private static Duration seconds(
      Map<String, String> environment,
      String name,
      int least,
      Duration usual,
      List<String> problems) {
    String text = environment.get(name);
    if (text == null) {
      return usual;
    }
    if (text.matches("\\d{1,9}")) {
      int seconds = Integer.parseInt(text);
      if (seconds >= least && seconds <= DAY) {
        return Duration.ofSeconds(seconds);
      }
    }
    problems.add(
        "%s is '%s'; allowed are %d to %d whole seconds.".formatted(name, text, least, DAY));
    return usual;
  }
}
