package dev.steepest.study.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.steepest.study.plan.Settings;
import dev.steepest.study.record.RecordException;
import dev.steepest.study.stats.Interval;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * The file {@code benchmark.json}: everything that a speed benchmark measured and computed, to be
 * read by people and programs. Keys are the names of these components in {@code snake_case}.
 * Accuracies are fractions, times seconds, numbers read back to the same bits. What was not
 * measured is absent, in a list null, never zero.
 *
 * @param format of the file; this version reads 1 to {@value #FORMAT}
 * @param timestamp when the file was written
 * @param experiment name of the experiment
 * @param level of all intervals
 * @param verdict what may be said under the rule that was stated before the runs
 * @param source the code that made the runs
 * @param environment every value that a run states of a fact, by fact
 * @param dataSha256 every checksum that a run states of a data split, by split
 */
public record BenchmarkLog(
    int format,
    Instant timestamp,
    String experiment,
    String title,
    double level,
    List<String> verdict,
    Source source,
    SortedMap<String, List<String>> environment,
    SortedMap<String, List<String>> dataSha256,
    List<Problem> problems) {

  public static final int FORMAT = 1;

  /** The file's name in a report's folder. */
  public static final String FILE = "benchmark.json";

  /**
   * Where the runs' code came from.
   *
   * @param commits every commit that a run names
   * @param changed whether any run was made by code that was changed after its commit; empty where
   *     none says
   * @param experiments the experiment files of the runs as they were sealed, with the options that
   *     changed them; empty where none was sealed
   */
  public record Source(List<String> commits, Optional<Boolean> changed, List<String> experiments) {
    public Source {
      commits = List.copyOf(commits);
      experiments = experiments == null ? List.of() : List.copyOf(experiments);
    }
  }

  /**
   * What was held equal.
   *
   * @param accuracyMetric what {@code accs} are: {@code tta_accuracy} or {@code test_accuracy}
   * @param valOf whose accuracy and loss stand in the history under {@code val_acc} and {@code
   *     val_loss}: {@code validation} images, or the {@code test} set, by which Steepest selected
   *     nothing; empty where neither was measured
   * @param arms the baseline first
   */
  public record Problem(
      String problem,
      String accuracyMetric,
      Optional<String> valOf,
      List<Arm> arms,
      List<Comparison> comparisons) {
    public Problem {
      arms = List.copyOf(arms);
      comparisons = List.copyOf(comparisons);
    }
  }

  /**
   * One arm. {@code seeds}, {@code accs}, {@code times} and {@code runs} list the finished runs in
   * one order.
   *
   * @param mode its name
   * @param hyperparameters all settings, of its first run
   * @param seeds null where a run's seed is not known
   * @param times seconds of whole runs
   * @param accuracy statistics of {@code accs}; empty where there is none
   */
  public record Arm(
      String mode,
      Map<String, Object> hyperparameters,
      List<OptionalLong> seeds,
      List<OptionalDouble> accs,
      List<OptionalDouble> times,
      List<Run> runs,
      Lost lost,
      Optional<Statistics> accuracy,
      Optional<Statistics> time,
      List<HistoryRow> history) {
    public Arm {
      hyperparameters = new Settings(hyperparameters).tree();
      seeds = List.copyOf(seeds);
      accs = List.copyOf(accs);
      times = List.copyOf(times);
      runs = List.copyOf(runs);
      history = List.copyOf(history);
    }
  }

  /**
   * A finished run.
   *
   * @param run its place in the arm, from 0
   * @param results every value measured at the end, by metric
   * @param environment the facts that not all runs of the log state alike
   * @param dataSha256 the checksums that not all runs of the log state alike
   */
  public record Run(
      int run,
      OptionalLong seed,
      String id,
      SortedMap<String, Double> results,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) SortedMap<String, String> environment,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) SortedMap<String, String> dataSha256) {
    public Run {
      results = Collections.unmodifiableSortedMap(new TreeMap<>(results));
      environment = orEmpty(environment);
      dataSha256 = orEmpty(dataSha256);
    }

    /** Logs that were written before these were. */
    private static SortedMap<String, String> orEmpty(SortedMap<String, String> map) {
      return Collections.unmodifiableSortedMap(map == null ? new TreeMap<>() : new TreeMap<>(map));
    }
  }

  /** Seeds of runs that have no final value, by how they ended. */
  public record Lost(List<Long> diverged, List<Long> failed, List<Long> unfinished) {
    public Lost {
      diverged = List.copyOf(diverged);
      failed = List.copyOf(failed);
      unfinished = List.copyOf(unfinished);
    }
  }

  /**
   * Statistics of one sample.
   *
   * @param std with n − 1
   * @param ciT Student's t interval of the mean
   * @param ciBootstrap percentile bootstrap of the mean
   * @param ciBootstrapBca the same resamples, bias-corrected and accelerated
   */
  public record Statistics(
      int n,
      double mean,
      OptionalDouble std,
      double median,
      double min,
      double max,
      Optional<Interval> ciT,
      Optional<Interval> ciBootstrap,
      Optional<Interval> ciBootstrapBca,
      Optional<Integer> resamples,
      OptionalLong bootstrapSeed) {}

  /** An arm against the baseline. */
  public record Comparison(String mode, String baseline, Contrast accuracy, Contrast time) {}

  /**
   * One quantity of an arm against the baseline's; t and differences are arm less baseline.
   *
   * @param ci Welch's interval of the difference
   * @param holmP Welch's p after Holm over all arms
   * @param significant whether {@code holmP} is below 1 − level
   * @param paired over shared seeds; empty below two
   * @param speedupPercent (baseline − arm) / baseline · 100; of times only
   * @param ratio arm / baseline; of times only
   */
  public record Contrast(
      OptionalDouble difference,
      Optional<Interval> ci,
      OptionalDouble tStatistic,
      OptionalDouble degreesOfFreedom,
      OptionalDouble pValue,
      OptionalDouble holmP,
      Optional<Boolean> significant,
      Optional<Paired> paired,
      OptionalDouble speedupPercent,
      OptionalDouble ratio,
      Optional<Interval> ratioCi) {}

  /** Differences of runs that share a seed. */
  public record Paired(
      int pairs, double difference, Interval ci, OptionalDouble tStatistic, double pValue) {}

  /**
   * A look at a run.
   *
   * @param run its place in the arm, from 0
   * @param seconds of training through it
   */
  public record HistoryRow(
      int run,
      double epoch,
      OptionalDouble trainAcc,
      OptionalDouble trainLoss,
      OptionalDouble valAcc,
      OptionalDouble valLoss,
      OptionalDouble seconds) {}

  public BenchmarkLog {
    verdict = List.copyOf(verdict);
    environment = Collections.unmodifiableSortedMap(new TreeMap<>(environment));
    dataSha256 = Collections.unmodifiableSortedMap(new TreeMap<>(dataSha256));
    problems = List.copyOf(problems);
  }

  /**
   * Reads a {@code benchmark.json}.
   *
   * @throws RecordException naming the file where it cannot be read, is no such log or is of a
   *     newer format
   */
  public static BenchmarkLog read(Path file) {
    try {
      return of(BenchmarkLogWriter.JSON.readTree(Files.readString(file)));
    } catch (RecordException e) {
      throw new RecordException(file + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new RecordException(file + ": cannot be read: " + e.getMessage(), e);
    } catch (JacksonException e) {
      throw new RecordException(
          "%s: is not valid JSON (line %d); half-written or edited? Write the report again."
              .formatted(file, e.getLocation().getLineNr()),
          e);
    }
  }

  /** Whether {@code json} has the shape of such a log, of whatever format. */
  static boolean is(JsonNode json) {
    return json.path("format").isIntegralNumber() && json.path("problems").isArray();
  }

  /** Fails with a {@link RecordException} whose message is to follow the file's name. */
  static BenchmarkLog of(JsonNode json) {
    if (!is(json)) {
      throw new RecordException("is no benchmark log; it has no keys 'format' and 'problems'");
    }
    int format = json.path("format").asInt(0);
    if (format < 1 || format > FORMAT) {
      throw new RecordException(
          "has format %d; this version reads 1 to %d".formatted(format, FORMAT));
    }
    try {
      return BenchmarkLogWriter.JSON.treeToValue(json, BenchmarkLog.class);
    } catch (JacksonException | IllegalArgumentException | NullPointerException e) {
      throw new RecordException("is not a whole benchmark log: " + e.getMessage(), e);
    }
  }
}
