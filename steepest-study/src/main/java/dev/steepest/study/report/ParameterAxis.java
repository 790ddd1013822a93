package dev.steepest.study.report;

import dev.steepest.study.compare.Numbers;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;

/**
 * The values that a sweep tried of one hyper-parameter, laid on an axis.
 *
 * @param label the name in short, as far as no other has the same
 * @param levels names in order; empty of numbers
 * @param low smallest coordinate, of {@link #coordinate}
 * @param missing whether some trial has no value of it
 * @param distinct number of different values
 */
record ParameterAxis(
    String name,
    String label,
    Scale scale,
    List<String> levels,
    double low,
    double high,
    boolean missing,
    List<Double> distinct) {

  /** How coordinates are made of values. */
  enum Scale {
    LINEAR,
    LOGARITHMIC,
    NAMES
  }

  /** A labelled place; {@code share} in [0, 1] of the axis. */
  record Tick(double share, String label) {}

  /** Numbers that differ by this factor are seen on a logarithmic axis, whatever lies between. */
  private static final double WIDE = 1000;

  /** Numbers that differ by this factor are, where most of them are small. Assumed. */
  private static final double RATHER_WIDE = 10;

  /** Where the median of numbers drawn from a logarithmic range lies at most. Assumed. */
  private static final double SMALL = .25;

  /** Of no more values than these, the ends are nothing special. Assumed. */
  private static final int FEW = 3;

  /** Digits of a number that is shown; files have all. */
  private static final MathContext DIGITS = new MathContext(4);

  /** Share of an axis kept for trials without a value. */
  private static final double KEPT = .14;

  /** So many values are written at their places; of more there are round numbers. */
  private static final int WRITTEN = 7;

  /**
   * The axis of what was tried.
   *
   * @param values of the trials that have one
   * @param missing whether others have none
   */
  static ParameterAxis of(String name, String label, Collection<Object> values, boolean missing) {
    boolean numbers = !values.isEmpty() && values.stream().allMatch(v -> v instanceof Number);
    if (!numbers) {
      List<String> levels =
          values.stream().sorted(ORDER).map(ParameterAxis::text).distinct().toList();
      return new ParameterAxis(
          name, label, Scale.NAMES, levels, 0, Math.max(1, levels.size() - 1), missing, List.of());
    }
    double[] sorted =
        values.stream().mapToDouble(v -> ((Number) v).doubleValue()).sorted().toArray();
    Scale scale = scale(sorted);
    List<Double> distinct = DoubleStream.of(sorted).distinct().boxed().toList();
    double from = coordinate(scale, sorted[0]);
    double to = coordinate(scale, sorted[sorted.length - 1]);
    return new ParameterAxis(name, label, scale, List.of(), from, to, missing, distinct);
  }

  /**
   * Names in short: the last part of a dotted one, or that before a last part "name"; the whole
   * where two would be the same.
   */
  static Map<String, String> labels(List<String> names) {
    Map<String, String> labels = new LinkedHashMap<>();
    for (String name : names) {
      String label = last(name);
      boolean alone = names.stream().map(ParameterAxis::last).filter(label::equals).count() == 1;
      labels.put(name, alone ? label : name);
    }
    return labels;
  }

  private static String last(String name) {
    return name.replaceAll("\\.name$", "").replaceAll("^.*\\.", "");
  }

  /** Numbers before words, numbers by size. */
  private static final Comparator<Object> ORDER =
      Comparator.comparing((Object v) -> !(v instanceof Number))
          .thenComparingDouble(v -> v instanceof Number n ? n.doubleValue() : 0)
          .thenComparing(ParameterAxis::text);

  private static Scale scale(double[] sorted) {
    double[] distinct = DoubleStream.of(sorted).distinct().toArray();
    double least = distinct[0];
    double most = distinct[distinct.length - 1];
    if (!(least > 0 && most > least)) {
      return Scale.LINEAR;
    }
    if (distinct.length <= WRITTEN) { // a list: whichever axis spreads it more evenly
      double linear =
          DoubleStream.of(distinct).map(v -> (v - least) / (most - least)).average().orElseThrow();
      double logarithmic =
          DoubleStream.of(distinct)
              .map(v -> Math.log(v / least) / Math.log(most / least))
              .average()
              .orElseThrow();
      return Math.abs(logarithmic - .5) < Math.abs(linear - .5) ? Scale.LOGARITHMIC : Scale.LINEAR;
    }
    double median = (sorted[sorted.length / 2] - least) / (most - least);
    boolean wide = most >= WIDE * least || (most >= RATHER_WIDE * least && median < SMALL);
    return wide ? Scale.LOGARITHMIC : Scale.LINEAR;
  }

  /** Whether it differs between trials. */
  boolean varied() {
    return Math.max(levels.size(), distinct.size()) + (missing ? 1 : 0) > 1;
  }

  boolean numeric() {
    return scale != Scale.NAMES;
  }

  /** A value as a number: itself, its logarithm to base 10, or the place of its name. */
  double coordinate(Object value) {
    return numeric()
        ? coordinate(scale, ((Number) value).doubleValue())
        : levels.indexOf(text(value));
  }

  private static double coordinate(Scale scale, double value) {
    return scale == Scale.LOGARITHMIC ? Math.log10(value) : value;
  }

  /** The value at a coordinate of numbers. */
  private double value(double coordinate) {
    return scale == Scale.LOGARITHMIC ? Math.pow(10, coordinate) : coordinate;
  }

  /** What lies at a coordinate, as text; empty where that is NaN: no value. */
  String valueAt(double coordinate) {
    if (Double.isNaN(coordinate)) {
      return "";
    }
    return numeric() ? text(value(coordinate)) : levels.get((int) coordinate);
  }

  /** Where a value lies, in [0, 1]; what is missing lies at 0. */
  double share(Optional<Object> value) {
    return value.map(v -> at(coordinate(v))).orElse(0.0);
  }

  /** Where a coordinate lies, in [0, 1]. */
  double at(double coordinate) {
    double share = high > low ? (coordinate - low) / (high - low) : .5;
    return missing ? KEPT + (1 - KEPT) * share : share;
  }

  List<Tick> ticks() {
    List<Tick> ticks = new ArrayList<>();
    if (missing) {
      ticks.add(new Tick(0, "none"));
    }
    for (int k = 0; k < levels.size(); k++) {
      ticks.add(new Tick(at(k), levels.get(k)));
    }
    for (double value : places()) {
      ticks.add(new Tick(at(coordinate(scale, value)), text(value)));
    }
    return ticks;
  }

  private List<Double> places() {
    if (distinct.size() <= WRITTEN) {
      return distinct;
    }
    if (scale == Scale.LINEAR) {
      return Places.around(low, high).ticks().stream().filter(t -> t >= low && t <= high).toList();
    }
    List<Double> decades = new ArrayList<>();
    for (double power = Math.ceil(low - 1e-9); power <= high + 1e-9; power++) {
      decades.add(Math.pow(10, power));
    }
    return decades.size() > 1 ? decades : List.of(value(low), value(high));
  }

  /** Whether a value is the first or last that was tried of many. */
  boolean atEnd(Object value) {
    double at = numeric() ? coordinate(value) : Double.NaN;
    return distinct.size() > FEW && (at == low || at == high);
  }

  /** "0.0001 to 0.1", "adam, sgd". */
  String range() {
    if (!numeric()) {
      return String.join(", ", levels) + (missing ? ", or none" : "");
    }
    String told =
        distinct.size() <= WRITTEN
            ? String.join(", ", distinct.stream().map(ParameterAxis::text).toList())
            : text(distinct.getFirst()) + " to " + text(distinct.getLast());
    return told + (missing ? ", or none" : "");
  }

  /** A value as people write it, numbers in four digits. */
  static String text(Object value) {
    return value instanceof Double number && Double.isFinite(number)
        ? Numbers.shortest(new BigDecimal(number).round(DIGITS).doubleValue())
        : String.valueOf(value);
  }
}
