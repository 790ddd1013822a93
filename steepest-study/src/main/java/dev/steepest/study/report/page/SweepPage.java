package dev.steepest.study.report.page;

import java.util.List;

/**
 * The page of a sweep. All texts are plain; the templates escape them.
 *
 * @param headline the chosen configuration and what it reached
 * @param rule how it was chosen, and how the trials ended
 * @param notices what could not be shown, and why
 * @param reached whether any trial has a value, so that there are curves
 * @param coordinates whether there are hyper-parameters to lay beside each other
 * @param top the best configurations
 * @param importance bars of both measures; empty where there is nothing to say
 * @param importanceNote how they came about, or why there are none
 * @param strips the objective over hyper-parameters that are names
 * @param curves the objective over those that are numbers
 * @param lanes what each worker did when; empty where that is not known
 * @param trials all of them
 * @param data for the script, as JSON that is safe inside a script element
 */
public record SweepPage(
    String title,
    String headline,
    String rule,
    List<Page.Notice> alarms,
    List<String> notices,
    boolean reached,
    boolean coordinates,
    Page.Table top,
    List<Page.Bars> importance,
    String importanceNote,
    List<Page.Strip> strips,
    List<Marginal> curves,
    List<Lane> lanes,
    String clock,
    Page.Table trials,
    List<String> sentences,
    Page.Provenance provenance,
    Page.Assets assets,
    String data) {

  /**
   * A small figure in units of its own: {@value #WIDTH} wide, {@value #HEIGHT} high.
   *
   * @param line corners of the curve, as SVG writes points
   * @param band corners of its band
   * @param dots one per trial
   */
  public record Marginal(
      String name,
      String line,
      String band,
      List<Dot> dots,
      List<Place> below,
      List<Place> beside) {
    public static final int WIDTH = 320;
    public static final int HEIGHT = 200;
  }

  /** A trial in a figure. */
  public record Dot(String x, String y, String title) {}

  /** A labelled place in a figure. */
  public record Place(String at, String label) {}

  /** The trials of one worker, over the time of the sweep. */
  public record Lane(String worker, List<Span> spans) {}

  /**
   * One trial in a lane.
   *
   * @param left and {@code width} in percent
   * @param state as the style sheet knows it
   */
  public record Span(String left, String width, String state, String title) {}
}
