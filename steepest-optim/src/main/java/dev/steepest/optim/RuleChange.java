package dev.steepest.optim;

import java.util.ArrayList;
import java.util.List;

/** Whether one rule can go on with what another has kept. */
final class RuleChange {

  private RuleChange() {}

  /** Refuses a rule of another class than the group's, or one that keeps other buffers. */
  static void requireSameState(ParameterGroup group, Rule changed) {
    Rule present = group.rule();
    if (!present.getClass().equals(changed.getClass())) {
      throw new IllegalArgumentException(
          "group '"
              + group.name()
              + "' is updated by "
              + Knobs.name(present.getClass())
              + ", not "
              + Knobs.name(changed.getClass())
              + "; make another optimizer for another rule");
    }
    List<String> problems = new ArrayList<>();
    for (Parameter parameter : group.parameters()) {
      List<String> kept = names(present, parameter);
      List<String> wanted = names(changed, parameter);
      if (!kept.equals(wanted)) {
        problems.add("'" + parameter.name() + "' has " + kept + ", not " + wanted);
      }
    }
    if (!present.numbers().keySet().equals(changed.numbers().keySet())) {
      problems.add(
          "it counts " + present.numbers().keySet() + ", not " + changed.numbers().keySet());
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          "group '"
              + group.name()
              + "' cannot change to "
              + changed
              + ", which keeps other state: "
              + String.join("; ", problems)
              + "; change only what leaves the state as it is");
    }
  }

  /** Names and shapes; what fills a buffer first is no matter once it is there. */
  private static List<String> names(Rule rule, Parameter parameter) {
    return rule.buffers(parameter).stream().map(buffer -> buffer.name() + buffer.shape()).toList();
  }
}
