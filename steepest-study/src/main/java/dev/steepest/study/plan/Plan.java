package dev.steepest.study.plan;

import dev.steepest.study.experiment.Experiment;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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

  /**
   * Hash of a whole plan: which runs, decided how. It changes with either; where the file lists
   * what is compared, also with that and with the names of problems and arms, which there do not
   * follow from the settings.
   */
  public static String hash(Experiment experiment) {
    List<RunSpec> runs = of(experiment);
    Map<String, Object> plan = new TreeMap<>();
    plan.put("runs", runs.stream().map(RunSpec::id).collect(Collectors.joining(",")));
    plan.put("rule", experiment.rule().decision());
    List<String> compared = experiment.rule().compared();
    if (!compared.isEmpty()) {
      plan.put("compared", String.join("\n", compared));
      plan.put(
          "names",
          runs.stream()
              .map(run -> run.problem() + "\t" + run.arm())
              .collect(Collectors.joining("\n")));
    }
    return CanonicalJson.hash(new Settings(plan), 0);
  }

  private static RunSpec spec(Experiment experiment, Experiment.Cell cell, long seed) {
    return new RunSpec(
        experiment.name(), cell.problem(), cell.arm(), seed, new Settings(cell.settings()));
  }
}
