package dev.steepest.study.compare;

import dev.steepest.study.experiment.DecisionRule;
import dev.steepest.study.plan.RunSpec;
import dev.steepest.study.plan.Settings;
import dev.steepest.study.record.Environment;
import dev.steepest.study.record.Evaluation;
import dev.steepest.study.record.Metric;
import dev.steepest.study.record.Outcome;
import dev.steepest.study.record.RunRecord;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Records for tests, equal in everything that a test does not change. */
public final class Runs {
  public static final String PROBLEM = "resnet18 · cifar10";

  private Runs() {}

  public static DecisionRule accuracyRule(Optional<String> baseline, Double... targets) {
    return new DecisionRule(
        Metric.TEST_ACCURACY,
        DecisionRule.Goal.MAXIMIZE,
        baseline,
        .05,
        List.of(targets),
        Metric.VAL_ACCURACY,
        List.of());
  }

  /** Finished runs of one arm with the given test accuracies on seeds 0, 1, … */
  public static List<RunRecord> arm(String arm, double... accuracies) {
    List<RunRecord> runs = new ArrayList<>();
    for (int seed = 0; seed < accuracies.length; seed++) {
      runs.add(of(PROBLEM, arm, seed).accuracy(accuracies[seed]).record());
    }
    return runs;
  }

  public static Run of(String problem, String arm, long seed) {
    return new Run(problem, arm, seed);
  }

  /** One run under construction. */
  public static final class Run {
    private final String problem;
    private final String arm;
    private final long seed;
    private final Map<String, Object> settings = new TreeMap<>();
    private final Map<String, String> facts = new TreeMap<>();
    private final Map<String, String> checksums = new TreeMap<>();
    private final Map<String, Double> results = new TreeMap<>();
    private List<Evaluation> evaluations =
        List.of(new Evaluation(2, 98, 100_000, 20, 1, Map.of(Metric.VAL_ACCURACY, .5)));
    private Optional<Path> folder = Optional.empty();
    private Optional<Outcome> outcome =
        Optional.of(new Outcome(Outcome.Status.FINISHED, "", Instant.EPOCH));

    private Run(String problem, String arm, long seed) {
      this.problem = problem;
      this.arm = arm;
      this.seed = seed;
      settings.put("model", "resnet18");
      settings.put("batch_size", 1024);
      settings.put("optimizer", Map.of("name", arm, "lr", .01));
      facts.put("steepest.commit", "600bbb6");
      facts.put("steepest.dirty", "false");
      facts.put("threads", "8");
      checksums.put("train", "ab".repeat(32));
    }

    public Run accuracy(double accuracy) {
      results.put(Metric.TEST_ACCURACY, accuracy);
      return this;
    }

    public Run result(String metric, double value) {
      results.put(metric, value);
      return this;
    }

    public Run setting(String key, Object value) {
      settings.put(key, value);
      return this;
    }

    public Run fact(String key, String value) {
      facts.put(key, value);
      return this;
    }

    public Run checksum(String split, String value) {
      checksums.put(split, value);
      return this;
    }

    public Run evaluations(Evaluation... evaluations) {
      this.evaluations = List.of(evaluations);
      return this;
    }

    public Run evaluations(List<Evaluation> evaluations) {
      this.evaluations = evaluations;
      return this;
    }

    public Run ended(Outcome.Status status) {
      outcome = Optional.of(new Outcome(status, "for the test", Instant.EPOCH));
      return this;
    }

    public Run unfinished() {
      outcome = Optional.empty();
      return this;
    }

    public Run at(Instant end) {
      outcome = outcome.map(o -> new Outcome(o.status(), o.reason(), end));
      return this;
    }

    /** Where the record lies, else where nothing does. */
    public Run in(Path folder) {
      this.folder = Optional.of(folder);
      return this;
    }

    public RunRecord record() {
      return new RunRecord(
          new RunSpec("test", problem, arm, seed, new Settings(settings)),
          new Environment(facts),
          new TreeMap<>(checksums),
          List.of(),
          evaluations,
          new TreeMap<>(results),
          outcome,
          // Where the locale is POSIX a path cannot hold more than ASCII.
          folder.orElse(Path.of("runs", arm.replaceAll("\\P{ASCII}", "_") + "-" + seed)));
    }
  }
}
