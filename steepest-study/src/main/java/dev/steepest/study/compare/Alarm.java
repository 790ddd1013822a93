package dev.steepest.study.compare;

/**
 * Something that a reader must know before believing a verdict.
 *
 * @param problem where; empty where it concerns all runs
 * @param sentence what was found, in which arms, and why it matters
 */
public record Alarm(Kind kind, String problem, String sentence) {

  public enum Kind {
    /** Settings differ between arms outside what is compared, or between seeds of one arm. */
    SETTINGS,
    /** Arms differ in several things on purpose, whose effects cannot be told apart. */
    CONFOUNDED,
    /** Runs did not see the same data. */
    DATA,
    /** Runs were made by different or uncommitted code. */
    CODE,
    /** Runs were made on different machines, devices, threads or library versions. */
    MACHINE,
    /** Finished runs were trained for different lengths. */
    BUDGET,
    /** Arms were trained for different lengths on purpose. */
    LENGTH,
    /** Runs diverged. */
    DIVERGENCE,
    /** Runs failed, are unfinished, or ended without the value that decides. */
    MISSING,
    /** An arm lacks a seed that another has. */
    UNPAIRED,
    /** The same arm and seed was run more than once. */
    DUPLICATE,
    /** The plan was changed after its first run, or runs of earlier plans are left out. */
    PLAN,
    /** Records that could not be read. */
    UNREADABLE;

    /** Whether arms may differ by it, rather than by what is compared. */
    public boolean unequal() {
      return switch (this) {
        case SETTINGS, DATA, CODE, MACHINE, BUDGET -> true;
        case CONFOUNDED, LENGTH, DIVERGENCE, MISSING, UNPAIRED, DUPLICATE, PLAN, UNREADABLE ->
            false;
      };
    }
  }
}
