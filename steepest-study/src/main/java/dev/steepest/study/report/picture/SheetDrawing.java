package dev.steepest.study.report.picture;

import dev.steepest.study.report.picture.Sheet.Cell;
import dev.steepest.study.report.picture.Sheet.Mark;
import dev.steepest.study.report.picture.Sheet.Row;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.font.FontRenderContext;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.stream.Stream;

/**
 * A sheet as an image. Small pictures grow by whole numbers, so that each of their pixels stays a
 * square; sheets that would become too large are drawn smaller.
 */
public final class SheetDrawing {
  private static final Font TITLE = new Font(Font.SANS_SERIF, Font.BOLD, 34);
  private static final Font HEADING = new Font(Font.SANS_SERIF, Font.BOLD, 28);
  private static final Font TEXT = new Font(Font.SANS_SERIF, Font.PLAIN, 25);
  private static final Font STRONG = new Font(Font.SANS_SERIF, Font.BOLD, 25);
  private static final FontRenderContext FONTS = new FontRenderContext(null, true, true);

  private static final Color INK = new Color(0x1b1f24);
  private static final Color FAINT = new Color(0x59636e);
  private static final Color EDGE = new Color(0xd4d8dd);
  private static final Color EMPTY = new Color(0xf3f4f6);
  private static final Color BEST = new Color(0x12855d);

  private static final int MARGIN = 40;
  private static final int GAP = 22;
  private static final int LINE = 32;

  /** Widest label of a row; longer ones are cut. */
  private static final int WIDEST_LABEL = 560;

  /** What a picture is enlarged or reduced to, about. Assumed: read at arm's length on a screen. */
  private static final int BOX_WIDTH = 620;

  private static final int BOX_HEIGHT = 460;

  /** Narrowest column, that a value has place in. */
  private static final int NARROWEST = 190;

  /** Pixels of a sheet at most, and its longest side: what common viewers open. Assumed. */
  private static final double MOST_PIXELS = 60e6;

  private static final double LONGEST = 24_000;

  /** Pictures are not drawn smaller than this share of the box, whatever the sheet becomes. */
  private static final double SMALLEST = .1;

  private final Sheet sheet;
  private final double scale;
  private final int labels;
  private final int column;

  private SheetDrawing(Sheet sheet, double scale) {
    this.sheet = sheet;
    this.scale = scale;
    this.labels =
        Math.min(
            WIDEST_LABEL,
            sheet.rows().stream().mapToInt(row -> width(STRONG, row.label())).max().orElse(0));
    int widest =
        cells()
            .mapToInt(cell ->
                Math.max(
                    cell.picture().map(p -> size(p)[0]).orElse(0),
                    cell.lines().stream().mapToInt(line -> width(STRONG, line)).max().orElse(0)))
            .max()
            .orElse(0);
    this.column =
        Math.max(
            NARROWEST,
            Math.max(
                widest, sheet.columns().stream().mapToInt(c -> width(STRONG, c)).max().orElse(0)));
  }

  /** The sheet as PNG. */
  public static byte[] png(Sheet sheet) {
    SheetDrawing drawing = new SheetDrawing(sheet, 1);
    for (double scale = 1; drawing.excess() > 1 && scale > SMALLEST; ) {
      scale /= Math.max(1.1, drawing.excess()); // words do not shrink: once may not be enough
      drawing = new SheetDrawing(sheet, scale);
    }
    return Images.png(drawing.image());
  }

  private double excess() {
    return Math.max(
        Math.sqrt((double) width() * height() / MOST_PIXELS),
        Math.max(width(), height()) / LONGEST);
  }

  private Stream<Cell> cells() {
    return sheet.rows().stream().flatMap(row -> row.cells().stream());
  }

  /** Width and height at which a picture is drawn. */
  private int[] size(Pictured picture) {
    return size(picture.width(), picture.height(), scale);
  }

  /** To about the box: by a whole number where it grows, by what is needed where it shrinks. */
  static int[] size(int width, int height, double scale) {
    double fit = Math.min(scale * BOX_WIDTH / width, scale * BOX_HEIGHT / height);
    double factor = fit >= 1 ? Math.max(1, Math.floor(fit + .35)) : fit;
    return new int[] {
      Math.max(1, (int) Math.round(factor * width)), Math.max(1, (int) Math.round(factor * height))
    };
  }

  private int width() {
    int columns = sheet.columns().size();
    int table = labels + GAP + columns * (column + GAP);
    int heads =
        Stream.concat(
                Stream.of(width(TITLE, sheet.title()), width(TEXT, sheet.note())),
                sheet.rows().stream().map(row -> width(HEADING, row.heading())))
            .mapToInt(w -> w)
            .max()
            .orElse(0);
    return 2 * MARGIN + Math.max(table, Math.min(heads, 2 * table));
  }

  private int height() {
    return top() + sheet.rows().stream().mapToInt(this::height).sum() + MARGIN;
  }

  /** Above the first row: title, note, heads of the columns. */
  private int top() {
    return MARGIN + 44 + (sheet.note().isEmpty() ? 0 : LINE + 6) + LINE + GAP;
  }

  private int height(Row row) {
    return heading(row) + pictures(row) + words(row) + GAP + 8;
  }

  private static int heading(Row row) {
    return row.heading().isEmpty() ? 0 : 58;
  }

  private int pictures(Row row) {
    return row.cells().stream()
        .flatMap(cell -> cell.picture().stream())
        .mapToInt(picture -> size(picture)[1])
        .max()
        .orElse(LINE);
  }

  private static int words(Row row) {
    return 8 + LINE * row.cells().stream().mapToInt(cell -> cell.lines().size()).max().orElse(0);
  }

  private BufferedImage image() {
    BufferedImage image = new BufferedImage(width(), height(), BufferedImage.TYPE_INT_RGB);
    Graphics2D g = image.createGraphics();
    try {
      g.setColor(Color.WHITE);
      g.fillRect(0, 0, image.getWidth(), image.getHeight());
      g.setRenderingHint(
          RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
      head(g);
      int y = top();
      for (Row row : sheet.rows()) {
        draw(g, row, y);
        y += height(row);
      }
    } finally {
      g.dispose();
    }
    return image;
  }

  private void head(Graphics2D g) {
    text(g, TITLE, INK, sheet.title(), MARGIN, MARGIN + 32);
    if (!sheet.note().isEmpty()) {
      text(g, TEXT, FAINT, sheet.note(), MARGIN, MARGIN + 32 + LINE + 8);
    }
    for (int c = 0; c < sheet.columns().size(); c++) {
      text(g, STRONG, FAINT, sheet.columns().get(c), x(c), top() - GAP);
    }
  }

  private int x(int c) {
    return MARGIN + labels + GAP + c * (column + GAP);
  }

  private void draw(Graphics2D g, Row row, int top) {
    int y = top + heading(row);
    if (!row.heading().isEmpty()) {
      g.setColor(EDGE);
      g.fillRect(MARGIN, top + 4, width() - 2 * MARGIN, 2);
      text(g, HEADING, INK, row.heading(), MARGIN, top + 42);
    }
    text(g, STRONG, INK, cut(row.label()), MARGIN, y + 28);
    int pictures = pictures(row);
    for (int c = 0; c < row.cells().size(); c++) {
      draw(g, row.cells().get(c), x(c), y, pictures);
    }
  }

  private void draw(Graphics2D g, Cell cell, int x, int y, int pictures) {
    boolean best = cell.mark() == Mark.BEST;
    int at = y + pictures;
    if (cell.picture().isPresent()) {
      int[] size = size(cell.picture().get());
      frame(g, best ? BEST : EDGE, best ? 6 : 1, x, y, size);
      try {
        Images.draw(g, cell.picture().get().image(), x, y, size[0], size[1]);
      } catch (IOException _) { // gone since it was found
        g.setColor(EMPTY);
        g.fillRect(x, y, size[0], size[1]);
      }
      at = y + size[1];
    } else {
      at = y; // words stand in its place
    }
    for (String line : cell.lines()) {
      at += LINE;
      text(g, best ? STRONG : TEXT, best ? BEST : INK, line, x, at + (best ? 4 : 0));
    }
  }

  private static void frame(Graphics2D g, Color color, int thick, int x, int y, int[] size) {
    g.setColor(color);
    g.fillRect(x - thick, y - thick, size[0] + 2 * thick, size[1] + 2 * thick);
  }

  private static void text(Graphics2D g, Font font, Color color, String text, int x, int y) {
    g.setFont(font);
    g.setColor(color);
    g.drawString(text, x, y);
  }

  /** A label that has place beside the pictures. */
  private static String cut(String label) {
    if (width(STRONG, label) <= WIDEST_LABEL) {
      return label;
    }
    String cut = label;
    while (cut.length() > 1 && width(STRONG, cut + "…") > WIDEST_LABEL) {
      cut = cut.substring(0, cut.length() - 1);
    }
    return cut + "…";
  }

  private static int width(Font font, String text) {
    return (int) Math.ceil(font.getStringBounds(text, FONTS).getWidth());
  }
}
