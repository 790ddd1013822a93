package dev.steepest.lab.train;

import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What follows from looks on the way.
 *
 * @param stopping when the run ends before its last step
 * @param plateau when the learning rate falls
 */
public record Watching(Optional<EarlyStopping> stopping, Optional<PlateauPlan> plateau) {
  /** Looks are only reported. */
  public static final Watching NOTHING = new Watching(Optional.empty(), Optional.empty());

  /**
   * @throws IllegalArgumentException where looks at these sets do not say what is watched
   */
  void requireAmong(Set<String> sets) {
    Stream.concat(
            stopping.map(EarlyStopping::watched).stream(),
            plateau.map(PlateauPlan::watched).stream())
        .forEach(watched -> watched.requireAmong(sets));
  }
}
