package dev.steepest.lab.train;

import dev.steepest.optim.Plateau;
import dev.steepest.optim.Plateau.Threshold;

/**
 * Lowers the learning rate when looks have stopped to improve: {@link Plateau}, observed at every
 * look but the one before the first step.
 *
 * @param watched what shall improve
 * @param factor of each fall, in [0, 1)
 * @param patience looks without improvement that are borne, at least 0
 * @param threshold what counts as an improvement, at least 0
 * @param kind how the threshold is meant
 * @param cooldown looks after a fall that are not counted, at least 0
 * @param floor least factor, in [0, 1]
 */
public record PlateauPlan(
    Watched watched,
    double factor,
    long patience,
    double threshold,
    Threshold kind,
    long cooldown,
    double floor) {
  public PlateauPlan {
    new Plateau(watched.goal(), factor, patience, threshold, kind, cooldown, floor); // checks
  }

  Plateau begin() {
    return new Plateau(watched.goal(), factor, patience, threshold, kind, cooldown, floor);
  }
}
