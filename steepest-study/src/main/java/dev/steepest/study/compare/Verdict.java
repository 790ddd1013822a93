package dev.steepest.study.compare;

import dev.steepest.study.experiment.DecisionRule;
import java.util.List;
import java.util.stream.Stream;

/**
 * What the runs say under the rule that was stated before them.
 *
 * @param sentences the verdict in words; the first says all of it, the others give the figures
 * @param problems one by one, in order of first appearance among the records
 * @param alarms what a reader must know before believing the sentences
 */
public record Verdict(
    DecisionRule rule, List<String> sentences, List<ProblemVerdict> problems, List<Alarm> alarms) {

  public Verdict {
    if (sentences.isEmpty()) {
      throw new IllegalArgumentException("a verdict has at least one sentence");
    }
    sentences = List.copyOf(sentences);
    problems = List.copyOf(problems);
    alarms = List.copyOf(alarms);
  }

  /** The same verdict with more to know before believing it. */
  public Verdict with(List<Alarm> more) {
    return new Verdict(
        rule, sentences, problems, Stream.concat(alarms.stream(), more.stream()).toList());
  }

  /** The whole verdict in one sentence. */
  public String headline() {
    return sentences.getFirst();
  }
}
