package dev.steepest.study.report;

import dev.steepest.study.record.Metric;
import dev.steepest.study.record.Outcome.Status;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
    Status status,
    Map<String, Object> config,
    SortedMap<String, Double> results,
    List<Point> points,
    Origin origin) {

  /** Final values by which two files cannot tell of the same run and differ. */
  private static final List<String> FINAL =
      List.of(Metric.TEST_ACCURACY, Metric.TTA_ACCURACY, Metric.VAL_LOSS, Metric.TOTAL_SECONDS);

  /** Numbers written with ten digits agree this well, relative to those above 1. Derived. */
  private static final double SAME = 1e-9;

  /** Our summaries end with the id of their run; see {@link RunSummaries#name}. */
  private static final Pattern SUMMARY = Pattern.compile(".*_([0-9a-f]{12})(?:_\\d+)?\\.json");

  /** What kind of file tells of a run. */
  enum Form {
    /** A benchmark's log, which holds each of its runs once and whole. */
    LOG,
    /** A table or summary, one of several views of a run. */
    VIEW
  }

  /**
   * Who tells of a run, and what of its making.
   *
   * @param id of the run's settings and seed, where the file states it
   * @param facts of where it ran, by {@link dev.steepest.study.record.Environment} name
   * @param checksums of its data, by split
   */
  record Origin(
      Path file,
      Form form,
      Optional<String> id,
      Map<String, String> facts,
      Map<String, String> checksums) {

    Origin {
      facts = Map.copyOf(facts);
      checksums = Map.copyOf(checksums);
    }

    /** One of several views of a run, which tells nothing of its making. */
    static Origin view(Path file) {
      Matcher summary = SUMMARY.matcher(file.getFileName().toString());
      Optional<String> id = summary.matches() ? Optional.of(summary.group(1)) : Optional.empty();
      return new Origin(file, Form.VIEW, id, Map.of(), Map.of());
    }

    /** This, completed by what only {@code other} says. */
    Origin with(Origin other) {
      return new Origin(
          file,
          form,
          id.or(() -> other.id),
          facts.isEmpty() ? other.facts : facts,
          checksums.isEmpty() ? other.checksums : checksums);
    }
  }

  /**
   * One epoch, or one look at a run on tokens; NaN where the file says nothing of a time.
   *
   * @param step optimizer steps; −1 where the file does not count them
   * @param epochSeconds of training within this epoch
   * @param seconds of training through this epoch
   * @param values by our names, finite
   */
  record Point(
      double epoch,
      long step,
      double epochSeconds,
      double seconds,
      SortedMap<String, Double> values) {

    Point(double epoch, double epochSeconds, double seconds, SortedMap<String, Double> values) {
      this(epoch, -1, epochSeconds, seconds, values);
    }

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
      return new Point(epoch, step, epochSeconds, seconds, moved);
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
    this(model, optimizer, seed, Status.FINISHED, config, results, points, Origin.view(source));
  }

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
    return !origin.file.equals(other.origin.file)
        && optimizer.equals(other.optimizer)
        && (seed.isEmpty() || other.seed.isEmpty() || seed.equals(other.seed))
        && sameSettings(other)
        && FINAL.stream().allMatch(value -> agree(results.get(value), other.results.get(value)));
  }

  /** By their ids; two logs without them tell of two runs, however alike these came out. */
  private boolean sameSettings(ForeignRun other) {
    if (origin.id.isPresent() && other.origin.id.isPresent()) {
      return origin.id.equals(other.origin.id);
    }
    boolean logs = origin.form == Form.LOG && other.origin.form == Form.LOG;
    return !logs && sameModel(other);
  }

  /** Our tables name the network alone, our logs the whole problem. */
  private boolean sameModel(ForeignRun other) {
    boolean whole = model.contains(RunFacts.SEPARATOR) && other.model.contains(RunFacts.SEPARATOR);
    return model.equals(other.model) || (!whole && network().equals(other.network()));
  }

  /** The network by the settings, else by the problem's name, "network · data". */
  private String network() {
    Object stated = config.get("model");
    Object name = stated instanceof Map<?, ?> section ? section.get("name") : stated;
    return name instanceof String text ? text : model.split(RunFacts.SEPARATOR, 2)[0];
  }

  private static boolean agree(Double one, Double other) {
    return one == null
        || other == null
        || Math.abs(one - other) <= SAME * Math.max(1, Math.abs(one));
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
        origin.with(other.origin));
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
      clocked.add(new Point(p.epoch(), p.step(), p.epochSeconds(), seconds, p.values()));
    }
    return clocked;
  }

  static OptionalDouble finite(double value) {
    return Double.isFinite(value) ? OptionalDouble.of(value) : OptionalDouble.empty();
  }
}
