package dev.steepest.study.report;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.DoubleStream;

/**
 * What one file says of one run, in the words of that file put into ours: accuracies are fractions
 * already.
 *
 * @param config settings, leaves of JSON
 * @param results by our names
 * @param points in order of epochs
 */
record ForeignRun(
    String model,
    String optimizer,
    OptionalLong seed,
    Map<String, Object> config,
    SortedMap<String, Double> results,
    List<Point> points,
    Path source) {

  /**
   * One epoch; NaN where the file says nothing.
   *
   * @param seconds of training through this epoch
   */
  record Point(
      double epoch, double trainLoss, double accuracy, double epochSeconds, double seconds) {}

  ForeignRun {
    config = new TreeMap<>(config);
    results = new TreeMap<>(results);
    points = List.copyOf(points);
  }

  /**
   * A number that accuracies of one file are multiplied by: 1 for fractions, .01 for percentages.
   * No accuracy above 1.5 is a fraction; no run whose accuracies all stay below 1.5 % is worth a
   * percent sign.
   */
  static double accuracyScale(DoubleStream accuracies) {
    return accuracies.filter(Double::isFinite).max().orElse(0) > 1.5 ? .01 : 1;
  }

  /**
   * Whether {@code other} may be the same run told by another file: nothing they both say differs.
   */
  boolean sameAs(ForeignRun other) {
    return model.equals(other.model)
        && optimizer.equals(other.optimizer)
        && (seed.isEmpty() || other.seed.isEmpty() || seed.equals(other.seed))
        && !source.equals(other.source);
  }

  /** This run, completed by what only {@code other} says. */
  ForeignRun with(ForeignRun other) {
    Map<String, Object> settings = new TreeMap<>(other.config);
    settings.putAll(config);
    SortedMap<String, Double> values = new TreeMap<>(other.results);
    values.putAll(results);
    return new ForeignRun(
        model,
        optimizer,
        seed.isPresent() ? seed : other.seed,
        settings,
        values,
        points.isEmpty() ? other.points : points,
        source);
  }

  /** Points with the clock filled in where each epoch has its own seconds. */
  static List<Point> clocked(List<Point> points) {
    boolean none = points.stream().noneMatch(p -> Double.isFinite(p.seconds()));
    boolean each = points.stream().allMatch(p -> Double.isFinite(p.epochSeconds()));
    if (!none || !each) {
      return points;
    }
    List<Point> clocked = new ArrayList<>();
    double seconds = 0;
    for (Point p : points) {
      seconds += p.epochSeconds();
      clocked.add(new Point(p.epoch(), p.trainLoss(), p.accuracy(), p.epochSeconds(), seconds));
    }
    return clocked;
  }

  static OptionalDouble finite(double value) {
    return Double.isFinite(value) ? OptionalDouble.of(value) : OptionalDouble.empty();
  }
}
