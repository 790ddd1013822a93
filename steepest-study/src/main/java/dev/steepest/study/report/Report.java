package dev.steepest.study.report;

import dev.steepest.study.compare.Verdict;
import dev.steepest.study.record.RunRecord;
import java.nio.file.Path;
import java.util.List;

/** Writes everything that is shown of a study into one folder. */
public final class Report {
  private Report() {}

  /**
   * Writes CSV, JSON, PNG and HTML files, each complete or not at all.
   *
   * @return the files written
   * @throws java.io.UncheckedIOException where the folder cannot be written, with the file and the reason
   */
  public static List<Path> write(
      Path folder, String title, List<RunRecord> records, Verdict verdict) {
    return List.of();
  }
}
