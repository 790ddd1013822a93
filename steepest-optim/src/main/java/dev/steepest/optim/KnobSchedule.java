package dev.steepest.optim;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How hyper-parameters of one group move during a run: momentum that warms up, weight decay that
 * falls. The learning rate's own factor stays with {@link Optimizer#step(double)}.
 *
 * <pre>{@code
 * KnobSchedule momentum = KnobSchedule.of(group, Map.of(
 *     "momentum", KnobSchedule.Course.values(new Linear(0.85, 0.95, 300))));
 * ...
 * momentum.apply(optimizer, step);
 * optimizer.step(schedule.factor(step));
 * }</pre>
 *
 * <p>A file of {@link Optimizer#save} has the hyper-parameters that were in force: a new process
 * applies the schedule for the last step made before it loads the file.
 *
 * @param group name of the group
 * @param base the rule whose hyper-parameters factors multiply, and which gives all that do not
 *     move
 * @param courses by hyper-parameter key, such as {@code "beta1"}; at least one, all of numbers
 */
public record KnobSchedule(String group, Rule base, SortedMap<String, Course> courses) {

  /** What a schedule's number is to a hyper-parameter. */
  public enum Meaning {
    /** The hyper-parameter itself. */
    VALUE,
    /** A multiplier of what the base rule has. */
    FACTOR
  }

  /**
   * The way of one hyper-parameter.
   *
   * @param schedule a number for each step; whole for a hyper-parameter that is a whole number
   * @param meaning what the number is
   */
  public record Course(Schedule schedule, Meaning meaning) {

    /** The schedule gives the hyper-parameter itself. */
    public static Course values(Schedule schedule) {
      return new Course(schedule, Meaning.VALUE);
    }

    /** The schedule multiplies what the rule has. */
    public static Course factors(Schedule schedule) {
      return new Course(schedule, Meaning.FACTOR);
    }
  }

  public KnobSchedule {
    courses = Collections.unmodifiableSortedMap(new TreeMap<>(courses));
    List<String> movable =
        Knobs.of(Rules.hyper(base.getClass())).stream()
            .filter(knob -> knob.type() == double.class || knob.type() == long.class)
            .map(Knobs.Declared::key)
            .toList();
    List<String> problems = new ArrayList<>();
    if (courses.isEmpty()) {
      problems.add("no hyper-parameter moves");
    }
    for (String key : courses.keySet()) {
      if (!movable.contains(key)) {
        problems.add("'" + key + "' is no number of the rule" + Suggestion.among(movable, key));
      }
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          "schedule of group '"
              + group
              + "': "
              + String.join("; ", problems)
              + "; what can move: "
              + String.join(", ", movable));
    }
  }

  /** Moves hyper-parameters of {@code group} from what they are now. */
  public static KnobSchedule of(ParameterGroup group, Map<String, Course> courses) {
    return new KnobSchedule(group.name(), group.rule(), new TreeMap<>(courses));
  }

  /**
   * The rule in force at {@code step}, from 0.
   *
   * @throws IllegalArgumentException where a schedule leaves a hyper-parameter's range
   */
  public Rule at(long step) {
    Map<String, Object> values = new TreeMap<>(Knobs.values((Record) base));
    courses.forEach((key, course) -> {
      double number = course.schedule().factor(step);
      values.put(
          key,
          course.meaning() == Meaning.VALUE
              ? number
              : number * ((Number) values.get(key)).doubleValue());
    });
    return Rules.make(base.getClass(), values);
  }

  /** Puts the rule of {@code step}, from 0, in force; call it before that step. */
  public void apply(Optimizer optimizer, long step) {
    optimizer.adjust(group, at(step));
  }
}
