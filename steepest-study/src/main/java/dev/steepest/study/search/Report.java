package dev.steepest.study.search;

/**
 * A look at a trial on its way.
 *
 * @param iteration how many looks there were with this one: 1, 2, …
 * @param value of the objective
 */
public record Report(long iteration, double value) {}
