package dev.steepest.study.plan;

import dev.steepest.study.experiment.Experiment;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Which runs an experiment asks for, and in which order. */
public final class Plan {
  private Plan() {}

  /**
   * All runs of an experiment, seeds outermost: every arm meets seed k before any meets seed k + 1,
   * so that a drifting machine touches all arms alike and a stopped experiment leaves complete
   * pairs.
   */
  public static List<RunSpec> of(Experiment experiment) {
    List<Experiment.Cell> cells = experiment.cells();
    return experiment.seeds().stream()
        .flatMap(seed -> cells.stream().map(cell -> spec(experiment, cell, seed)))
        .toList();
  }

  /** Hash of a whole plan: which runs, decided how. It changes with either. */
  public static String hash(Experiment experiment) {
    Map<String, Object> rule =
        Map.of(
            "runs", of(experiment).stream().map(RunSpec::id).collect(Collectors.joining(",")),
            "rule", experiment.rule().decision());
    return CanonicalJson.hash(new Settings(rule), 0);
  }

  private static RunSpec spec(Experiment experiment, Experiment.Cell cell, long seed) {
    return new RunSpec(
        experiment.name(), cell.problem(), cell.arm(), seed, new Settings(cell.settings()));
  }
}
