package dev.steepest.study.report.page;

import java.util.List;

/**
 * A page about the same comparisons in two studies.
 *
 * @param headline how many of them change
 * @param rule how both were decided
 * @param notices what a reader must know before believing it
 * @param style placed into the page
 */
public record SideBySidePage(
    String title,
    String headline,
    String rule,
    List<Page.Table> tables,
    List<String> notices,
    String style) {}
