package dev.steepest.optim.golden;

import dev.steepest.optim.Rule;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** Which family of tests follows which recorded optimizer. */
final class Translation {

  static final Map<String, Family> FAMILIES = collect();

  private Translation() {}

  private static Map<String, Family> collect() {
    Map<String, Family> all = new TreeMap<>();
    Stream.of(
            new FirstOrder(),
            new Adaptive(),
            new Tensorwise(),
            new Spectral(),
            new MicrosoftDion(),
            new AdaGoRuns(),
            new Kronecker(),
            new Wrapped())
        .forEach(families -> all.putAll(families.families()));
    return all;
  }

  static List<Group> one(Class<? extends Rule> rule, Recorded read) {
    return List.of(new Group(null, rule, read.finish()));
  }

  /** The roles of the case's parameters; none where there is one group. */
  static Set<String> roles(JsonNode c) {
    return c.path("params")
        .valueStream()
        .filter(p -> p.hasNonNull("role"))
        .map(p -> p.get("role").asString())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The one role that is not among {@code others}; null where there are no roles. */
  static String ownRole(JsonNode c, Set<String> others) {
    Set<String> own = roles(c);
    own.removeAll(others);
    if (own.size() > 1) {
      throw new IllegalArgumentException("more than one role of parameters: " + own);
    }
    return own.stream().findFirst().orElse(null);
  }

  static String precision(JsonNode c) {
    return c.get("case").asString().endsWith("bf16") ? "bfloat16" : "parameter";
  }
}
