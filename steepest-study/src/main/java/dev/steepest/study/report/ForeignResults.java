package dev.steepest.study.report;

import dev.steepest.study.record.RecordException;
import dev.steepest.study.record.RunRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;

/**
 * Runs read from a folder that another program wrote. Understood are
 *
 * <ul>
 *   <li>a summary per run, {@code {config, best_acc, history{epochs, train_loss, test_acc,
 *       epoch_time}}};
 *   <li>nested results, {@code {Model: {Optimizer: {best_acc, history…}}}};
 *   <li>flat lists of runs or of epochs, {@code [{model, optimizer, …}, …]};
 *   <li>speed benchmarks: our own {@code benchmark.json} and two published forms of {@code
 *       log.json}, see {@link BenchmarkImport};
 *   <li>runs on tokens: {@code metrics.json}, {@code comparison_summary.json} and {@code log.json}
 *       in two published forms, see {@link LanguageImport};
 *   <li>tables {@code summary_results.csv} (a row per run) and {@code epoch_metrics_long.csv} (a
 *       row per epoch).
 * </ul>
 *
 * Keys are matched without regard to case, with their common spellings. Accuracies may be
 * percentages or fractions. The same run found in several files is one record.
 *
 * <p>What a file does not say is absent from the record. A run without a seed gets a negative
 * number of its own, so that it is never paired with another; a point without a clock has NaN
 * seconds; steps and samples are −1. A best accuracy without a curve stands among the results as
 * {@code best_val_accuracy}, a total time as {@code total_train_seconds}, a time to a target as
 * {@code seconds_to_60%}.
 *
 * @param records what was understood, in order of first appearance by file name
 * @param notUnderstood files that were not read, with the reason
 */
public record ForeignResults(List<RunRecord> records, List<Unread> notUnderstood) {

  /** A file that was not understood, and why. */
  public record Unread(Path file, String reason) {}

  public ForeignResults {
    records = List.copyOf(records);
    notUnderstood = List.copyOf(notUnderstood);
  }

  /**
   * Reads every file below {@code folder}, and nothing else.
   *
   * @throws UncheckedIOException where the folder itself cannot be read
   */
  public static ForeignResults read(Path folder) {
    return read(folder, 0);
  }

  /**
   * Reads every file below {@code folder} after others were read, whose unseeded runs must keep
   * their numbers for themselves.
   *
   * @param before how many runs were read already
   * @throws UncheckedIOException where the folder itself cannot be read
   */
  public static ForeignResults read(Path folder, int before) {
    List<ForeignRun> runs = new ArrayList<>();
    List<Unread> unread = new ArrayList<>();
    for (Path file : files(folder)) {
      try {
        List<ForeignRun> found = runs(file);
        if (found.isEmpty()) {
          unread.add(new Unread(file, "holds no run"));
        }
        runs.addAll(found);
      } catch (NotUnderstood | RecordException e) {
        unread.add(new Unread(file, e.getMessage()));
      } catch (JacksonException e) {
        unread.add(new Unread(file, "is not valid JSON: " + e.getOriginalMessage()));
      } catch (IOException | UncheckedIOException e) {
        unread.add(new Unread(file, "cannot be read: " + e.getMessage()));
      }
    }
    return new ForeignResults(ForeignMerge.records(folder, runs, before), unread);
  }

  private static List<ForeignRun> runs(Path file) throws IOException {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".json")) {
      return ForeignJson.read(file);
    }
    if (name.endsWith(".csv")) {
      return ForeignCsv.read(file);
    }
    throw new NotUnderstood("is neither .json nor .csv");
  }

  private static List<Path> files(Path folder) {
    try (Stream<Path> walk = Files.walk(folder)) {
      return walk.filter(Files::isRegularFile)
          .filter(ForeignResults::mayHoldRuns)
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot read the results folder " + folder.toAbsolutePath() + ": " + e.getMessage(), e);
    }
  }

  /** Figures and weights that the published programs put beside their results hold no run. */
  private static boolean mayHoldRuns(Path file) {
    return !List.of("metrics_plot.png", "comparison_plot.png", "model.pt")
        .contains(file.getFileName().toString());
  }

  /** Why a file is passed over, in words that follow its name. */
  static final class NotUnderstood extends RuntimeException {
    private static final long serialVersionUID = 1;

    NotUnderstood(String reason) {
      super(reason);
    }
  }
}
