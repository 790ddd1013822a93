package dev.steepest.study.report;

import dev.steepest.study.compare.ArmResult;
import dev.steepest.study.compare.ProblemVerdict;
import dev.steepest.study.compare.Quantity;
import dev.steepest.study.record.Evaluation;
import dev.steepest.study.record.Metric;
import dev.steepest.study.record.RunRecord;
import dev.steepest.study.report.page.Page;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Tables of runs on tokens: what came out, and what the machine gave. */
final class LanguageTables {
  /** Columns of the page's table, where any run has them. */
  private static final List<String> SHOWN =
      List.of(
          Metric.TEST_LOSS,
          Metric.TEST_PERPLEXITY,
          Metric.TEST_ACCURACY,
          Metric.VAL_LOSS,
          Metric.VAL_PERPLEXITY,
          Metric.VAL_ACCURACY,
          Metric.TOKENS_PER_SECOND,
          Metric.FLOPS_UTILISATION,
          Metric.PEAK_MEMORY_BYTES);

  private LanguageTables() {}

  /** Means over finished runs, by arm; the most of memory. Empty of other runs. */
  static Optional<Page.Table> page(Gathering g, ProblemVerdict problem) {
    List<RunRecord> runs = problem.arms().stream().flatMap(arm -> arm.finished().stream()).toList();
    if (runs.stream().noneMatch(RunRecord::ofTokens)) {
      return Optional.empty();
    }
    List<Quantity> columns =
        SHOWN.stream()
            .filter(metric -> runs.stream().anyMatch(run -> run.last(metric).isPresent()))
            .map(Quantity::of)
            .toList();
    List<String> header = new ArrayList<>(List.of("Arm", "Tokens"));
    columns.forEach(q -> header.add(q.label() + (q.symbol().isEmpty() ? "" : ", " + q.symbol())));
    List<Page.Row> rows = new ArrayList<>();
    for (ArmResult arm : problem.arms()) {
      List<String> cells = new ArrayList<>(List.of(arm.arm(), tokens(arm.finished())));
      columns.forEach(q -> cells.add(cell(arm.finished(), q)));
      rows.add(new Page.Row(g.palette().index(arm.arm()) % Palette.COLORS, cells));
    }
    return Optional.of(
        new Page.Table("Means over finished runs; memory: the most of any", 1, header, rows));
  }

  private static String tokens(List<RunRecord> runs) {
    List<String> counts =
        runs.stream()
            .filter(run -> !run.evaluations().isEmpty())
            .map(run -> tokens(run, last(run)))
            .distinct()
            .toList();
    return counts.size() == 1 && !counts.getFirst().isEmpty() ? counts.getFirst() : Sections.ABSENT;
  }

  private static String tokens(RunRecord run, Evaluation at) {
    return run.tokens(at).isPresent() ? "" + run.tokens(at).getAsLong() : "";
  }

  private static Evaluation last(RunRecord run) {
    return run.evaluations().getLast();
  }

  private static String cell(List<RunRecord> runs, Quantity q) {
    double[] values =
        runs.stream()
            .flatMapToDouble(run -> run.last(q.metric()).stream())
            .filter(Double::isFinite)
            .toArray();
    var numbers = Arrays.stream(values);
    OptionalDouble value =
        q.metric().equals(Metric.PEAK_MEMORY_BYTES) ? numbers.max() : numbers.average();
    return value.isPresent() ? q.number(value.getAsDouble()) : Sections.ABSENT;
  }

  /** {@code language_results.csv}: a row per run, values in their own units. */
  static String results(List<RunRecord> records) {
    List<String> metrics =
        Stream.concat(
                SHOWN.stream(), records.stream().flatMap(run -> run.results().keySet().stream()))
            .distinct()
            .toList();
    List<String> header =
        new ArrayList<>(
            List.of("problem", "arm", "seed", "outcome", "steps", "tokens", "train_seconds"));
    header.addAll(metrics);
    header.add("source");
    List<List<String>> rows = new ArrayList<>();
    for (RunRecord run : records) {
      List<String> row = new ArrayList<>(named(run));
      row.add(
          run.outcome().map(o -> o.status().name().toLowerCase(Locale.ROOT)).orElse("unfinished"));
      boolean seen = !run.evaluations().isEmpty();
      row.add(seen ? count(last(run).step()) : "");
      row.add(seen ? tokens(run, last(run)) : "");
      row.add(Tables.number(new RunFacts(run).totalSeconds()));
      metrics.forEach(metric -> row.add(Tables.number(run.last(metric))));
      row.add(run.folder().toString());
      rows.add(row);
    }
    return Tables.csv(header, rows);
  }

  /** {@code evaluations_long.csv}: a row per evaluation. */
  static String evaluations(List<RunRecord> records) {
    TreeSet<String> metrics = new TreeSet<>();
    records.forEach(run -> run.evaluations().forEach(e -> metrics.addAll(e.values().keySet())));
    List<String> header =
        new ArrayList<>(
            List.of("problem", "arm", "seed", "step", "tokens", "train_seconds", "eval_seconds"));
    header.addAll(metrics);
    List<List<String>> rows = new ArrayList<>();
    for (RunRecord run : records) {
      for (Evaluation e : run.evaluations()) {
        List<String> row = new ArrayList<>(named(run));
        row.add(count(e.step()));
        row.add(tokens(run, e));
        row.add(Tables.number(OptionalDouble.of(e.trainSeconds())));
        row.add(Tables.number(OptionalDouble.of(e.evalSeconds())));
        metrics.forEach(metric -> row.add(Tables.number(e.value(metric))));
        rows.add(row);
      }
    }
    return Tables.csv(header, rows);
  }

  private static List<String> named(RunRecord run) {
    long seed = run.spec().seed();
    return List.of(run.spec().problem(), run.spec().arm(), seed < 0 ? "" : "" + seed);
  }

  /** Imported results may know no steps. */
  private static String count(long count) {
    return count < 0 ? "" : "" + count;
  }
}
