package dev.steepest.study.report;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import dev.steepest.study.record.Metric;
import dev.steepest.study.report.ForeignResults.NotUnderstood;
import dev.steepest.study.report.ForeignRun.Point;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.TreeMap;

/** Reads the two published tables: one row per run, or one row per epoch. */
final class ForeignCsv {
  /** Accuracies of a whole run. */
  private static final List<ForeignKeys> FINAL =
      List.of(
          ForeignKeys.BEST_ACCURACY,
          ForeignKeys.FINAL_TEST_ACCURACY,
          ForeignKeys.FINAL_TTA_ACCURACY);

  private ForeignCsv() {}

  static List<ForeignRun> read(Path file) throws IOException {
    List<Map<String, String>> rows = new ArrayList<>();
    try (CsvReader<NamedCsvRecord> csv = CsvReader.builder().ofNamedCsvRecord(file)) {
      for (NamedCsvRecord record : csv) {
        Map<String, String> row = new LinkedHashMap<>();
        record
            .getFieldsAsMap()
            .forEach((key, value) -> row.put(key.toLowerCase(Locale.ROOT).strip(), value.strip()));
        rows.add(row);
      }
    } catch (CsvParseException e) {
      throw new NotUnderstood("is not a valid table: " + e.getMessage());
    }
    if (rows.isEmpty()) {
      return List.of();
    }
    Map<String, String> first = rows.getFirst();
    if (ForeignKeys.MODEL.in(first::get).isEmpty()
        || ForeignKeys.OPTIMIZER.in(first::get).isEmpty()) {
      throw new NotUnderstood("has no columns 'model' and 'optimizer' but " + first.keySet());
    }
    return ForeignKeys.EPOCH.in(first::get).isPresent()
        ? curves(file, rows)
        : summaries(file, rows);
  }

  /** One run per row. */
  private static List<ForeignRun> summaries(Path file, List<Map<String, String>> rows) {
    double scale =
        ForeignRun.accuracyScale(
            rows.stream()
                .flatMapToDouble(row ->
                    FINAL.stream()
                        .filter(key -> !isPercent(row, key))
                        .mapToDouble(key -> number(key, row))));
    List<ForeignRun> runs = new ArrayList<>();
    for (Map<String, String> row : rows) {
      TreeMap<String, Double> results = new TreeMap<>();
      put(results, RunFacts.BEST_ACCURACY, fraction(ForeignKeys.BEST_ACCURACY, row, scale));
      put(results, RunFacts.TRAIN_SECONDS, number(ForeignKeys.TOTAL_SECONDS, row));
      put(results, Metric.TOTAL_SECONDS, number(ForeignKeys.WHOLE_SECONDS, row));
      put(results, Metric.TEST_ACCURACY, fraction(ForeignKeys.FINAL_TEST_ACCURACY, row, scale));
      put(results, Metric.TTA_ACCURACY, fraction(ForeignKeys.FINAL_TTA_ACCURACY, row, scale));
      row.forEach((key, value) -> {
        OptionalDouble target = ForeignKeys.target(key);
        if (target.isPresent()) {
          put(results, RunFacts.secondsToName(target.getAsDouble()), parsed(value));
        }
      });
      runs.add(run(file, row, config(row), results, List.of()));
    }
    return runs;
  }

  /** One run per model, optimizer and seed, in the order of its rows. */
  private static List<ForeignRun> curves(Path file, List<Map<String, String>> rows) {
    double scale =
        isPercent(rows.getFirst(), ForeignKeys.ACCURACY)
            ? .01
            : ForeignRun.accuracyScale(
                rows.stream().mapToDouble(row -> number(ForeignKeys.ACCURACY, row)));
    Map<List<String>, List<Map<String, String>>> groups = new LinkedHashMap<>();
    for (Map<String, String> row : rows) {
      List<String> key =
          List.of(
              ForeignKeys.MODEL.in(row::get).orElse(""),
              ForeignKeys.OPTIMIZER.in(row::get).orElse(""),
              ForeignKeys.SEED.in(row::get).orElse(""));
      groups.computeIfAbsent(key, _ -> new ArrayList<>()).add(row);
    }
    return groups.values().stream()
        .map(group ->
            run(
                file,
                group.getFirst(),
                Map.of(),
                new TreeMap<>(),
                group.stream().map(row -> point(row, scale)).toList()))
        .toList();
  }

  private static Point point(Map<String, String> row, double scale) {
    return new Point(
        number(ForeignKeys.EPOCH, row),
        number(ForeignKeys.TRAIN_LOSS, row),
        scale * number(ForeignKeys.ACCURACY, row),
        number(ForeignKeys.EPOCH_SECONDS, row),
        number(ForeignKeys.SECONDS, row));
  }

  private static ForeignRun run(
      Path file,
      Map<String, String> row,
      Map<String, Object> config,
      TreeMap<String, Double> results,
      List<Point> points) {
    double seed = number(ForeignKeys.SEED, row);
    return new ForeignRun(
        ForeignKeys.MODEL.in(row::get).orElseThrow(),
        ForeignKeys.OPTIMIZER.in(row::get).orElseThrow(),
        Double.isFinite(seed) ? OptionalLong.of((long) seed) : OptionalLong.empty(),
        config,
        results,
        ForeignRun.clocked(points),
        file);
  }

  /** Columns that are no result are settings: batch size, weight decay and the like. */
  private static Map<String, Object> config(Map<String, String> row) {
    Map<String, Object> config = new TreeMap<>();
    row.forEach((key, value) -> {
      if (!value.isEmpty() && !ForeignKeys.known(key)) {
        config.put(key, value);
      }
    });
    return config;
  }

  /** Whether the column itself says that it holds percentages. */
  private static boolean isPercent(Map<String, String> row, ForeignKeys key) {
    return key.in(name -> row.containsKey(name) ? name : null).orElse("").endsWith("%");
  }

  /** An accuracy of a row; {@code scale} is for columns that do not say what they hold. */
  private static double fraction(ForeignKeys key, Map<String, String> row, double scale) {
    return (isPercent(row, key) ? .01 : scale) * number(key, row);
  }

  private static double number(ForeignKeys key, Map<String, String> row) {
    return key.in(row::get).map(ForeignCsv::parsed).orElse(Double.NaN);
  }

  private static double parsed(String text) {
    if (text.isEmpty()) {
      return Double.NaN;
    }
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException _) {
      return Double.NaN; // "nan", "None", "-": what is not a number is missing
    }
  }

  private static void put(Map<String, Double> results, String name, double value) {
    ForeignRun.finite(value).ifPresent(v -> results.put(name, v));
  }
}
