package dev.steepest.study.report;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Writes everything that is shown of a sweep into one folder: {@code report.html}, {@code
 * verdict.txt}, {@code tables.md}, {@code sweep.json}, {@code trials.csv}, {@code reports.csv},
 * {@code importance.csv}, {@code marginals.csv}, and the PNG figures {@code sweep_chart.png}
 * (parallel coordinates), {@code best_so_far.png}, {@code importance.png} and {@code
 * learning_curves.png}.
 */
public final class SweepReport {
  private SweepReport() {}

  /**
   * Writes each file complete or not at all; files of an older report under the same names are
   * replaced. A machine that cannot draw gets all but the PNG figures and a file that says why.
   *
   * @return the files written
   * @throws java.io.UncheckedIOException where a file cannot be written, with its name and the
   *     reason
   */
  public static List<Path> write(Path folder, SweepResults results) {
    return write(folder, results, SweepPlots::of);
  }

  /** Draws the figures; fails with any throwable where the machine cannot draw. */
  interface Drawing {
    Map<String, byte[]> of(TriedSweep sweep);
  }

  static List<Path> write(Path folder, SweepResults results, Drawing drawing) {
    TriedSweep sweep = TriedSweep.of(results);
    ReportFolder files = new ReportFolder(folder);
    List<String> notices = new ArrayList<>();
    Map<String, byte[]> figures = Report.draw(() -> drawing.of(sweep), notices);
    files.write("report.html", HtmlPage.of(sweep, notices));
    files.write("verdict.txt", SweepSummary.of(sweep));
    files.write("tables.md", new SweepMarkdown(sweep).text());
    files.write("sweep.json", SweepJson.of(sweep));
    SweepTables tables = new SweepTables(sweep);
    files.write("trials.csv", tables.trials());
    files.write("reports.csv", tables.reports());
    files.write("importance.csv", tables.importance());
    files.write("marginals.csv", tables.marginals());
    figures.forEach(files::write);
    if (!notices.isEmpty()) {
      files.write(Report.NO_FIGURES, String.join("\n", notices) + "\n");
    }
    return files.written();
  }
}
