package dev.steepest.optim;

import java.util.ArrayList;
import java.util.List;

/**
 * Parameters that one rule updates with one set of hyper-parameters.
 *
 * @param name unique within an optimizer
 * @param rule checked here: hyper-parameters in range, every parameter admitted
 * @param parameters at least one
 */
public record ParameterGroup(String name, Rule rule, List<Parameter> parameters) {

  public ParameterGroup {
    parameters = List.copyOf(parameters);
    if (parameters.isEmpty()) {
      throw new IllegalArgumentException("group '" + name + "' has no parameters");
    }
    if (!(rule instanceof Record hyper)) {
      throw new IllegalArgumentException(
          "group '"
              + name
              + "': the rule "
              + Knobs.name(rule.getClass())
              + " is no record; make it one, each component a hyper-parameter with a @Knob");
    }
    Knobs.check(hyper);
    List<String> refused = new ArrayList<>();
    for (Parameter parameter : parameters) {
      try {
        rule.admit(parameter);
      } catch (IllegalArgumentException reason) {
        refused.add(reason.getMessage());
      }
    }
    if (!refused.isEmpty()) {
      throw new IllegalArgumentException("group '" + name + "': " + String.join("; ", refused));
    }
  }

  /** Number of elements of all parameters. */
  public long elements() {
    return parameters.stream().mapToLong(parameter -> parameter.tensor().numel()).sum();
  }

  /** One line: name, rule, hyper-parameters, number of tensors and elements. */
  public String describe() {
    return String.format(
        "%s: %s, %d tensors, %d elements",
        name, Knobs.describe(rule), parameters.size(), elements());
  }
}
