package dev.steepest.study.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import dev.steepest.study.compare.Runs;
import dev.steepest.study.record.Metric;
import dev.steepest.study.record.RunRecord;
import dev.steepest.study.search.Goal;
import dev.steepest.study.search.Report;
import dev.steepest.study.search.Trial;
import dev.steepest.study.search.Trial.State;
import dev.steepest.study.sweep.TrialStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SweepReportTest {
  private static final SweepReport.Drawing NONE = _ -> Map.of();

  @TempDir Path folder;

  @Test
  void writesThePageTheTablesAndTheFigures() throws IOException {
    SweepResults results = SampleSweep.results(48);
    List<Path> written = SweepReport.write(folder, results);
    assertThat(written)
        .extracting(file -> folder.relativize(file).toString())
        .containsExactlyInAnyOrder(
            "report.html",
            "verdict.txt",
            "tables.md",
            "sweep.json",
            "trials.csv",
            "reports.csv",
            "importance.csv",
            "marginals.csv",
            "sweep_chart.png",
            "best_so_far.png",
            "importance.png",
            "learning_curves.png");
    for (Path png : written.stream().filter(f -> f.toString().endsWith(".png")).toList()) {
      assertThat(ImageIO.read(png.toFile()).getWidth()).as(png.toString()).isEqualTo(2000);
    }
    String html = Files.readString(folder.resolve("report.html"));
    assertThat(html)
        .contains("<h1>The best of 37 finished trials is trial 46 (model resnet50, optimizer muon")
        .contains(
            "on 3 fresh seeds it has 74.44\u00a0% test accuracy (95\u00a0%\u00a0CI 73.70 to 75.19)")
        .contains("48 trials: 37 finished, 6 ended early, 3 diverged, 1 failed, 1 under way")
        .contains("./steepest replay", "CUDA out of memory")
        .doesNotContainPattern("(?i)<(link|img|iframe)\\b|\\ssrc=|url\\(|@import");
    assertThat(Files.readString(folder.resolve("verdict.txt")))
        .startsWith("The best of 37 finished trials is trial 46");
  }

  @Test
  void tablesHaveEveryTrialAsItWas() throws IOException {
    SweepResults results = SampleSweep.results(24);
    SweepReport.write(folder, results, NONE);
    try (CsvReader<NamedCsvRecord> csv =
        CsvReader.builder().ofNamedCsvRecord(folder.resolve("trials.csv"))) {
      List<NamedCsvRecord> rows = csv.stream().toList();
      assertThat(rows).hasSize(24);
      for (int k = 0; k < rows.size(); k++) {
        Trial trial = results.entries().get(k).trial();
        NamedCsvRecord row = rows.get(k);
        assertThat(row.getField("state")).isEqualToIgnoringCase(trial.state().name());
        assertThat(Double.parseDouble(row.getField("optimizer.lr")))
            .isEqualTo((double) trial.values().get("optimizer.lr"));
        assertThat(row.getField("optimizer.momentum").isEmpty())
            .isEqualTo(!trial.values().containsKey("optimizer.momentum"));
      }
    }
    JsonNode json = JsonMapper.builder().build().readTree(folder.resolve("sweep.json").toFile());
    List<Double> ranking = new ArrayList<>();
    json.get("ranking")
        .forEach(
            n -> ranking.add(results.entries().get(n.intValue()).trial().value().getAsDouble()));
    assertThat(ranking).isNotEmpty().isSortedAccordingTo((a, b) -> Double.compare(b, a));
  }

  @Test
  void theHomeworksTablesHaveNoGap() throws IOException {
    SweepReport.write(folder, SampleSweep.results(48), NONE);
    String tables = Files.readString(folder.resolve("tables.md"));
    assertThat(tables)
        .contains("### Search Space", "* **optimizer:** adamw, muon, sgd\n")
        .contains("### Top Configurations (target 70 %, reached by 12)")
        .contains(
            "| Rank | Model | Optimizer | LR | Batch Size | momentum | mixup | Val Acc (%) | Test Acc (%) | Training Time |")
        .contains(
            "| 1 | resnet50 | muon | 0.005754 | 32 | — | 0.267 | 75.34 | 74.44 (n = 3: 73.70 to 75.19) | 6 min 12 s |")
        .contains("![Sweep Results](./sweep_chart.png)")
        .doesNotContain("INSERT", "null", "NaN");
    assertThat(tables.lines().filter(line -> line.matches("\\| \\d+ \\|.*"))).hasSize(8);
  }

  @Test
  void nothingOrLittleIsAReportTooAndNotAnException() throws IOException {
    for (int trials : new int[] {0, 1, 2, 5}) {
      SweepReport.write(folder, SampleSweep.results(trials));
      assertThat(Files.readString(folder.resolve("report.html")))
          .contains("Importance needs at least 10 trials");
      assertThat(folder.resolve(dev.steepest.study.report.Report.NO_FIGURES)).doesNotExist();
    }
    assertThat(headline(List.of())).isEqualTo("No trial of this sweep has begun yet.");
  }

  @Test
  void failuresAndDivergencesAloneHaveNoBest() throws IOException {
    List<TrialStore.Entry> entries = new ArrayList<>();
    for (int k = 0; k < 12; k++) {
      entries.add(entry(k, k % 2 == 0 ? State.FAILED : State.DIVERGED, k, Double.NaN));
    }
    assertThat(headline(entries)).isEqualTo("No trial has finished yet.");
    SweepReport.write(folder, of(Goal.MINIMIZE, entries));
    assertThat(Files.readString(folder.resolve("report.html")))
        .contains("12 of 12 trials diverged or failed");
  }

  @Test
  void trialsEndedEarlyAreAheadButNotChosen() {
    List<TrialStore.Entry> entries =
        List.of(entry(0, State.TERMINATED, .1, .9), entry(1, State.FINISHED, .2, 1.5));
    assertThat(headline(entries)).contains("trial 1", "with 1.5000 validation loss");
    assertThat(headline(entries.subList(0, 1)))
        .isEqualTo("No trial has finished yet; ahead is trial 0, at 0.9000 validation loss.");
  }

  @Test
  void equalValuesHaveNoImportanceAndSayWhy() {
    List<TrialStore.Entry> entries = new ArrayList<>();
    for (int k = 0; k < 20; k++) {
      entries.add(entry(k, State.FINISHED, k / 20.0, .5));
    }
    TriedSweep sweep = TriedSweep.of(of(Goal.MINIMIZE, entries));
    assertThat(sweep.importance().found()).isEmpty();
    assertThat(sweep.importance().why()).contains("same value");
    assertThat(sweep.best().orElseThrow().number()).isZero();
  }

  @Test
  void aDivergedTrialCountsAsTheWorstAndDoesNotDrownTheOthers() {
    List<TrialStore.Entry> entries = new ArrayList<>();
    for (int k = 0; k < 40; k++) {
      double x = k / 40.0;
      boolean diverged = k >= 38;
      double loss = k == 37 ? 1e9 : 1 + x;
      entries.add(entry(k, diverged ? State.DIVERGED : State.FINISHED, x, loss));
    }
    TriedSweep sweep = TriedSweep.of(of(Goal.MINIMIZE, entries));
    assertThat(sweep.importance().capped()).isEqualTo(3);
    var effect = sweep.importance().found().orElseThrow().effects().getFirst();
    assertThat(effect.alone()).isCloseTo(1, within(.02));
    assertThat(effect.shown()).isTrue();
    assertThat(effect.curve().getLast().mean()).isLessThan(10);
    assertThat(sweep.objectiveAxis().orElseThrow().high()).isLessThan(10);
  }

  @Test
  void theUnconfirmedTheEndOfASpaceAndALookAtTheTestSetAreSaid() {
    List<TrialStore.Entry> entries = new ArrayList<>();
    for (int k = 0; k < 6; k++) {
      entries.add(entry(k, State.FINISHED, k, 2 - .1 * k));
    }
    assertThat(SweepSummary.of(of(Goal.MINIMIZE, entries)))
        .contains("! 1.5000 is the best of 6 finished trials, and flattered by that")
        .contains(
            "! The best trial lies at the end of what was tried of x 5 (of 0, 1, 2, 3, 4, 5)");
    TreeMap<Integer, List<RunRecord>> runs = new TreeMap<>();
    runs.put(0, List.of(Runs.of("p", "trial 0", 0).result(Metric.TEST_LOSS, 2).record()));
    SweepResults looked =
        new SweepResults(
            SampleSweep.sweep(Goal.MINIMIZE, Metric.VAL_LOSS), entries, runs, new TreeMap<>());
    assertThat(SweepSummary.of(looked)).contains("! Trials looked at the test set");
  }

  @Test
  void dataCannotBreakOutOfThePage() throws IOException {
    String evil = "</script><script>alert('x')</script> & \"quoted\" | <b>";
    List<TrialStore.Entry> entries = new ArrayList<>();
    for (int k = 0; k < 14; k++) {
      entries.add(
          new TrialStore.Entry(
              new Trial(
                  k,
                  new TreeMap<>(Map.of(evil, k % 2 == 0 ? evil : "b", "x", k / 14.0)),
                  State.FINISHED,
                  List.of(new Report(1, k)),
                  OptionalDouble.of(k)),
              evil,
              1,
              Optional.of(
                  new TrialStore.End(State.FINISHED, OptionalDouble.of(k), 1, List.of(), evil))));
    }
    SweepReport.write(folder, of(Goal.MAXIMIZE, entries), NONE);
    String html = Files.readString(folder.resolve("report.html"));
    assertThat(html.contains("<script>alert")).isFalse();
    assertThat(Pattern.compile("<script[ >]").matcher(html).results()).hasSize(3);
    assertThat(Files.readString(folder.resolve("tables.md"))).contains("quoted\" \\| <b>");
  }

  @Test
  void withoutFontsEverythingButTheFiguresIsWritten() throws IOException {
    SweepReport.write(
        folder,
        SampleSweep.results(3),
        _ -> {
          throw new NoClassDefFoundError("sun.awt.X11FontManager");
        });
    assertThat(folder.resolve("report.html")).isNotEmptyFile();
    assertThat(Files.readString(folder.resolve(dev.steepest.study.report.Report.NO_FIGURES)))
        .contains("sun.awt.X11FontManager");
  }

  private static String headline(List<TrialStore.Entry> entries) {
    return new SweepWords(TriedSweep.of(of(Goal.MINIMIZE, entries))).headline();
  }

  private static SweepResults of(Goal goal, List<TrialStore.Entry> entries) {
    return new SweepResults(
        SampleSweep.sweep(goal, Metric.VAL_LOSS), entries, new TreeMap<>(), new TreeMap<>());
  }

  private static TrialStore.Entry entry(int number, State state, double x, double value) {
    OptionalDouble end =
        Double.isNaN(value) || state == State.DIVERGED
            ? OptionalDouble.empty()
            : OptionalDouble.of(value);
    return new TrialStore.Entry(
        new Trial(number, new TreeMap<>(Map.of("x", x)), state, List.of(), end),
        "worker",
        1,
        Optional.of(new TrialStore.End(state, end, 2, List.of(), "")));
  }
}
