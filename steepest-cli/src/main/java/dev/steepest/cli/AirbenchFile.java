package dev.steepest.cli;

import dev.steepest.lab.bench.AirbenchResult;
import dev.steepest.lab.bench.AirbenchResult.Figure;
import dev.steepest.lab.bench.Spread;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Where the figures of {@code bench airbench} are kept: all rounds, not their medians alone. */
final class AirbenchFile {

  /** The forms that figures are written in. */
  private enum Form {
    /** One line per figure and round; settings and machine as lines that begin with #. */
    CSV,
    /** {@code {facts, figures: [{measure, unit, median, least, most, rounds}]}}. */
    JSON
  }

  private final Path file;
  private final Form form;

  private AirbenchFile(Path file, Form form) {
    this.file = file;
    this.form = form;
  }

  /**
   * A file that can be written; looked at before anything is measured.
   *
   * @throws UserError for another ending than .csv or .json, or where no folder is
   */
  static AirbenchFile at(Path file) {
    String name = file.toString().toLowerCase(Locale.ROOT);
    Path folder = file.toAbsolutePath().getParent();
    if (!name.endsWith(".csv") && !name.endsWith(".json")) {
      throw new UserError("--out %s ends neither with .csv nor with .json.".formatted(file));
    }
    if (Files.isDirectory(file) || !Files.isWritable(Files.exists(file) ? file : folder)) {
      throw new UserError(
          "--out %s cannot be written; is there a folder %s?".formatted(file, folder));
    }
    return new AirbenchFile(file, name.endsWith(".csv") ? Form.CSV : Form.JSON);
  }

  void write(Map<String, String> facts, AirbenchResult result) throws IOException {
    switch (form) {
      case CSV -> Files.write(file, csv(facts, result));
      case JSON -> Files.writeString(file, json(facts, result) + "\n");
    }
  }

  private static List<String> csv(Map<String, String> facts, AirbenchResult result) {
    List<String> lines = new ArrayList<>();
    facts.forEach((key, value) -> lines.add("# " + key + ": " + value.replaceAll("\\R", " ")));
    lines.add("measure,unit,round,value");
    for (Figure figure : result.figures()) {
      for (int round = 0; round < figure.rounds().size(); round++) {
        lines.add(
            "%s,%s,%d,%s"
                .formatted(figure.measure(), figure.unit(), round + 1, figure.rounds().get(round)));
      }
    }
    return lines;
  }

  private static String json(Map<String, String> facts, AirbenchResult result) {
    List<Map<String, Object>> figures = new ArrayList<>();
    for (Figure figure : result.figures()) {
      Spread spread = figure.spread();
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("measure", figure.measure());
      entry.put("unit", figure.unit());
      entry.put("median", spread.median());
      entry.put("least", spread.least());
      entry.put("most", spread.most());
      entry.put("rounds", figure.rounds());
      figures.add(entry);
    }
    Map<String, Object> whole = new LinkedHashMap<>();
    whole.put("facts", facts);
    whole.put("figures", figures);
    return JsonMapper.builder()
        .enable(SerializationFeature.INDENT_OUTPUT)
        .build()
        .writeValueAsString(whole);
  }
}
