package dev.steepest.study.report;

import dev.steepest.study.compare.ArmResult;
import dev.steepest.study.compare.Numbers;
import dev.steepest.study.compare.ProblemVerdict;
import dev.steepest.study.compare.Quantity;
import dev.steepest.study.record.Metric;
import dev.steepest.study.record.PictureMetric;
import dev.steepest.study.record.RunPictures;
import dev.steepest.study.record.RunRecord;
import dev.steepest.study.report.page.Page;
import dev.steepest.study.stats.Summary;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Stream;

/** What is measured of pictures, as a table of the page, {@code pictures.csv} and {@code .md}. */
record PictureTables(Gathering g) {
  static final String CSV = "pictures.csv";
  static final String MARKDOWN = "pictures.md";

  /** Every measure of each arm; empty where pictures were not measured. */
  Optional<Page.Table> page(ProblemVerdict problem) {
    List<Quantity> measures = measures();
    if (measures.isEmpty()) {
      return Optional.empty();
    }
    List<String> header = new ArrayList<>(List.of("Arm"));
    measures.forEach(q -> header.add(q.label() + (q.symbol().isEmpty() ? "" : ", " + q.symbol())));
    List<Page.Row> rows = new ArrayList<>();
    for (ArmResult arm : problem.arms()) {
      List<String> cells = new ArrayList<>(List.of(arm.arm()));
      measures.forEach(q -> cells.add(told(q, arm)));
      rows.add(new Page.Row(g.palette().index(arm.arm()) % Palette.COLORS, cells));
    }
    return Optional.of(
        new Page.Table(
            "What was measured of the pictures at the end: mean over seeds ± half of the "
                + Numbers.shortest(100 * g.level())
                + " % interval",
            1,
            header,
            rows));
  }

  /** "96.00 ± 0.90", "120.0 (2 of 3)" where not every finished run has a value. */
  private String told(Quantity q, ArmResult arm) {
    double[] values =
        arm.finished().stream().map(q::atEnd).flatMapToDouble(OptionalDouble::stream).toArray();
    int runs = arm.finished().size();
    if (values.length == 0) {
      return runs == 0 ? Sections.ABSENT : "none of " + runs;
    }
    Summary s = Summary.of(values, g.level());
    return q.number(s.mean())
        + s.interval().map(i -> " ± " + q.number(i.halfWidth())).orElse("")
        + (values.length == runs ? "" : " (%d of %d)".formatted(values.length, runs));
  }

  /** Of the measures at the end, those that some run has; with the share that was judged right. */
  private List<Quantity> measures() {
    List<String> names = new ArrayList<>();
    for (String name : PictureMetric.NAMES) {
      Stream.of("test_" + name, "val_" + name)
          .filter(this::measured)
          .findFirst()
          .ifPresent(names::add);
      if (name.equals(PictureMetric.CONFIDENCE) && !names.isEmpty()) {
        Stream.of(Metric.TEST_ACCURACY, PictureMetric.STEPS_TO_CONFIDENCE)
            .filter(this::measured)
            .forEach(names::add);
      }
    }
    return names.stream().map(Quantity::of).toList();
  }

  private boolean measured(String metric) {
    return g.records().stream().anyMatch(run -> run.last(metric).isPresent());
  }

  /** A row for each run. */
  String csv() {
    List<Quantity> measures = measures();
    List<String> header = new ArrayList<>(List.of("problem", "arm", "seed", "outcome"));
    measures.forEach(q -> header.add(q.metric()));
    header.addAll(List.of("picture", "film", "run"));
    List<List<String>> rows = new ArrayList<>();
    for (RunRecord run : g.records()) {
      List<String> row =
          new ArrayList<>(
              List.of(
                  run.spec().problem(),
                  run.spec().arm(),
                  "" + run.spec().seed(),
                  run.outcome().map(o -> o.status().name().toLowerCase(Locale.ROOT)).orElse("")));
      measures.forEach(q -> row.add(Tables.number(q.atEnd(run))));
      row.add(g.album().of(run).map(p -> p.still().toString()).orElse(""));
      row.add(film(run).map(Path::toString).orElse(""));
      row.add(run.folder().toString());
      rows.add(row);
    }
    return Tables.csv(header, rows);
  }

  private static Optional<Path> film(RunRecord run) {
    return Optional.of(new RunPictures(run.folder()).film()).filter(Files::isRegularFile);
  }

  /**
   * Sheets, tables and what they say.
   *
   * @param folder of the report, from which films are linked
   * @param figures names of the figures that were drawn
   */
  String markdown(String title, Path folder, Set<String> figures) {
    StringBuilder text = new StringBuilder("# Pictures of " + title + "\n\n");
    for (ProblemVerdict problem : g.verdict().problems()) {
      text.append("## ").append(problem.problem()).append("\n\n");
      image(text, "Final pictures", PictureFigures.sheetFile(g, problem), figures);
      page(problem)
          .ifPresent(table ->
              text.append(table.title())
                  .append(".\n\n")
                  .append(
                      Markdown.table(
                          table.header(), table.rows().stream().map(Page.Row::cells).toList()))
                  .append("\n"));
      LearningRates.of(problem).ifPresent(rates -> rates(text, rates, figures));
      films(text, problem, folder);
    }
    Map<String, String> curves = PictureFigures.curves(g);
    for (String name : curves.keySet()) {
      image(
          text,
          Quantity.of(curves.get(name)).label() + " over steps",
          PictureFigures.curveFile(name),
          figures);
    }
    return text.toString();
  }

  private void rates(StringBuilder text, LearningRates rates, Set<String> figures) {
    Quantity metric = Quantity.of(g.verdict().rule().metric(), g.verdict().rule().goal());
    text.append("### Learning rates\n\n");
    image(text, "Pictures by learning rate", PictureFigures.gridFile(g, rates.problem()), figures);
    List<String> header = new ArrayList<>(List.of(metric.label() + " (best in bold)"));
    rates.rates().forEach(rate -> header.add("lr " + Numbers.shortest(rate)));
    List<List<String>> rows = new ArrayList<>();
    for (LearningRates.Row row : rates.rows()) {
      OptionalDouble best = row.best(metric);
      List<String> cells = new ArrayList<>(List.of(row.label()));
      for (double rate : rates.rates()) {
        Optional<ArmResult> arm = Optional.ofNullable(row.arms().get(rate));
        String told =
            arm.flatMap(ArmResult::value)
                .map(s -> LearningRates.told(metric, s))
                .orElse(arm.map(LearningRates::lost).orElse(""));
        cells.add(best.isPresent() && best.getAsDouble() == rate ? "**" + told + "**" : told);
      }
      rows.add(cells);
    }
    text.append(Markdown.table(header, rows)).append("\n");
    rates.sentences(metric).forEach(s -> text.append("- ").append(s).append("\n"));
    text.append("- ").append(LearningRates.CHOSEN).append("\n\n");
    image(text, "Metric over the learning rate", PictureFigures.RATES, figures);
  }

  private static void films(StringBuilder text, ProblemVerdict problem, Path folder) {
    List<List<String>> rows = new ArrayList<>();
    for (ArmResult arm : problem.arms()) {
      List<String> films = new ArrayList<>();
      for (RunRecord run : arm.runs()) {
        film(run)
            .ifPresent(film ->
                films.add("[seed %d](<%s>)".formatted(run.spec().seed(), link(folder, film))));
      }
      if (!films.isEmpty()) {
        rows.add(List.of(arm.arm(), String.join(", ", films)));
      }
    }
    if (!rows.isEmpty()) {
      text.append("### Films\n\n").append(Markdown.table(List.of("Arm", "Films"), rows));
      text.append("\n");
    }
  }

  /** From the report's folder where both lie on one disk, with slashes everywhere. */
  private static String link(Path folder, Path film) {
    Path from = folder.toAbsolutePath().normalize();
    Path to = film.toAbsolutePath().normalize();
    boolean together = from.getRoot() != null && from.getRoot().equals(to.getRoot());
    return (together ? from.relativize(to) : to).toString().replace('\\', '/');
  }

  private static void image(StringBuilder text, String alt, String file, Set<String> figures) {
    if (figures.contains(file)) {
      text.append("![").append(alt).append("](").append(file).append(")\n\n");
    }
  }
}
