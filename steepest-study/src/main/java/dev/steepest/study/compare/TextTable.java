package dev.steepest.study.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Columns aligned by spaces: the first to the left, numbers to the right. */
public final class TextTable {
  private static final String GAP = "  ";

  /** Letters that a cut name keeps at least. */
  private static final int NARROWEST = 20;

  private final List<List<String>> rows = new ArrayList<>();
  private final int leftColumns;

  /**
   * @param leftColumns how many columns, from the first, hold names and lean to the left
   */
  public TextTable(int leftColumns, List<String> header) {
    this.leftColumns = leftColumns;
    rows.add(header);
  }

  public void add(List<String> row) {
    if (row.size() != rows.getFirst().size()) {
      throw new IllegalArgumentException("row " + row + " does not fit header " + rows.getFirst());
    }
    rows.add(row);
  }

  /**
   * Lines of at most {@code width} columns, for which names lose their middle, but never what tells
   * them apart; numbers are whole.
   */
  public String render(int width, String indent) {
    int[] widths = widths(width - indent.length());
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder(indent);
      for (int c = 0; c < widths.length; c++) {
        String cell = cut(row.get(c), widths[c]);
        String space = " ".repeat(widths[c] - length(cell));
        line.append(c == 0 ? "" : GAP).append(c < leftColumns ? cell + space : space + cell);
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  private int[] widths(int room) {
    int[] widths = new int[rows.getFirst().size()];
    for (List<String> row : rows) {
      for (int c = 0; c < widths.length; c++) {
        widths[c] = Math.max(widths[c], length(row.get(c)));
      }
    }
    int total = GAP.length() * (widths.length - 1);
    for (int one : widths) {
      total += one;
    }
    int least = leastWidth();
    while (total > room) {
      int widest = 0;
      for (int c = 1; c < leftColumns; c++) {
        widest = widths[c] > widths[widest] ? c : widest;
      }
      if (widths[widest] <= least) {
        break;
      }
      widths[widest]--;
      total--;
    }
    return widths;
  }

  /** To which names can be cut: wide enough that those that differ, in a row or below, still do. */
  private int leastWidth() {
    List<String> names =
        rows.stream().flatMap(row -> row.stream().limit(leftColumns)).distinct().toList();
    return IntStream.iterate(NARROWEST, width -> width + 1)
        .filter(width ->
            names.stream().map(name -> cut(name, width)).distinct().count() == names.size())
        .findFirst()
        .orElseThrow();
  }

  /** Without its middle where it is too long: names of arms differ in their ends. */
  private static String cut(String cell, int width) {
    int length = length(cell);
    return length <= width
        ? cell
        : cell.substring(0, cell.offsetByCodePoints(0, width / 2))
            + "…"
            + cell.substring(cell.offsetByCodePoints(0, length - (width - 1) / 2));
  }

  private static int length(String cell) {
    return cell.codePointCount(0, cell.length());
  }
}
