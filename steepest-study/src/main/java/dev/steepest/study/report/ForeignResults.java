package dev.steepest.study.report;

import dev.steepest.study.record.RunRecord;
import java.nio.file.Path;
import java.util.List;

/**
 * Runs read from a folder that another program wrote.
 *
 * @param records what was understood; what a file does not say is absent
 * @param notUnderstood files that were not read, with the reason
 */
public record ForeignResults(List<RunRecord> records, List<Unread> notUnderstood) {

  /** A file that was not understood, and why. */
  public record Unread(Path file, String reason) {}

  public ForeignResults {
    records = List.copyOf(records);
    notUnderstood = List.copyOf(notUnderstood);
  }

  public static ForeignResults read(Path folder) {
    return new ForeignResults(List.of(), List.of());
  }
}
