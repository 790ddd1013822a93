package dev.steepest.study.sweep;

import dev.steepest.study.search.EarlyTermination;
import dev.steepest.study.search.Goal;
import dev.steepest.study.search.Hyperband;
import dev.steepest.study.search.Hyperband.Rule;
import dev.steepest.study.search.SuccessiveHalving;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** Reads {@code early_terminate}. */
final class TerminationReader {
  private static final String TYPE = "type";
  private static final String HYPERBAND = "hyperband";
  private static final String ASHA = "asha";
  private static final String MIN = "min_iter";
  private static final String MAX = "max_iter";
  private static final String STEPS = "s";
  private static final String ETA = "eta";
  private static final String STRICT = "strict";

  /** W&B's default. */
  private static final double THIRD = 3;

  private TerminationReader() {}

  /** The rule, or nothing where it is wrong, which is then told. */
  static Optional<EarlyTermination> read(Fields fields, Goal goal) {
    if (!fields.has(TYPE)) {
      fields.missing(TYPE, "write hyperband or asha");
    }
    Optional<String> type =
        fields.choice(TYPE, "way to end trials early", List.of(HYPERBAND, ASHA));
    boolean asha = type.filter(ASHA::equals).isPresent();
    fields.allowOnly(
        "key of early_terminate",
        asha ? List.of(TYPE, MIN, MAX, ETA) : List.of(TYPE, MIN, MAX, STEPS, ETA, STRICT));
    OptionalLong min = fields.whole(MIN, 1);
    OptionalLong max = fields.whole(MAX, 1);
    OptionalLong steps = fields.whole(STEPS, 1);
    OptionalDouble eta = fields.has(ETA) ? fields.number(ETA) : OptionalDouble.of(THIRD);
    boolean strict = fields.flag(STRICT).orElse(false);
    boolean narrows = eta.isPresent() && eta.getAsDouble() > 1;
    if (eta.isPresent() && !narrows) {
      fields.problem(ETA, "= " + eta.getAsDouble() + " is out of range; allowed: numbers above 1");
    }
    if (type.isEmpty()) {
      return Optional.empty();
    }
    // What is wrong with the other keys is told even where η is wrong.
    double factor = narrows ? eta.getAsDouble() : THIRD;
    Rule rule = strict ? Rule.AT_BRACKET : Rule.BEST_SO_FAR;
    return asha
        ? asha(fields, goal, min, max, factor)
        : hyperband(fields, goal, min, max, steps, factor, rule);
  }

  private static Optional<EarlyTermination> asha(
      Fields fields, Goal goal, OptionalLong min, OptionalLong max, double eta) {
    if (!fields.has(MIN)) {
      fields.missing(MIN, "write after how many looks a trial may be ended first");
    }
    if (min.isEmpty() || (fields.has(MAX) && max.isEmpty())) {
      return Optional.empty();
    }
    if (max.isPresent() && max.getAsLong() <= min.getAsLong()) {
      fields.problem(MAX, "is not above min_iter, so that no trial is ever ended early");
      return Optional.empty();
    }
    double last = max.isPresent() ? max.getAsLong() : Double.POSITIVE_INFINITY;
    return Optional.of(SuccessiveHalving.from(goal, min.getAsLong(), eta, last));
  }

  private static Optional<EarlyTermination> hyperband(
      Fields fields,
      Goal goal,
      OptionalLong min,
      OptionalLong max,
      OptionalLong steps,
      double eta,
      Rule rule) {
    if (fields.has(MIN) == fields.has(MAX)) {
      fields.problem("needs either min_iter, or max_iter with s");
      return Optional.empty();
    }
    if (fields.has(MIN) && fields.has(STEPS)) {
      fields.problem(STEPS, "counts back from max_iter, which is not given; leave it out");
    }
    if (min.isPresent()) {
      return Optional.of(Hyperband.from(goal, min.getAsLong(), eta, rule));
    }
    if (fields.has(MAX) && !fields.has(STEPS)) {
      fields.missing(STEPS, "max_iter needs it: how many brackets there are");
    }
    if (max.isEmpty() || steps.isEmpty()) {
      return Optional.empty();
    }
    Hyperband hyperband = Hyperband.downFrom(goal, max.getAsLong(), steps.getAsLong(), eta, rule);
    if (hyperband.brackets().isEmpty()) {
      fields.problem(MAX, "is below eta, so that there is no bracket; raise it, or lower eta");
      return Optional.empty();
    }
    return Optional.of(hyperband);
  }
}
