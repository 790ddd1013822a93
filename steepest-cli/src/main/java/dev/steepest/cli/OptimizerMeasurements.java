package dev.steepest.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What was measured of optimizers, from three committed files: {@code optimizer-cost.csv} (by
 * {@code bench optim}; lines that begin with # tell machine and date), {@code optimizer-golden.csv}
 * (the recorded runs that the golden tests follow) and {@code optimizer-conformance.csv} (the
 * contract tests). What was not measured is absent, never zero.
 *
 * @param about machine and date of the costs, one line each; empty where nothing was measured
 * @param costs by rule and set of parameters
 * @param golden one entry per rule and recorded run that it follows
 * @param conformance one entry per rule and contract
 */
record OptimizerMeasurements(
    List<String> about, List<Cost> costs, List<Golden> golden, List<Conformance> conformance) {

  static final String COST = "rule,set,ratio_to_sgd,ratio_to_fwd_bwd,spread,one_by_one";
  private static final String GOLDEN = "rule,case";
  private static final String CONFORMANCE = "rule,contract,passed,failed";

  /**
   * The cost of one rule's step.
   *
   * @param set the parameters it was measured on
   * @param toSgd multiples of SGD's step
   * @param toPass multiples of forward and backward
   * @param spread least and most of the ratio to SGD over rounds
   * @param oneByOne how many times longer one parameter after the other takes
   */
  record Cost(
      String rule, String set, String toSgd, String toPass, String spread, String oneByOne) {}

  /** A recorded run that a rule follows. */
  record Golden(String rule, String run) {}

  /** How many tests of a contract a rule or wrapper has passed and failed. */
  record Conformance(String rule, String contract, int passed, int failed) {}

  /** The files of {@code folder}, as far as they are there. */
  static OptimizerMeasurements in(Path folder) {
    List<String> cost = lines(folder.resolve("optimizer-cost.csv"));
    return new OptimizerMeasurements(
        cost.stream().filter(l -> l.startsWith("#")).map(l -> l.substring(1).strip()).toList(),
        rows(folder, cost, COST).stream()
            .map(row -> new Cost(row[0], row[1], row[2], row[3], row[4], row[5]))
            .toList(),
        rows(folder, lines(folder.resolve("optimizer-golden.csv")), GOLDEN).stream()
            .map(row -> new Golden(row[0], row[1]))
            .toList(),
        rows(folder, lines(folder.resolve("optimizer-conformance.csv")), CONFORMANCE).stream()
            .map(row ->
                new Conformance(row[0], row[1], Integer.parseInt(row[2]), Integer.parseInt(row[3])))
            .toList());
  }

  /** The installation's files, or those of the folder where the program runs. */
  static OptimizerMeasurements installed() {
    String home = Optional.ofNullable(System.getenv("STEEPEST_HOME")).orElse("");
    return in(Path.of(home, "docs", "data"));
  }

  List<Cost> costsOf(String rule) {
    return costs.stream().filter(cost -> cost.rule().equals(rule)).toList();
  }

  /** Tests of one contract for one rule; empty where there are none. */
  Optional<Conformance> conformanceOf(String rule, String contract) {
    return conformance.stream()
        .filter(c -> c.rule().equals(rule) && c.contract().equals(contract))
        .findFirst();
  }

  long goldenOf(String rule) {
    return golden.stream().filter(run -> run.rule().equals(rule)).count();
  }

  private static List<String[]> rows(Path folder, List<String> lines, String header) {
    List<String> data = lines.stream().filter(l -> !l.startsWith("#") && !l.isBlank()).toList();
    List<String[]> rows = new ArrayList<>();
    if (data.isEmpty()) {
      return rows;
    }
    if (!data.getFirst().equals(header)) {
      throw new UserError(
          "A file in %s begins with '%s' but must begin with '%s'."
              .formatted(folder, data.getFirst(), header));
    }
    int columns = header.split(",").length;
    for (String line : data.subList(1, data.size())) {
      String[] row = line.split(",", -1);
      if (row.length != columns) {
        throw new UserError(
            "In %s, '%s' must have the columns %s.".formatted(folder, line, header));
      }
      rows.add(row);
    }
    return rows;
  }

  private static List<String> lines(Path file) {
    try {
      return Files.exists(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException failed) {
      throw new UncheckedIOException("Cannot read " + file, failed);
    }
  }
}
