package dev.steepest.optim;

import java.util.ArrayList;
import java.util.List;

/**
 * Falls by the same factor at each of some steps.
 *
 * @param milestones first steps at the new rate, rising
 * @param gamma factor at each
 */
public record Stairs(List<Long> milestones, double gamma) implements Schedule {

  public Stairs {
    milestones = List.copyOf(milestones);
    Checks.atLeast("gamma", gamma, 0);
    if (!new ArrayList<>(milestones).equals(milestones.stream().sorted().distinct().toList())) {
      throw new IllegalArgumentException("milestones " + milestones + " must rise");
    }
  }

  /** Stairs of equal length: a fall after every {@code length} of {@code totalSteps} steps. */
  public static Stairs every(long length, long totalSteps, double gamma) {
    Checks.atLeast("length of a stair", length, 1);
    List<Long> milestones = new ArrayList<>();
    for (long step = length; step < totalSteps; step += length) {
      milestones.add(step);
    }
    return new Stairs(milestones, gamma);
  }

  @Override
  public double factor(long step) {
    return Math.pow(gamma, milestones.stream().filter(milestone -> milestone <= step).count());
  }
}
