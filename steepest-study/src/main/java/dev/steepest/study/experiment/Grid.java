package dev.steepest.study.experiment;

import dev.steepest.study.experiment.Experiment.Cell;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What one arm asks for with one value for each flag: a list of choices for every section.
 *
 * @param arm its name; empty where the file lists none, and sections name its arms
 * @param problemFlags flags that vary the problem, e.g. {@code "limit=1000"}
 * @param armFlags flags that vary the arm, e.g. {@code "lr=11.5"}
 * @param axes section to its choices, in file order; at least one each
 * @param changed names of the sections that some arm changes, which therefore belong to the arms
 * @param shared what every arm chooses in such a section of the problem, by section; it still names
 *     the problem
 */
record Grid(
    String arm,
    String problemFlags,
    String armFlags,
    Map<Section, List<Choice>> axes,
    Set<String> changed,
    Map<String, String> shared) {

  /** Every point, problems outermost, choices in file order. */
  List<Cell> cells() {
    List<Cell> cells = List.of(new Cell("", arm.isEmpty() ? "" : beside(arm, armFlags), Map.of()));
    for (Section section : axes.keySet()) {
      if (part(section) == Section.Part.PROBLEM) {
        cells = extended(cells, section);
      } else if (shared.containsKey(section.name())) {
        cells = cells.stream().map(cell -> named(cell, shared.get(section.name()))).toList();
      }
    }
    for (Section section : axes.keySet()) {
      if (part(section) == Section.Part.ARM) {
        cells = extended(cells, section);
      }
    }
    return cells.stream()
        .map(cell ->
            new Cell(
                beside(cell.problem(), problemFlags),
                arm.isEmpty() ? beside(cell.arm(), armFlags) : cell.arm(),
                cell.settings()))
        .toList();
  }

  private static Cell named(Cell cell, String name) {
    return new Cell(joined(cell.problem(), name), cell.arm(), cell.settings());
  }

  private List<Cell> extended(List<Cell> cells, Section section) {
    List<Choice> choices = axes.get(section);
    return cells.stream()
        .flatMap(cell -> choices.stream().map(c -> extend(cell, section, c, choices.size())))
        .toList();
  }

  private Section.Part part(Section section) {
    return changed.contains(section.name()) ? Section.Part.ARM : section.part();
  }

  private Cell extend(Cell cell, Section section, Choice choice, int choices) {
    Map<String, Map<String, Object>> settings = new LinkedHashMap<>(cell.settings());
    settings.put(section.name(), choice.settings());
    boolean named = section.preset().isEmpty() || choices > 1;
    if (part(section) == Section.Part.PROBLEM) {
      String problem = named ? joined(cell.problem(), choice.label()) : cell.problem();
      return new Cell(problem, cell.arm(), settings);
    }
    String label =
        !arm.isEmpty()
            ? beside(cell.arm(), choice.varied())
            : named ? joined(cell.arm(), choice.label()) : cell.arm();
    return new Cell(cell.problem(), label, settings);
  }

  private static String joined(String left, String right) {
    return left.isEmpty() ? right : left + " · " + right;
  }

  private static String beside(String left, String right) {
    return left.isEmpty() || right.isEmpty() ? left + right : left + " " + right;
  }
}
