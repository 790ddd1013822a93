package dev.steepest.optim;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/**
 * Learning-rate schedules that differ between groups.
 *
 * @param named schedules of some groups, by name, which {@link Preset#group} says for those of a
 *     preset; {@link Schedule#times} gives a multiple of one
 * @param others the schedule of all other groups
 */
public record GroupSchedules(SortedMap<String, Schedule> named, Schedule others) {

  public GroupSchedules {
    named = Collections.unmodifiableSortedMap(new TreeMap<>(named));
  }

  /** One schedule for all groups. */
  public static GroupSchedules same(Schedule schedule) {
    return new GroupSchedules(new TreeMap<>(), schedule);
  }

  /** One schedule for all groups, multiplied by a number of its own for some. */
  public static GroupSchedules multiples(Schedule schedule, Map<String, Double> factors) {
    SortedMap<String, Schedule> named = new TreeMap<>();
    factors.forEach((group, factor) -> named.put(group, schedule.times(factor)));
    return new GroupSchedules(named, schedule);
  }

  /**
   * These with another schedule for all other groups. Groups whose schedule is a {@link Multiple}
   * of the one it takes the place of follow: they have the same multiple of the new one.
   */
  public GroupSchedules withOthers(Schedule replacement) {
    SortedMap<String, Schedule> following = new TreeMap<>(named);
    following.replaceAll((_, schedule) ->
        schedule instanceof Multiple(Schedule base, double multiple) && base.equals(others)
            ? replacement.times(multiple)
            : schedule);
    return new GroupSchedules(following, replacement);
  }

  /** Schedules of which every name is that of a group. */
  @FunctionalInterface
  public interface Factors {

    /** What {@link Optimizer#step(ToDoubleFunction)} wants for {@code step}, from 0. */
    ToDoubleFunction<ParameterGroup> at(long step);
  }

  /**
   * The schedules for one optimizer, whose groups are looked at once: {@code Factors factors =
   * schedules.of(optimizer)} before the loop, {@code optimizer.step(factors.at(step))} in it.
   *
   * @throws IllegalArgumentException where the optimizer has no group of a given name
   */
  public Factors of(Optimizer optimizer) {
    List<String> known = optimizer.groups().stream().map(ParameterGroup::name).toList();
    List<String> unknown = new ArrayList<>(named.keySet());
    unknown.removeAll(known);
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "schedules for groups that are not there: "
              + String.join(", ", unknown)
              + "; known: "
              + String.join(", ", known));
    }
    return step -> group -> named.getOrDefault(group.name(), others).factor(step);
  }
}
