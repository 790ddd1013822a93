package dev.steepest.study.report;

import dev.steepest.study.compare.Verdict;
import dev.steepest.study.compare.VerdictText;
import dev.steepest.study.record.RunRecord;
import dev.steepest.study.report.picture.Reel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Writes everything that is shown of a study into one folder: {@code report.html}, {@code
 * verdict.txt}, {@code summary_results.csv}, {@code epoch_metrics_long.csv}, {@code
 * comparisons.csv}, {@code summaries/*.json}, the PNG figures, and for speed benchmarks {@link
 * BenchmarkLog benchmark.json}, and for arms that differ in trained weights {@code tables.md} with
 * its two figures. Of runs on tokens other tables and the logs of {@link LanguageLogs} take the
 * place of those that speak of epochs. Runs that left pictures are shown by contact sheets and by
 * films in the page; of runs that were judged by their pictures {@code pictures.csv} takes the
 * place of the tables that speak of epochs.
 */
public final class Report {
  /** Written instead of figures on a machine that cannot draw them. */
  static final String NO_FIGURES = "FIGURES-NOT-DRAWN.txt";

  private Report() {}

  /**
   * Writes each file complete or not at all; files of an older report under the same names are
   * replaced. A machine that cannot draw (no fonts, no AWT) gets all but the PNG figures and a file
   * that says why.
   *
   * @param verdict of the same records; its order of problems and arms is the report's
   * @return the files written
   * @throws java.io.UncheckedIOException where a file cannot be written, with its name and the
   *     reason
   */
  public static List<Path> write(
      Path folder, String title, List<RunRecord> records, Verdict verdict) {
    return write(folder, title, records, verdict, Plots::of);
  }

  /** Draws the figures; fails with any throwable where the machine cannot draw. */
  interface Drawing {
    Map<String, byte[]> of(Gathering gathering);
  }

  static List<Path> write(
      Path folder, String title, List<RunRecord> records, Verdict verdict, Drawing drawing) {
    Gathering gathering = Gathering.of(records, verdict);
    ReportFolder files = new ReportFolder(folder);
    List<String> notices = new ArrayList<>();
    Map<String, byte[]> figures = draw(() -> drawing.of(gathering), notices);
    Reel reel = gathering.album().isEmpty() ? Reel.EMPTY : Reel.of(gathering.album(), Reel.BUDGET);
    List<String> said = new ArrayList<>(notices);
    said.addAll(gathering.album().problems());
    said.addAll(reel.problems());
    files.write("report.html", HtmlPage.of(title, gathering, reel, said));
    files.write("verdict.txt", VerdictText.of(verdict));
    files.write("comparisons.csv", Tables.comparisons(verdict));
    if (!gathering.ofTokens() && !gathering.ofPictures()) {
      files.write("summary_results.csv", Tables.summary(records, verdict));
      files.write("epoch_metrics_long.csv", Tables.epochs(records));
      summaries(records, files);
    }
    LanguageLogs.write(gathering, files);
    if (!gathering.benchmarks().isEmpty()) {
      files.write(BenchmarkLog.FILE, BenchmarkLogWriter.json(title, gathering));
    }
    gathering
        .transfer()
        .ifPresent(transfer -> files.write("tables.md", new TransferMarkdown(transfer).text()));
    if (gathering.ofPictures() || !gathering.album().isEmpty()) {
      PictureTables pictures = new PictureTables(gathering);
      files.write(PictureTables.CSV, pictures.csv());
      files.write(PictureTables.MARKDOWN, pictures.markdown(title, folder, figures.keySet()));
    }
    figures.forEach(files::write);
    if (!notices.isEmpty()) {
      files.write(NO_FIGURES, String.join("\n", notices) + "\n");
    }
    return files.written();
  }

  /** The same specification run twice has the same name twice; the later gets a number. */
  private static void summaries(List<RunRecord> records, ReportFolder files) {
    Map<String, Integer> used = new HashMap<>();
    for (RunRecord run : records) {
      String name = RunSummaries.name(run);
      int times = used.merge(name, 1, Integer::sum);
      files.write(
          times == 1 ? name : name.replace(".json", "_" + times + ".json"), RunSummaries.json(run));
    }
  }

  /**
   * A JDK without fonts or with a broken AWT fails in many ways, most of them errors
   * (InternalError, UnsatisfiedLinkError, NoClassDefFoundError) or runtime exceptions from deep
   * inside; none of them may cost the user the tables and the page.
   */
  static Map<String, byte[]> draw(Supplier<Map<String, byte[]>> drawing, List<String> notices) {
    try {
      return drawing.get();
    } catch (RuntimeException | LinkageError | InternalError e) {
      notices.add(
          "The PNG figures were not drawn, because this machine cannot draw text ("
              + e.getClass().getSimpleName()
              + (e.getMessage() == null ? "" : ": " + e.getMessage())
              + "); install a font (Debian: apt-get install fontconfig fonts-dejavu-core) and write"
              + " the report again. Everything else is complete.");
      return Map.of();
    }
  }
}
