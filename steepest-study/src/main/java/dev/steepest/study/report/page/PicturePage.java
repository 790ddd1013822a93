package dev.steepest.study.report.page;

import java.util.List;

/**
 * The pictures of one problem. Pictures themselves lie in the page's second data element, by id.
 *
 * @param rates the learning rates of its arms; one or none
 * @param gallery every run; one or none
 * @param moves whether there are films
 */
public record PicturePage(List<Rates> rates, List<Gallery> gallery, boolean moves) {

  /**
   * Arms by learning rate.
   *
   * @param name unlike that of any other on the page
   * @param title names the metric
   * @param rates heads of the columns
   * @param seeds whose pictures can be shown; empty where there are none
   * @param chart the metric over the rate; one or none
   * @param sentences where each row is best
   */
  public record Rates(
      String name,
      String title,
      List<String> rates,
      List<String> seeds,
      List<RateRow> rows,
      List<Chart> chart,
      List<String> sentences) {}

  /** What is alike in all but the learning rate. */
  public record RateRow(String label, int color, List<RateCell> cells) {}

  /**
   * The runs of one learning rate.
   *
   * @param frame the picture of each seed
   * @param value mean; empty where the row was not run with the rate
   * @param interval its ends; empty where there are none
   * @param lost runs without a value; empty where all have one
   */
  public record RateCell(Frame frame, String value, String interval, String lost, boolean best) {}

  /**
   * A place for a picture.
   *
   * @param ids of what can be shown there, separated by spaces, "-" for none; empty of no place
   * @param width on the page, CSS pixels
   * @param height on the page, CSS pixels
   * @param alt what is seen
   */
  public record Frame(String ids, int width, int height, String alt) {
    public static final Frame NONE = new Frame("", 0, 0, "");
  }

  /**
   * Every run of the problem.
   *
   * @param columns heads: the seeds
   * @param open whether it is shown at once
   * @param note what is not in the page; empty where all is
   */
  public record Gallery(
      String title, List<String> columns, List<GalleryRow> rows, boolean open, String note) {}

  /** The runs of an arm. */
  public record GalleryRow(String label, int color, List<GalleryCell> cells) {}

  /**
   * One run.
   *
   * @param value of the rule's metric; empty where there is none
   * @param note how it ended, where it did not finish
   */
  public record GalleryCell(Frame frame, String value, String note) {}

  /**
   * A figure in units of its own: {@value #WIDTH} wide, {@value #HEIGHT} high.
   *
   * @param lines one for each row
   */
  public record Chart(List<Line> lines, List<SweepPage.Place> below, List<SweepPage.Place> beside) {
    public static final int WIDTH = 1040;
    public static final int HEIGHT = 340;
    public static final int LEFT = 58;
    public static final int RIGHT = 16;
    public static final int TOP = 14;
    public static final int BOTTOM = 40;
  }

  /**
   * A row of the rates.
   *
   * @param dash as SVG writes one; empty of a solid line
   * @param corners as SVG writes points
   */
  public record Line(
      String label,
      int color,
      String dash,
      String corners,
      List<Mark> means,
      List<SweepPage.Dot> runs,
      List<SweepPage.Dot> lost) {}

  /**
   * A mean with its interval.
   *
   * @param low end of the interval; empty where there is none
   */
  public record Mark(String x, String y, String low, String high, boolean best, String title) {}
}
