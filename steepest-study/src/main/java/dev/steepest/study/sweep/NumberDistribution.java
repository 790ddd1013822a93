package dev.steepest.study.sweep;

import dev.steepest.study.search.Distribution;
import dev.steepest.study.search.LogUniform;
import dev.steepest.study.search.Parametric;
import dev.steepest.study.search.Quantized;
import dev.steepest.study.search.Smooth;
import dev.steepest.study.search.Uniform;
import dev.steepest.study.search.WholeUniform;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** The distributions of numbers by their names in W&B's files, with what they mean there. */
enum NumberDistribution {
  WHOLE_UNIFORM("int_uniform", Bounds.WHOLE, false),
  UNIFORM("uniform", Bounds.VALUES, false),
  Q_UNIFORM("q_uniform", Bounds.VALUES, true),
  /** Its bounds are natural logarithms, W&B's older way. */
  LOG_UNIFORM("log_uniform", Bounds.EXPONENTS, false),
  Q_LOG_UNIFORM("q_log_uniform", Bounds.EXPONENTS, true),
  INV_LOG_UNIFORM("inv_log_uniform", Bounds.EXPONENTS_OF_INVERSE, false),
  LOG_UNIFORM_VALUES("log_uniform_values", Bounds.LOGARITHMIC, false),
  Q_LOG_UNIFORM_VALUES("q_log_uniform_values", Bounds.LOGARITHMIC, true),
  /** Bounds are those of the value, whose inverse is log-uniform: so is then the value. */
  INV_LOG_UNIFORM_VALUES("inv_log_uniform_values", Bounds.LOGARITHMIC, false),
  NORMAL("normal", Bounds.MEAN_AND_DEVIATION, false),
  Q_NORMAL("q_normal", Bounds.MEAN_AND_DEVIATION, true),
  LOG_NORMAL("log_normal", Bounds.MEAN_AND_DEVIATION, false),
  Q_LOG_NORMAL("q_log_normal", Bounds.MEAN_AND_DEVIATION, true),
  BETA("beta", Bounds.SHAPES, false),
  Q_BETA("q_beta", Bounds.SHAPES, true);

  static final Map<String, NumberDistribution> BY_NAME = new LinkedHashMap<>();

  static {
    for (NumberDistribution d : values()) {
      BY_NAME.put(d.word, d);
    }
  }

  /** Which keys it has, and what they are. */
  private enum Bounds {
    WHOLE("min", "max"),
    VALUES("min", "max"),
    EXPONENTS("min", "max"),
    EXPONENTS_OF_INVERSE("min", "max"),
    LOGARITHMIC("min", "max"),
    MEAN_AND_DEVIATION("mu", "sigma"),
    SHAPES("a", "b");

    private final String first;
    private final String second;

    Bounds(String first, String second) {
      this.first = first;
      this.second = second;
    }
  }

  private static final String Q = "q";

  private final String word;
  private final Bounds bounds;
  private final boolean quantized;

  NumberDistribution(String word, Bounds bounds, boolean quantized) {
    this.word = word;
    this.bounds = bounds;
    this.quantized = quantized;
  }

  /** Its name in a file. */
  String word() {
    return word;
  }

  List<String> keys() {
    List<String> keys = new ArrayList<>(List.of(bounds.first, bounds.second));
    if (quantized) {
      keys.add(Q);
    }
    return keys;
  }

  /** The distribution, or nothing where it is wrong, which is then told. */
  Optional<Distribution> read(Fields fields) {
    Optional<? extends Distribution> base =
        switch (bounds) {
          case WHOLE -> whole(fields);
          case MEAN_AND_DEVIATION -> normal(fields);
          case SHAPES -> beta(fields);
          case VALUES, EXPONENTS, EXPONENTS_OF_INVERSE, LOGARITHMIC -> between(fields);
        };
    OptionalDouble q = quantized ? step(fields) : OptionalDouble.of(1);
    if (base.isEmpty() || q.isEmpty()) {
      return Optional.empty();
    }
    if (base.get() instanceof Smooth smooth && !Double.isFinite(largest(smooth))) {
      fields.problem("reaches numbers that 64 bits cannot hold; narrow it");
      return Optional.empty();
    }
    return quantized && base.get() instanceof Smooth smooth
        ? quantized(fields, new Quantized(smooth, q.getAsDouble()))
        : Optional.of(base.get());
  }

  /** The size of the numbers that come of it, as far as a share of 53 bits reaches. */
  private static double largest(Smooth smooth) {
    return Math.max(Math.abs(smooth.quantile(0)), Math.abs(smooth.quantile(1)));
  }

  /** W&B's default step is 1. */
  private static OptionalDouble step(Fields fields) {
    if (!fields.has(Q)) {
      return OptionalDouble.of(1);
    }
    OptionalDouble q = fields.number(Q);
    if (q.isPresent() && q.getAsDouble() <= 0) {
      fields.problem(Q, "= " + q.getAsDouble() + " is no step; allowed: numbers above 0");
      return OptionalDouble.empty();
    }
    return q;
  }

  private static Optional<Distribution> quantized(Fields fields, Quantized d) {
    if (!Double.isFinite(largest(d.base()) / d.q())) {
      fields.problem(
          Q,
          "= %s is too fine a step for numbers of the size of %s"
              .formatted(d.q(), largest(d.base())));
      return Optional.empty();
    }
    return Optional.of(d);
  }

  private Optional<Distribution> whole(Fields fields) {
    require(fields);
    OptionalLong min = fields.whole(bounds.first, Long.MIN_VALUE);
    OptionalLong max = fields.whole(bounds.second, Long.MIN_VALUE);
    if (min.isEmpty() || max.isEmpty() || !ordered(fields, min.getAsLong(), max.getAsLong())) {
      return Optional.empty();
    }
    if ((double) max.getAsLong() - (double) min.getAsLong() >= 0x1p50) {
      fields.problem(bounds.second, "is more than 2^50 away from min; use a narrower range");
      return Optional.empty();
    }
    return Optional.of(new WholeUniform(min.getAsLong(), max.getAsLong()));
  }

  private Optional<Smooth> between(Fields fields) {
    require(fields);
    OptionalDouble first = fields.number(bounds.first);
    OptionalDouble second = fields.number(bounds.second);
    if (first.isEmpty()
        || second.isEmpty()
        || !ordered(fields, first.getAsDouble(), second.getAsDouble())) {
      return Optional.empty();
    }
    double min = first.getAsDouble();
    double max = second.getAsDouble();
    return switch (bounds) {
      case VALUES -> uniform(fields, min, max);
      case LOGARITHMIC -> logarithmic(fields, min, max);
      case EXPONENTS -> exponents(fields, min, max);
      default -> exponents(fields, -max, -min);
    };
  }

  private static Optional<Smooth> uniform(Fields fields, double min, double max) {
    if (!Double.isFinite(max - min)) {
      fields.problem("max", "is too far away from min for numbers of 64 bits");
      return Optional.empty();
    }
    return Optional.of(new Uniform(min, max));
  }

  private static Optional<Smooth> logarithmic(Fields fields, double min, double max) {
    if (min <= 0) {
      fields.problem(
          "min",
          "= %s has no logarithm; allowed: numbers above 0, e.g. %s"
              .formatted(min, Math.min(max / 1000, 1e-3) > 0 ? Math.min(max / 1000, 1e-3) : 1e-3));
      return Optional.empty();
    }
    return Optional.of(new LogUniform(min, max));
  }

  private Optional<Smooth> exponents(Fields fields, double min, double max) {
    double low = Math.exp(min);
    double high = Math.exp(max);
    if (low == 0 || Double.isInfinite(high) || low == high) {
      fields.problem(
          low == 0 ? bounds.first : bounds.second,
          String.format(
              Locale.ROOT,
              "is an exponent of e in %s: values from e^%s = %s to e^%s = %s cannot be told apart"
                  + " or written; %s_values takes the values themselves",
              word,
              min,
              low,
              max,
              high,
              word));
      return Optional.empty();
    }
    return Optional.of(new LogUniform(low, high));
  }

  private Optional<Smooth> normal(Fields fields) {
    OptionalDouble mu = orDefault(fields, bounds.first, 0);
    OptionalDouble sigma = positive(fields, bounds.second);
    if (mu.isEmpty() || sigma.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        this == NORMAL || this == Q_NORMAL
            ? Parametric.normal(mu.getAsDouble(), sigma.getAsDouble())
            : Parametric.logNormal(mu.getAsDouble(), sigma.getAsDouble()));
  }

  private Optional<Smooth> beta(Fields fields) {
    OptionalDouble a = positive(fields, bounds.first);
    OptionalDouble b = positive(fields, bounds.second);
    return a.isEmpty() || b.isEmpty()
        ? Optional.empty()
        : Optional.of(Parametric.beta(a.getAsDouble(), b.getAsDouble()));
  }

  private static OptionalDouble orDefault(Fields fields, String key, double preset) {
    return fields.has(key) ? fields.number(key) : OptionalDouble.of(preset);
  }

  /** W&B's default of all that must be above 0 is 1. */
  private static OptionalDouble positive(Fields fields, String key) {
    OptionalDouble number = orDefault(fields, key, 1);
    if (number.isPresent() && number.getAsDouble() <= 0) {
      fields.problem(
          key, "= " + number.getAsDouble() + " is out of range; allowed: numbers above 0");
      return OptionalDouble.empty();
    }
    return number;
  }

  private void require(Fields fields) {
    for (String key : List.of(bounds.first, bounds.second)) {
      if (!fields.has(key)) {
        fields.missing(key, word + " lies between min and max");
      }
    }
  }

  private boolean ordered(Fields fields, double min, double max) {
    if (min < max) {
      return true;
    }
    fields.problem(
        bounds.second,
        min == max
            ? "equals min, so there is nothing to search; write 'value: …' for a constant"
            : "lies below min; swap them");
    return false;
  }
}
