package dev.steepest.study.report;

import dev.steepest.study.record.Metric;
import dev.steepest.study.record.Outcome.Status;
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
 * @param facts of where it ran, by {@link dev.steepest.study.record.Environment} name
 */
record ForeignRun(
    String model,
    String optimizer,
    OptionalLong seed,
    Status status,
    Map<String, Object> config,
    SortedMap<String, Double> results,
    List<Point> points,
    Map<String, String> facts,
    Path source) {

  /** Final values by which two files cannot tell of the same run and differ. */
  private static final List<String> FINAL = List.of(Metric.TEST_ACCURACY, Metric.TTA_ACCURACY);

  /** Percentages with ten digits, read back as fractions, agree this well. */
  private static final double SAME = 1e-9;

  /**
   * One epoch; NaN where the file says nothing of a time.
   *
   * @param epochSeconds of training within this epoch
   * @param seconds of training through this epoch
   * @param values by our names, finite
   */
  record Point(
      double epoch, double epochSeconds, double seconds, SortedMap<String, Double> values) {

    Point {
      values = new TreeMap<>(values);
      values.values().removeIf(value -> !Double.isFinite(value));
    }

    Point(double epoch, double trainLoss, double accuracy, double epochSeconds, double seconds) {
      this(
          epoch,
          epochSeconds,
          seconds,
          new TreeMap<>(Map.of(Metric.TRAIN_LOSS, trainLoss, Metric.VAL_ACCURACY, accuracy)));
    }

    /** The accuracy told to be of the test set. */
    Point ofTestSet() {
      SortedMap<String, Double> moved = new TreeMap<>(values);
      Double accuracy = moved.remove(Metric.VAL_ACCURACY);
      if (accuracy != null) {
        moved.put(Metric.TEST_ACCURACY, accuracy);
      }
      return new Point(epoch, epochSeconds, seconds, moved);
    }
  }

  /** A finished run of which no more is told. */
  ForeignRun(
      String model,
      String optimizer,
      OptionalLong seed,
      Map<String, Object> config,
      SortedMap<String, Double> results,
      List<Point> points,
      Path source) {
    this(model, optimizer, seed, Status.FINISHED, config, results, points, Map.of(), source);
  }

  ForeignRun {
    config = new TreeMap<>(config);
    results = new TreeMap<>(results);
    points = List.copyOf(points);
    facts = Map.copyOf(facts);
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
    return sameModel(other.model)
        && optimizer.equals(other.optimizer)
        && (seed.isEmpty() || other.seed.isEmpty() || seed.equals(other.seed))
        && !source.equals(other.source)
        && FINAL.stream().allMatch(value -> agree(results.get(value), other.results.get(value)));
  }

  /** Our tables name the network alone, our logs the whole problem, "network · data". */
  private boolean sameModel(String other) {
    return model.equals(other)
        || model.startsWith(other + RunFacts.SEPARATOR)
        || other.startsWith(model + RunFacts.SEPARATOR);
  }

  private static boolean agree(Double one, Double other) {
    return one == null || other == null || Math.abs(one - other) <= SAME;
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
        status,
        settings,
        values,
        points.isEmpty() ? other.points : points,
        facts.isEmpty() ? other.facts : facts,
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
      clocked.add(new Point(p.epoch(), p.epochSeconds(), seconds, p.values()));
    }
    return clocked;
  }

  static OptionalDouble finite(double value) {
    return Double.isFinite(value) ? OptionalDouble.of(value) : OptionalDouble.empty();
  }
}
