package dev.steepest.study.sweep;

import dev.steepest.study.file.Node;
import dev.steepest.study.file.Node.Scalar;
import dev.steepest.study.file.Problems;
import dev.steepest.study.search.Categorical;
import dev.steepest.study.search.Constant;
import dev.steepest.study.search.Distribution;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/** Reads the distribution of one hyper-parameter. */
final class ParameterReader {
  static final String DISTRIBUTION = "distribution";
  static final String VALUE = "value";
  static final String VALUES = "values";
  static final String PROBABILITIES = "probabilities";

  private static final String CONSTANT = "constant";
  private static final String CATEGORICAL = "categorical";
  private static final String WEIGHTED = "categorical_w_probabilities";

  /** The keys that a hyper-parameter may have. */
  static final List<String> KEYS =
      List.of(
          VALUE, VALUES, PROBABILITIES, "min", "max", "mu", "sigma", "q", "a", "b", DISTRIBUTION);

  /** Assumed: rounding of probabilities that were written with a few digits, e.g. 0.33 thrice. */
  private static final double SUM_TOLERANCE = 1e-6;

  private ParameterReader() {}

  /** The distribution, or nothing where it is wrong, which is then told. */
  static Optional<Distribution> read(Fields fields) {
    fields.allowOnly("key of a hyper-parameter", KEYS);
    List<String> known = new ArrayList<>(List.of(CONSTANT, CATEGORICAL, WEIGHTED));
    known.addAll(NumberDistribution.BY_NAME.keySet());
    Optional<String> given = fields.choice(DISTRIBUTION, DISTRIBUTION, known);
    if (fields.has(DISTRIBUTION) && given.isEmpty()) {
      return Optional.empty();
    }
    Optional<String> name = given.or(() -> implied(fields));
    if (name.isEmpty()) {
      return Optional.empty();
    }
    List<String> meant = keysOf(name.get());
    fields.keys().stream()
        .filter(key -> KEYS.contains(key) && !meant.contains(key) && !key.equals(DISTRIBUTION))
        .forEach(key ->
            fields.problem(
                key,
                "means nothing to the distribution %s; its keys: %s"
                    .formatted(name.get(), String.join(", ", meant))));
    return switch (name.get()) {
      case CONSTANT -> constant(fields);
      case CATEGORICAL, WEIGHTED -> categorical(fields, name.get().equals(WEIGHTED));
      default -> NumberDistribution.BY_NAME.get(name.get()).read(fields);
    };
  }

  private static List<String> keysOf(String distribution) {
    return switch (distribution) {
      case CONSTANT -> List.of(VALUE);
      case CATEGORICAL, WEIGHTED -> List.of(VALUES, PROBABILITIES);
      default -> NumberDistribution.BY_NAME.get(distribution).keys();
    };
  }

  /** What W&B takes a hyper-parameter for that names no distribution. */
  private static Optional<String> implied(Fields fields) {
    if (fields.has(VALUE)) {
      return Optional.of(CONSTANT);
    }
    if (fields.has(VALUES)) {
      return Optional.of(CATEGORICAL);
    }
    if (fields.has("q") || fields.has("mu") || fields.has("sigma")) {
      fields.missing(
          DISTRIBUTION,
          "write one that has q, mu or sigma: "
              + String.join(
                  ", ",
                  NumberDistribution.BY_NAME.entrySet().stream()
                      .filter(e -> e.getValue().keys().stream().anyMatch(fields::has))
                      .map(Map.Entry::getKey)
                      .toList()));
      return Optional.empty();
    }
    if (fields.has("min") || fields.has("max")) {
      return Optional.of(
          whole(fields, "min") && whole(fields, "max")
              ? NumberDistribution.WHOLE_UNIFORM.word()
              : NumberDistribution.UNIFORM.word());
    }
    fields.problem("says nothing of its values; write value, values, min and max, or distribution");
    return Optional.empty();
  }

  private static boolean whole(Fields fields, String key) {
    return fields
        .node(key)
        .filter(node -> node instanceof Scalar s && Literals.whole(s.text()).isPresent())
        .isPresent();
  }

  private static Optional<Distribution> constant(Fields fields) {
    if (!fields.has(VALUE)) {
      fields.missing(VALUE, "write the one value");
    }
    return fields.node(VALUE).flatMap(node -> literal(fields, VALUE, node)).map(Constant::new);
  }

  private static Optional<Object> literal(Fields fields, String key, Node node) {
    if (node instanceof Scalar s && !s.text().isEmpty()) {
      return Optional.of(Literals.value(s.text()));
    }
    fields.problem(
        key,
        node instanceof Scalar
            ? "holds an empty value; write a number, a word, true or false"
            : "holds a list or group; a value is a number, a word, true or false");
    return Optional.empty();
  }

  private static Optional<Distribution> categorical(Fields fields, boolean weighted) {
    if (!fields.has(VALUES)) {
      fields.missing(VALUES, "write the list of values");
    }
    if (weighted && !fields.has(PROBABILITIES)) {
      fields.missing(PROBABILITIES, "write one number per value");
    }
    Problems before = new Problems();
    Optional<List<Object>> values = fields.list(VALUES).map(list -> literals(fields, list, before));
    if (values.isEmpty() || !before.isEmpty()) {
      return Optional.empty();
    }
    if (!fields.has(PROBABILITIES)) {
      return Optional.of(Categorical.of(values.get()));
    }
    return fields
        .list(PROBABILITIES)
        .flatMap(list -> probabilities(fields, list))
        .flatMap(p -> weighted(fields, values.get(), p));
  }

  private static List<Object> literals(Fields fields, List<Node> items, Problems found) {
    List<Object> values = new ArrayList<>();
    Set<Object> seen = new HashSet<>();
    for (Node item : items) {
      Optional<Object> value = literal(fields, VALUES, item);
      value.ifPresent(values::add);
      if (value.isEmpty() || !seen.add(comparable(value.get()))) {
        found.add("told");
        value.ifPresent(v ->
            fields.problem(
                VALUES,
                "lists %s twice; keep one of them (probabilities say how often it is tried)"
                    .formatted(v)));
      }
    }
    return values;
  }

  /** 1 and 1.0 are one value. */
  private static Object comparable(Object value) {
    return value instanceof Number n ? new BigDecimal(n.toString()).stripTrailingZeros() : value;
  }

  private static Optional<List<Double>> probabilities(Fields fields, List<Node> items) {
    List<Double> all = new ArrayList<>();
    for (Node item : items) {
      OptionalDouble p =
          item instanceof Scalar s ? Literals.number(s.text()) : OptionalDouble.empty();
      if (p.isEmpty() || p.getAsDouble() < 0) {
        fields.problem(
            PROBABILITIES,
            "lists %s, which is not a probability; allowed: numbers from 0"
                .formatted(item instanceof Scalar s ? "'" + s.text() + "'" : "a list or group"));
        return Optional.empty();
      }
      all.add(p.getAsDouble());
    }
    return Optional.of(all);
  }

  private static Optional<Distribution> weighted(
      Fields fields, List<Object> values, List<Double> probabilities) {
    if (values.size() != probabilities.size()) {
      fields.problem(
          PROBABILITIES,
          "lists %d numbers for %d values; write one per value"
              .formatted(probabilities.size(), values.size()));
      return Optional.empty();
    }
    double sum = probabilities.stream().mapToDouble(p -> p).sum();
    if (Math.abs(sum - 1) > SUM_TOLERANCE) {
      fields.problem(PROBABILITIES, "sum to " + sum + "; they must sum to 1");
      return Optional.empty();
    }
    List<Object> possible = new ArrayList<>();
    List<Double> shares = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      if (probabilities.get(i) > 0) {
        possible.add(values.get(i));
        shares.add(probabilities.get(i) / sum);
      }
    }
    return Optional.of(new Categorical(possible, shares));
  }
}
