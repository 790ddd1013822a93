package dev.steepest.study.search;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Trials from the best to the worst, as far as they say something of their values: finished ones by
 * their value; then those that were ended early, by the iteration that they got to and their value
 * there; then those that diverged. Failed ones and those without a value are left out.
 *
 * @param ranked from the best to the worst; equals in the order of their numbers
 * @param running those that are under way
 */
record Ranking(List<Trial> ranked, List<Trial> running) {

  static Ranking of(List<Trial> trials, Goal goal) {
    List<Trial> finished = new ArrayList<>();
    List<Trial> terminated = new ArrayList<>();
    List<Trial> diverged = new ArrayList<>();
    List<Trial> running = new ArrayList<>();
    for (Trial trial : trials) {
      boolean valued = !Double.isNaN(trial.value().orElse(Double.NaN));
      switch (trial.state()) {
        case RUNNING -> running.add(trial);
        case FINISHED -> {
          if (trial.value().isPresent()) {
            (valued ? finished : diverged).add(trial);
          }
        }
        case TERMINATED -> (valued ? terminated : diverged).add(trial);
        case DIVERGED -> diverged.add(trial);
        case FAILED -> {
          // the machine's fault, not that of the values
        }
      }
    }
    Comparator<Trial> byCost =
        Comparator.comparingDouble(trial -> goal.cost(trial.value().orElseThrow()));
    finished.sort(byCost);
    terminated.sort(Comparator.comparingLong(Rungs::reached).reversed().thenComparing(byCost));
    List<Trial> ranked = new ArrayList<>(finished);
    ranked.addAll(terminated);
    ranked.addAll(diverged);
    return new Ranking(List.copyOf(ranked), List.copyOf(running));
  }
}
