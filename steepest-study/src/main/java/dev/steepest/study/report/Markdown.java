package dev.steepest.study.report;

import java.util.List;
import java.util.stream.Collectors;

/** Tables as Markdown writes them. */
final class Markdown {
  private Markdown() {}

  /** A table; its first row is the head. */
  static String table(List<String> header, List<List<String>> rows) {
    return row(header)
        + row(header.stream().map(_ -> ":---").toList())
        + rows.stream().map(Markdown::row).collect(Collectors.joining());
  }

  private static String row(List<String> cells) {
    return cells.stream().map(Markdown::cell).collect(Collectors.joining(" | ", "| ", " |\n"));
  }

  /** Text that cannot end its cell. */
  private static String cell(String text) {
    return text.replace("|", "\\|").replaceAll("\\R", " ");
  }
}
