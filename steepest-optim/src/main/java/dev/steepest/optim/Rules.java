package dev.steepest.optim;

import java.util.List;
import java.util.Map;

/**
 * Every rule on the class path, found by looking, not listed: the classes of package {@code
 * dev.steepest.optim.rule} in every folder and jar. Adding a rule is therefore adding one file.
 */
public final class Rules {

  private Rules() {}

  /** All rules, by name. */
  public static List<Class<? extends Rule>> all() {
    return Found.RULES;
  }

  /** The record that a rule is, for {@link Knobs}. */
  public static Class<? extends Record> hyper(Class<? extends Rule> rule) {
    return rule.asSubclass(Record.class);
  }

  /** A rule from configuration; problems as {@link Knobs#make}. */
  public static <R extends Rule> R make(Class<R> rule, Map<String, ?> given) {
    return rule.cast(Knobs.make(hyper(rule), given));
  }

  private static final class Found {
    static final List<Class<? extends Rule>> RULES = ClassScan.find(Rule.class, "rule");
  }
}
