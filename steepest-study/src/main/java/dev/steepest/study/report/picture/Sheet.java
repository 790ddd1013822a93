package dev.steepest.study.report.picture;

import java.util.List;
import java.util.Optional;

/**
 * Pictures in rows and columns with words beside them: a contact sheet.
 *
 * @param title in bold above everything
 * @param note below the title, one line
 * @param columns heads of the columns
 */
public record Sheet(String title, String note, List<String> columns, List<Row> rows) {

  public Sheet {
    columns = List.copyOf(columns);
    rows = List.copyOf(rows);
    for (Row row : rows) {
      if (row.cells().size() != columns.size()) {
        throw new IllegalArgumentException(
            "row '%s' has %d cells for %d columns"
                .formatted(row.label(), row.cells().size(), columns.size()));
      }
    }
  }

  /**
   * One row.
   *
   * @param heading a line across the sheet before the row; empty of none
   * @param label to its left
   * @param cells one for each column
   */
  public record Row(String heading, String label, List<Cell> cells) {
    public Row {
      cells = List.copyOf(cells);
    }
  }

  /** How a cell stands out. */
  public enum Mark {
    PLAIN,
    /** The best of its row. */
    BEST
  }

  /**
   * One picture with the words below it.
   *
   * @param picture empty where there is none
   * @param lines below it, or in its place
   */
  public record Cell(Optional<Pictured> picture, List<String> lines, Mark mark) {
    public Cell {
      lines = List.copyOf(lines);
    }
  }

  /** Whether there is any picture on it. */
  public boolean hasPictures() {
    return rows.stream()
        .flatMap(row -> row.cells().stream())
        .anyMatch(c -> c.picture().isPresent());
  }
}
