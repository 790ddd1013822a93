package dev.steepest.study.experiment;

import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
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
 * @param axes section to the choices that the file lists for it, in file order; at least one each
 */
public record Experiment(
    String name,
    String title,
    String about,
    List<Long> seeds,
    DecisionRule rule,
    Map<Section, List<Choice>> axes) {

  public Experiment {
    seeds = List.copyOf(seeds);
    axes = Collections.unmodifiableMap(new LinkedHashMap<>(axes));
  }

  /**
   * One point of the grid.
   *
   * @param problem what is held equal, e.g. {@code "resnet18 · cifar10"}
   * @param arm what is compared, e.g. {@code "muon"}
   * @param settings section name to its settings
   */
  public record Cell(String problem, String arm, Map<String, Map<String, Object>> settings) {}

  /** Every point of the grid; problems outermost, arms in file order. */
  public List<Cell> cells() {
    List<Cell> cells = List.of(new Cell("", "", Map.of()));
    for (Section section : sectionsByPart()) {
      List<Choice> choices = axes.get(section);
      boolean named = section.preset().isEmpty() || choices.size() > 1;
      cells =
          cells.stream()
              .flatMap(cell -> choices.stream().map(c -> extend(cell, section, c, named)))
              .toList();
    }
    return cells;
  }

  /** The names of the arms, in file order. */
  public List<String> arms() {
    return cells().stream().map(Cell::arm).distinct().toList();
  }

  private List<Section> sectionsByPart() {
    return axes.keySet().stream().sorted(Comparator.comparing(Section::part)).toList();
  }

  private static Cell extend(Cell cell, Section section, Choice choice, boolean named) {
    Map<String, Map<String, Object>> settings = new LinkedHashMap<>(cell.settings);
    settings.put(section.name(), choice.settings());
    if (!named) {
      return new Cell(cell.problem, cell.arm, settings);
    }
    return section.part() == Section.Part.PROBLEM
        ? new Cell(join(cell.problem, choice.label()), cell.arm, settings)
        : new Cell(cell.problem, join(cell.arm, choice.label()), settings);
  }

  private static String join(String left, String right) {
    return left.isEmpty() ? right : left + " · " + right;
  }
}
