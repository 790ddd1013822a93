package dev.steepest.study.record;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A CSV file of {@link Evaluation}s ({@code metrics.csv}, {@code steps.csv}).
 *
 * <p>Doubles are written so that they read back to the same bits. Rows are appended; a last line
 * that a kill cut short is ignored on reading.
 */
final class RowFile {
  private static final List<String> FIXED =
      List.of("epoch", "step", "samples", "train_seconds", "eval_seconds");

  private final Path file;
  private List<String> metrics = List.of();

  RowFile(Path file) {
    this.file = file;
  }

  /** All complete rows; none if there is no file. */
  List<Evaluation> read() {
    if (!Files.exists(file)) {
      return List.of();
    }
    try {
      String text = Files.readString(file);
      String complete = text.substring(0, text.lastIndexOf('\n') + 1);
      try (CsvReader<NamedCsvRecord> csv = CsvReader.builder().ofNamedCsvRecord(complete)) {
        return csv.stream().map(RowFile::row).toList();
      }
    } catch (IOException e) {
      throw new RecordException(file + ": cannot be read: " + e.getMessage(), e);
    } catch (CsvParseException | IllegalArgumentException | java.util.NoSuchElementException e) {
      throw new RecordException(file + ": is not a table of this lab: " + e.getMessage(), e);
    }
  }

  /** Replaces the file by {@code rows}. */
  void write(List<Evaluation> rows) {
    metrics =
        rows.stream()
            .flatMap(r -> r.values().keySet().stream())
            .collect(Collectors.toCollection(TreeSet::new))
            .stream()
            .toList();
    String header =
        Stream.concat(FIXED.stream(), metrics.stream()).collect(Collectors.joining(","));
    RecordFiles.replace(
        file,
        rows.isEmpty()
            ? ""
            : header + "\n" + rows.stream().map(this::line).collect(Collectors.joining()));
  }

  /** Adds a row; a metric that earlier rows lack gets a new column. */
  void append(Evaluation row) {
    if (!metrics.containsAll(row.values().keySet()) || !Files.exists(file)) {
      List<Evaluation> rows = new ArrayList<>(read());
      rows.add(row);
      write(rows);
      return;
    }
    try (BufferedWriter out =
        Files.newBufferedWriter(file, StandardCharsets.UTF_8, StandardOpenOption.APPEND)) {
      out.write(line(row));
    } catch (IOException e) {
      throw new UncheckedIOException(RecordFiles.cannotWrite(file, e), e);
    }
  }

  private String line(Evaluation row) {
    Stream<String> fixed =
        Stream.of(
            Double.toString(row.epoch()),
            Long.toString(row.step()),
            Long.toString(row.samples()),
            Double.toString(row.trainSeconds()),
            Double.toString(row.evalSeconds()));
    Stream<String> measured =
        metrics.stream()
            .map(m -> row.values().containsKey(m) ? row.values().get(m).toString() : "");
    return Stream.concat(fixed, measured).collect(Collectors.joining(",", "", "\n"));
  }

  private static Evaluation row(NamedCsvRecord csv) {
    Map<String, String> fields = new LinkedHashMap<>(csv.getFieldsAsMap());
    Map<String, Double> values = new LinkedHashMap<>();
    fields.forEach((name, text) -> {
      if (!FIXED.contains(name) && !text.isEmpty()) {
        values.put(name, Double.valueOf(text));
      }
    });
    return new Evaluation(
        Double.parseDouble(csv.getField("epoch")),
        Long.parseLong(csv.getField("step")),
        Long.parseLong(csv.getField("samples")),
        Double.parseDouble(csv.getField("train_seconds")),
        Double.parseDouble(csv.getField("eval_seconds")),
        values);
  }
}
