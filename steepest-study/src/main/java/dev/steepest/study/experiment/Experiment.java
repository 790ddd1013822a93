package dev.steepest.study.experiment;

import java.util.List;
import java.util.Map;

/**
 * An experiment as its file describes it, checked and with every default filled in.
 *
 * @param name names the folder of its runs
 * @param title one line for people
 * @param about what it is for
 * @param seeds run k of every arm uses the k-th of them
 * @param rule how it decides
 * @param cells every point of the grid; problems outermost, arms in file order
 */
public record Experiment(
    String name,
    String title,
    String about,
    List<Long> seeds,
    DecisionRule rule,
    List<Cell> cells) {

  public Experiment {
    seeds = List.copyOf(seeds);
    cells = List.copyOf(cells);
  }

  /**
   * One point of the grid.
   *
   * @param problem what is held equal, e.g. {@code "resnet18 · cifar10"}
   * @param arm what is compared, e.g. {@code "muon"}
   * @param settings section name to its settings
   */
  public record Cell(String problem, String arm, Map<String, Map<String, Object>> settings) {}

  /** The names of the arms, in file order. */
  public List<String> arms() {
    return cells.stream().map(Cell::arm).distinct().toList();
  }
}
