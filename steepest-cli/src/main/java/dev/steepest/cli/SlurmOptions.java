package dev.steepest.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How agents are started on a cluster. */
final class SlurmOptions {
  @Option(
      names = "--slurm",
      paramLabel = "N",
      description =
          "Write a job array that starts N agents, and submit it by sbatch; with --dry-run print it.")
  private Optional<Integer> agents = Optional.empty();

  @Option(
      names = "--sbatch",
      paramLabel = "OPTION",
      description = "A line #SBATCH OPTION of it, e.g. --sbatch=--time=4:00:00; may be repeated.")
  private List<String> options = new ArrayList<>();

  boolean asked() {
    return agents.isPresent();
  }

  int agents() {
    int wanted = agents.orElseThrow();
    if (wanted < 1) {
      throw new UserError("--slurm %d is out of range; allowed: 1 or more.".formatted(wanted));
    }
    return wanted;
  }

  List<String> options() {
    return options;
  }
}
