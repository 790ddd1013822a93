package dev.steepest.lab.sweep;

import dev.steepest.study.search.Report;
import dev.steepest.study.search.Trial;
import dev.steepest.study.sweep.TrialStore.End;

/** Hears what an agent does with its trials, beside what {@link RunListener} tells of runs. */
public interface AgentListener {

  /**
   * A trial begins, or goes on.
   *
   * @param attempt from 1
   */
  default void took(Trial trial, int attempt) {}

  /** A look at the trial was put into the store. */
  default void reported(Trial trial, Report report) {}

  /** A trial has ended here. */
  default void ended(Trial trial, End end) {}

  /** A trial was given back, or taken away, before its end. */
  default void left(Trial trial, String reason) {}

  /** There is nothing to take, while others are at their trials. */
  default void waits() {}
}
