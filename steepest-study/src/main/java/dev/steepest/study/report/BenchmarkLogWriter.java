package dev.steepest.study.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.steepest.study.compare.Benchmark;
import dev.steepest.study.compare.BenchmarkContrast;
import dev.steepest.study.record.Evaluation;
import dev.steepest.study.record.Metric;
import dev.steepest.study.record.Outcome.Status;
import dev.steepest.study.record.RunRecord;
import dev.steepest.study.record.StudySeal;
import dev.steepest.study.report.BenchmarkLog.Arm;
import dev.steepest.study.report.BenchmarkLog.Comparison;
import dev.steepest.study.report.BenchmarkLog.Contrast;
import dev.steepest.study.report.BenchmarkLog.HistoryRow;
import dev.steepest.study.report.BenchmarkLog.Lost;
import dev.steepest.study.report.BenchmarkLog.Paired;
import dev.steepest.study.report.BenchmarkLog.Problem;
import dev.steepest.study.report.BenchmarkLog.Run;
import dev.steepest.study.report.BenchmarkLog.Source;
import dev.steepest.study.report.BenchmarkLog.Statistics;
import dev.steepest.study.stats.Bootstrap;
import dev.steepest.study.stats.PairedT;
import dev.steepest.study.stats.Summary;
import dev.steepest.study.stats.Welch;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Makes a {@link BenchmarkLog} of what a report gathered. */
final class BenchmarkLogWriter {
  /** Writes what is absent not at all, and reads it as absent. */
  static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .changeDefaultPropertyInclusion(
              usual -> usual.withValueInclusion(JsonInclude.Include.NON_ABSENT))
          .build();

  private static final String COMMIT = "steepest.commit";
  private static final String DIRTY = "steepest.dirty";

  private final double alpha;
  private final Set<String> facts;
  private final Set<String> splits;

  private BenchmarkLogWriter(double alpha, List<RunRecord> runs) {
    this.alpha = alpha;
    this.facts = mixed(runs, run -> run.environment().facts());
    this.splits = mixed(runs, RunRecord::checksums);
  }

  static String json(String title, Gathering g) {
    return JSON.writeValueAsString(of(title, g, Instant.now())) + "\n";
  }

  static BenchmarkLog of(String title, Gathering g, Instant now) {
    List<RunRecord> runs =
        g.benchmarks().stream()
            .flatMap(benchmark -> benchmark.arms().stream())
            .flatMap(arm -> arm.result().runs().stream())
            .toList();
    BenchmarkLogWriter writer = new BenchmarkLogWriter(g.verdict().rule().alpha(), runs);
    return new BenchmarkLog(
        BenchmarkLog.FORMAT,
        now,
        runs.stream().map(run -> run.spec().experiment()).findFirst().orElse(""),
        title,
        g.level(),
        g.verdict().sentences(),
        source(runs),
        stated(runs, run -> run.environment().facts()),
        stated(runs, RunRecord::checksums),
        g.benchmarks().stream().map(writer::problem).toList());
  }

  private static Source source(List<RunRecord> runs) {
    Map<String, List<String>> facts = stated(runs, run -> run.environment().facts());
    List<String> dirty = facts.getOrDefault(DIRTY, List.of());
    return new Source(
        facts.getOrDefault(COMMIT, List.of()),
        dirty.isEmpty() ? Optional.empty() : Optional.of(dirty.contains("true")),
        experiments(runs));
  }

  /** The files that were sealed in the folders where the records lie. */
  private static List<String> experiments(List<RunRecord> runs) {
    return runs.stream()
        .map(run -> run.folder().toAbsolutePath().normalize().getParent())
        .distinct()
        .flatMap(folder -> StudySeal.read(folder).flatMap(StudySeal::source).stream())
        .distinct()
        .toList();
  }

  /** Names of what not every run states, or not alike. */
  private static Set<String> mixed(
      List<RunRecord> runs, Function<RunRecord, SortedMap<String, String>> facts) {
    Set<String> names = new TreeSet<>();
    runs.forEach(run -> names.addAll(facts.apply(run).keySet()));
    names.removeIf(name ->
        runs.stream().map(run -> facts.apply(run).getOrDefault(name, "")).distinct().count() == 1);
    return names;
  }

  private static SortedMap<String, List<String>> stated(
      List<RunRecord> runs, Function<RunRecord, SortedMap<String, String>> facts) {
    SortedMap<String, List<String>> values = new TreeMap<>();
    for (RunRecord run : runs) {
      facts
          .apply(run)
          .forEach((fact, value) -> {
            List<String> seen = values.computeIfAbsent(fact, _ -> new ArrayList<>());
            if (!seen.contains(value)) {
              seen.add(value);
            }
          });
    }
    return values;
  }

  private Problem problem(Benchmark b) {
    List<RunRecord> finished = b.arms().stream().flatMap(arm -> arm.runs().stream()).toList();
    boolean validated = measured(finished, Metric.VAL_ACCURACY, Metric.VAL_LOSS);
    boolean tested = measured(finished, Metric.TEST_ACCURACY, Metric.TEST_LOSS);
    List<Comparison> comparisons =
        IntStream.range(0, b.accuracies().size())
            .mapToObj(i ->
                new Comparison(
                    b.accuracies().get(i).arm(),
                    b.accuracies().get(i).baseline(),
                    contrast(b.accuracies().get(i)),
                    contrast(b.times().get(i))))
            .toList();
    return new Problem(
        b.problem(),
        b.accuracy().metric(),
        validated ? Optional.of("validation") : tested ? Optional.of("test") : Optional.empty(),
        b.arms().stream().map(arm -> arm(b, arm, validated)).toList(),
        comparisons);
  }

  private static boolean measured(List<RunRecord> runs, String accuracy, String loss) {
    return runs.stream()
        .flatMap(run -> run.evaluations().stream())
        .anyMatch(e -> e.value(accuracy).isPresent() || e.value(loss).isPresent());
  }

  private Arm arm(Benchmark b, Benchmark.Arm arm, boolean validated) {
    List<RunRecord> runs = arm.runs();
    return new Arm(
        arm.name(),
        arm.result().runs().getFirst().spec().settings().tree(),
        runs.stream().map(BenchmarkLogWriter::seed).toList(),
        runs.stream().map(b.accuracy()::atEnd).toList(),
        runs.stream().map(Benchmark.SECONDS::atEnd).toList(),
        IntStream.range(0, runs.size()).mapToObj(i -> run(i, runs.get(i))).toList(),
        lost(arm.result().runs()),
        arm.accuracy().map(BenchmarkLogWriter::statistics),
        arm.seconds().map(BenchmarkLogWriter::statistics),
        IntStream.range(0, runs.size())
            .boxed()
            .flatMap(i -> runs.get(i).evaluations().stream().map(row -> history(i, row, validated)))
            .toList());
  }

  private Run run(int place, RunRecord run) {
    SortedMap<String, Double> results = new TreeMap<>(run.results());
    results.values().removeIf(value -> !Double.isFinite(value));
    SortedMap<String, String> environment = new TreeMap<>(run.environment().facts());
    environment.keySet().retainAll(facts);
    SortedMap<String, String> data = new TreeMap<>(run.checksums());
    data.keySet().retainAll(splits);
    return new Run(place, seed(run), run.spec().id(), results, environment, data);
  }

  /** Imported runs without a seed have a negative number of their own. */
  private static OptionalLong seed(RunRecord run) {
    long seed = run.spec().seed();
    return seed < 0 ? OptionalLong.empty() : OptionalLong.of(seed);
  }

  private static Lost lost(List<RunRecord> runs) {
    return new Lost(
        seeds(runs, RunRecord::diverged),
        seeds(runs, run -> ended(run, Status.FAILED)),
        seeds(
            runs,
            run -> run.outcome().isEmpty() || ended(run, Status.STOPPED) || run.terminated()));
  }

  private static boolean ended(RunRecord run, Status status) {
    return run.outcome().filter(outcome -> outcome.status() == status).isPresent();
  }

  private static List<Long> seeds(List<RunRecord> runs, Predicate<RunRecord> which) {
    return runs.stream().filter(which).map(run -> run.spec().seed()).toList();
  }

  private static HistoryRow history(int run, Evaluation row, boolean validated) {
    return new HistoryRow(
        run,
        row.epoch(),
        finite(row.value(Metric.TRAIN_ACCURACY)),
        finite(row.value(Metric.TRAIN_LOSS)),
        finite(row.value(validated ? Metric.VAL_ACCURACY : Metric.TEST_ACCURACY)),
        finite(row.value(validated ? Metric.VAL_LOSS : Metric.TEST_LOSS)),
        finite(OptionalDouble.of(row.trainSeconds())));
  }

  private static Statistics statistics(Benchmark.Sample sample) {
    Summary s = sample.summary();
    Optional<Bootstrap> bootstrap = sample.bootstrap();
    return new Statistics(
        s.n(),
        s.mean(),
        s.sd(),
        s.median(),
        s.min(),
        s.max(),
        s.interval(),
        bootstrap.map(Bootstrap::percentile),
        bootstrap.map(Bootstrap::interval),
        bootstrap.map(Bootstrap::resamples),
        bootstrap.map(b -> OptionalLong.of(b.seed())).orElse(OptionalLong.empty()));
  }

  private Contrast contrast(BenchmarkContrast c) {
    return new Contrast(
        c.difference(),
        c.welch().map(Welch::interval),
        number(c.welch().map(Welch::t)),
        number(c.welch().map(Welch::degrees)),
        number(c.welch().map(Welch::p)),
        c.holm(),
        c.holm().isPresent() ? Optional.of(c.holm().getAsDouble() < alpha) : Optional.empty(),
        c.paired().map(BenchmarkLogWriter::paired),
        c.speedUpPercent(),
        c.ratio(),
        c.ratioInterval());
  }

  private static Paired paired(PairedT t) {
    return new Paired(t.n(), t.difference(), t.interval(), finite(OptionalDouble.of(t.t())), t.p());
  }

  private static OptionalDouble number(Optional<Double> value) {
    return value.map(v -> finite(OptionalDouble.of(v))).orElse(OptionalDouble.empty());
  }

  /** JSON knows no NaN and no infinity; a number that is none is missing. */
  private static OptionalDouble finite(OptionalDouble value) {
    return value.isPresent() && Double.isFinite(value.getAsDouble())
        ? value
        : OptionalDouble.empty();
  }
}
