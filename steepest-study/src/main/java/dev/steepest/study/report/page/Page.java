package dev.steepest.study.report.page;

import java.util.List;

/**
 * One report page. All texts are plain; the templates escape them.
 *
 * @param headline the whole verdict in one sentence
 * @param sentences the others
 * @param rule how it was decided, in a few words
 * @param notices what could not be shown, and why
 * @param transfer one where arms differ in trained weights, else none
 * @param data the curves as JSON that is safe inside a script element
 * @param pictures the pictures as such JSON; empty where there are none
 */
public record Page(
    String title,
    String headline,
    List<String> sentences,
    String rule,
    List<Notice> alarms,
    List<String> notices,
    List<Section> sections,
    List<Transfer> transfer,
    List<Choice> axes,
    Provenance provenance,
    Assets assets,
    String data,
    String pictures) {

  /** An alarm: its kind in a word, its problem where there are several, its sentence. */
  public record Notice(String kind, String where, String sentence) {}

  /** An option of a switch. */
  public record Choice(String key, String label) {}

  /** Files of the program that are placed into the page. */
  public record Assets(String style, String script, String plotStyle, String plotScript) {}

  /**
   * One problem.
   *
   * @param index of its curves in the data
   * @param metrics that its curves can show; empty where nothing was measured along the way
   * @param differences the settings that its arms do not share; empty where the file does not list
   *     its arms
   * @param benchmark tables of whole runs: of those timed as a whole, and of those on tokens
   * @param note on the curves; empty where there is none
   * @param pictures and learning rates; one or none
   */
  public record Section(
      int index,
      String problem,
      List<Choice> metrics,
      Table differences,
      Strip strip,
      List<Bars> bars,
      Table arms,
      Table comparisons,
      Table times,
      List<Table> benchmark,
      String note,
      List<PicturePage> pictures) {}

  /**
   * Networks from trained weights beside such from random ones.
   *
   * @param index of its curves in the data
   * @param sentence what pretraining gains; empty where that cannot be said
   */
  public record Transfer(int index, List<Choice> metrics, Table table, String sentence) {}

  /**
   * Final values of each run as dots, with mean and interval, on one axis.
   *
   * @param rows one per arm, empty where no run has a value
   * @param note what its marks mean
   */
  public record Strip(String title, List<Tick> ticks, List<StripRow> rows, String note) {}

  /** A labelled place on an axis, in percent of its width. */
  public record Tick(String left, String label) {}

  /**
   * Places are in percent of the axis.
   *
   * @param color index of the arm's colour
   * @param low start of the interval; empty where there is none
   */
  public record StripRow(
      String arm,
      int color,
      List<String> dots,
      String mean,
      String low,
      String width,
      String value) {}

  /** Horizontal bars from zero. */
  public record Bars(String title, String note, List<Bar> rows) {}

  /**
   * @param width of the bar in percent; empty where there is no value
   * @param low start of the whisker, empty where there is none
   */
  public record Bar(
      String arm, int color, String width, String low, String whisker, String value, String note) {}

  /** A table; the first {@code names} columns hold names, the others numbers. */
  public record Table(String title, int names, List<String> header, List<Row> rows) {}

  /**
   * @param color of the row's arm; −1 where it has none
   */
  public record Row(int color, List<String> cells) {}

  /**
   * Where each number comes from.
   *
   * @param losses runs that did not finish, and why
   */
  public record Provenance(
      List<Run> runs, List<Ended> losses, List<Fact> checksums, List<Fact> environment) {}

  /** A run and the command that repeats it. */
  public record Run(
      String problem,
      String arm,
      int color,
      String seed,
      String id,
      String outcome,
      String replay) {}

  /** A run that did not finish. */
  public record Ended(
      String problem, String arm, String seed, String how, String where, String reason) {}

  /** A fact, its value, and for how many runs it holds. */
  public record Fact(String name, String value, String runs) {}

  /** Facts under one heading. */
  public record Facts(String title, List<Fact> facts) {}
}
