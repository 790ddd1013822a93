package dev.steepest.optim.golden;

import dev.steepest.optim.Rule;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
            new SpectralVariants(),
            new Kronecker(),
            new Wrapped())
        .forEach(families -> all.putAll(families.families()));
    return all;
  }

  static List<Group> one(Class<? extends Rule> rule, Recorded read) {
    return List.of(new Group(null, rule, read.finish()));
  }

  static String precision(JsonNode c) {
    return c.get("case").asString().endsWith("bf16") ? "bfloat16" : "parameter";
  }
}
