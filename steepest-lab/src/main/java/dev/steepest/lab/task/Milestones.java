package dev.steepest.lab.task;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Epochs at which a learning rate falls, as settings write them. */
public final class Milestones {
  private Milestones() {}

  /**
   * Reads epochs.
   *
   * @param text rising numbers above 0, e.g. {@code 30 60}; a part of an epoch is one, too
   * @throws IllegalArgumentException saying what is wrong with the text
   */
  public static List<Double> read(String text) {
    List<Double> milestones = new ArrayList<>();
    for (String word : text.strip().split("[\\s,]+")) {
      if (!word.matches("\\d{1,6}(\\.\\d+)?")) {
        throw new IllegalArgumentException(
            "schedule.milestones = '%s': '%s' is no number of epochs; write e.g. \"30 60\""
                .formatted(text, word));
      }
      double epoch = Double.parseDouble(word);
      if (epoch == 0 || (!milestones.isEmpty() && epoch <= milestones.getLast())) {
        throw new IllegalArgumentException(
            "schedule.milestones = '%s' must rise from above 0, but there is %s"
                .formatted(text, word));
      }
      milestones.add(epoch);
    }
    return milestones;
  }

  /** The one way to write epochs. */
  public static String text(List<Double> milestones) {
    return milestones.stream()
        .map(epoch ->
            epoch == Math.rint(epoch) ? Long.toString(Math.round(epoch)) : epoch.toString())
        .collect(Collectors.joining(" "));
  }
}
