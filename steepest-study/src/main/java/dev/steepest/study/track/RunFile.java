package dev.steepest.study.track;

import dev.steepest.study.record.Outcome;
import java.time.Instant;
import java.util.SortedMap;

/** The file that a tracker reads, as a run grows into it. */
interface RunFile extends AutoCloseable {

  /**
   * Writes a row.
   *
   * @param at when it was measured
   */
  void add(Row row, Instant at);

  /** Writes how the run ended. */
  void end(Outcome outcome, SortedMap<String, Double> results);

  /** How far the file has grown. */
  Ledger.Extent extent();

  @Override
  void close();
}
