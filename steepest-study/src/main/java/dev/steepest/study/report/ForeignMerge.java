package dev.steepest.study.report;

import dev.steepest.study.plan.RunSpec;
import dev.steepest.study.plan.Settings;
import dev.steepest.study.record.Environment;
import dev.steepest.study.record.Evaluation;
import dev.steepest.study.record.Metric;
import dev.steepest.study.record.Outcome;
import dev.steepest.study.record.RunRecord;
import dev.steepest.study.report.ForeignRun.Form;
import dev.steepest.study.report.ForeignRun.Point;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Joins what several files say of the same run, and puts runs into records. */
final class ForeignMerge {
  /** Samples that a file does not tell. */
  private static final long UNKNOWN = -1;

  /** What a file says of its output, not of its run. */
  private static final List<String> OUTPUT =
      List.of("out_dir", "output_dir", "save_dir", "source", ForeignJson.ACCURACY_OF);

  private ForeignMerge() {}

  /**
   * @param taken own numbers that unseeded runs of other folders have, from −1 down
   */
  static List<RunRecord> records(Path folder, List<ForeignRun> runs, int taken) {
    List<ForeignRun> merged = new ArrayList<>();
    for (ForeignRun run : runs) {
      // Two candidates leave open which of them is meant. Where both come from logs, which tell of
      // their runs whole, nothing is lost without it; else the run stays by itself.
      int[] same =
          IntStream.range(0, merged.size()).filter(i -> merged.get(i).sameAs(run)).toArray();
      if (same.length == 1) {
        merged.set(same[0], merged.get(same[0]).with(run));
      } else if (same.length == 0
          || IntStream.of(same).anyMatch(i -> merged.get(i).origin().form() != Form.LOG)) {
        merged.add(run);
      }
    }
    List<RunRecord> records = new ArrayList<>();
    for (ForeignRun run : merged) {
      records.add(record(folder, run, -1 - taken - records.size()));
    }
    return records;
  }

  private static RunRecord record(Path folder, ForeignRun run, long ownNumber) {
    Path name = folder.toAbsolutePath().normalize().getFileName();
    RunSpec spec =
        new RunSpec(
            name == null ? "imported" : name.toString(),
            run.model(),
            run.optimizer(),
            run.seed().orElse(ownNumber),
            new Settings(settings(run)));
    return new RunRecord(
        spec,
        new Environment(run.origin().facts()),
        new TreeMap<>(run.origin().checksums()),
        List.of(),
        run.points().stream().map(ForeignMerge::evaluation).toList(),
        run.results(),
        Optional.of(new Outcome(run.status(), "", written(run.origin().file()))),
        run.origin().file());
  }

  /**
   * The settings of the file, without what the specification names already and where the run wrote
   * to.
   */
  private static Map<String, Object> settings(ForeignRun run) {
    Map<String, Object> settings = new TreeMap<>(run.config());
    settings
        .entrySet()
        .removeIf(setting ->
            !(setting.getValue() instanceof Map)
                && (ForeignKeys.SEED.is(setting.getKey())
                    || ForeignKeys.MODEL.is(setting.getKey())
                    || ForeignKeys.OPTIMIZER.is(setting.getKey())
                    || OUTPUT.contains(setting.getKey())));
    settings.putIfAbsent("model", run.model());
    settings.putIfAbsent("optimizer", run.optimizer());
    return settings;
  }

  private static Evaluation evaluation(Point p) {
    Map<String, Double> values = new TreeMap<>(p.values());
    put(values, Metric.EPOCH_SECONDS, p.epochSeconds());
    return new Evaluation(p.epoch(), p.step(), UNKNOWN, p.seconds(), Double.NaN, values);
  }

  private static void put(Map<String, Double> values, String name, double value) {
    OptionalDouble known = ForeignRun.finite(value);
    if (known.isPresent()) {
      values.put(name, known.getAsDouble());
    }
  }

  /** A result file says nothing of when its run ended; it was not later than the file. */
  private static Instant written(Path file) {
    try {
      return Files.getLastModifiedTime(file).toInstant();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the time of " + file, e);
    }
  }
}
