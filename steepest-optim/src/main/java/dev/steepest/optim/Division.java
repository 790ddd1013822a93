package dev.steepest.optim;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Deals parameters out to groups: each group takes some of those that no group has taken before, so
 * that in the end each is in exactly one.
 */
public final class Division {

  private final List<ParameterGroup> groups = new ArrayList<>();
  private List<Parameter> left;

  Division(List<Parameter> parameters) {
    left = List.copyOf(parameters);
  }

  /**
   * A group of those left that have one of the roles.
   *
   * @throws IllegalArgumentException where none has, or the rule cannot take one of them
   */
  public Division group(String name, Rule rule, Role... roles) {
    Set<Role> wanted = Set.copyOf(Arrays.asList(roles));
    return take(name, rule, p -> wanted.contains(p.role()), "has one of the roles " + wanted);
  }

  /**
   * A group of those left whose names match.
   *
   * @param pattern as in {@link Parameters#role}
   */
  public Division group(String name, Rule rule, String pattern) {
    Glob glob = new Glob(pattern);
    String suggestion = Suggestion.among(left.stream().map(Parameter::name).toList(), pattern);
    return take(name, rule, p -> glob.matches(p.name()), "matches '" + pattern + "'" + suggestion);
  }

  /** The groups, the last one of all that are left. */
  public List<ParameterGroup> rest(String name, Rule rule) {
    return take(name, rule, _ -> true, "is left").groups();
  }

  /**
   * The groups.
   *
   * @throws IllegalArgumentException naming the parameters that no group has taken
   */
  public List<ParameterGroup> groups() {
    if (!left.isEmpty()) {
      throw new IllegalArgumentException(
          "in no group: "
              + names(left)
              + "; each parameter belongs to exactly one: add a group,"
              + " end with rest(name, rule), or freeze what is not to be trained");
    }
    return List.copyOf(groups);
  }

  private Division take(String name, Rule rule, Predicate<Parameter> wanted, String what) {
    List<Parameter> taken = left.stream().filter(wanted).toList();
    if (taken.isEmpty()) {
      throw new IllegalArgumentException(
          "group '"
              + name
              + "' would be empty: of the parameters in no group yet none "
              + what
              + "; there "
              + (left.isEmpty() ? "are none" : "are " + names(left)));
    }
    groups.add(new ParameterGroup(name, rule, taken));
    left = left.stream().filter(wanted.negate()).toList();
    return this;
  }

  private static String names(List<Parameter> parameters) {
    return parameters.stream()
        .map(p -> p.name() + " (" + p.role() + ")")
        .collect(Collectors.joining(", "));
  }
}
