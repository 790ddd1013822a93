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
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A sheet as an image. Small pictures grow by whole numbers, so that each of their pixels stays a
 * square; sheets that would become too large are drawn smaller, and what would be a long strip is
 * broken into parts that stand beside each other, as a newspaper's columns.
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

  /** Between two parts of a sheet. */
  private static final int BETWEEN = 60;

  /** Height of a sheet for its width, from which it is broken. Assumed: somewhat above A4's. */
  private static final double SLENDER = 1.6;

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
  private final List<List<Row>> parts;

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
    this.parts = parts();
  }

  /** Broken where headings stand, into as many parts as make the sheet no strip. */
  private List<List<Row>> parts() {
    List<List<Row>> groups = new ArrayList<>();
    for (Row row : sheet.rows()) {
      if (groups.isEmpty() || !row.heading().isEmpty()) {
        groups.add(new ArrayList<>());
      }
      groups.getLast().add(row);
    }
    int all = height(sheet.rows());
    double slender = (double) all / part();
    int wanted = slender < SLENDER ? 1 : (int) Math.ceil(Math.sqrt(slender / SLENDER));
    List<List<Row>> parts = new ArrayList<>(List.of(new ArrayList<>()));
    for (List<Row> group : groups) {
      boolean full = height(parts.getLast()) + height(group) / 2 > all / wanted;
      if (full && !parts.getLast().isEmpty() && parts.size() < wanted) {
        parts.add(new ArrayList<>());
      }
      parts.getLast().addAll(group);
    }
    return parts;
  }

  private int height(List<Row> rows) {
    return rows.stream().mapToInt(this::height).sum();
  }

  /** Width of one part. */
  private int part() {
    int table = labels + GAP + sheet.columns().size() * (column + GAP);
    int headings =
        sheet.rows().stream().mapToInt(row -> width(HEADING, row.heading())).max().orElse(0);
    return Math.max(table, Math.min(headings, 2 * table));
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
    int head = Math.max(width(TITLE, sheet.title()), width(TEXT, sheet.note()));
    int body = parts.size() * (part() + BETWEEN) - BETWEEN;
    return 2 * MARGIN + Math.max(body, Math.min(head, 2 * body));
  }

  private int height() {
    return top() + parts.stream().mapToInt(this::height).max().orElse(0) + MARGIN;
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
      for (List<Row> part : parts) {
        heads(g);
        int y = top();
        for (Row row : part) {
          draw(g, row, y);
          y += height(row);
        }
        g.translate(part() + BETWEEN, 0);
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
  }

  /** Of the columns of a part. */
  private void heads(Graphics2D g) {
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
      g.fillRect(MARGIN, top + 4, part(), 2);
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
