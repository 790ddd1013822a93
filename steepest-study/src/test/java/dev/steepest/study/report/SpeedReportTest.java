package dev.steepest.study.report;

import dev.steepest.study.compare.Comparison;
import dev.steepest.study.compare.SpeedRuns;
import dev.steepest.study.record.Metric;
import dev.steepest.study.record.RunRecord;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The report of a speed benchmark: whole runs timed, curves of the test set. */
class SpeedReportTest {
  @TempDir Path folder;

  @Test
  void x() throws Exception {
    List<RunRecord> records = SpeedRuns.records(20);
    List<Path> w =
        Report.write(
            Path.of("/tmp/speedreport"),
            "Speed",
            records,
            Comparison.of(records, SpeedRuns.rule(Metric.TTA_ACCURACY, .9)));
    System.out.println(w);
  }
}
