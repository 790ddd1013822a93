package dev.steepest.lab.train;

/**
 * Ends a run that has stopped to improve, and goes back to the best weights that a look has seen.
 *
 * @param watched what shall improve
 * @param patience looks in a row without improvement after which the run ends, at least 1
 * @param leastGain by how much a value must be better than the best one to count, at least 0
 */
public record EarlyStopping(Watched watched, long patience, double leastGain) {
  public EarlyStopping {
    if (patience < 1) {
      throw new IllegalArgumentException(
          "patience = " + patience + " is out of range: allowed is 1 or more.");
    }
    if (!(leastGain >= 0 && leastGain < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "leastGain = " + leastGain + " is out of range: allowed is 0 or more.");
    }
  }

  /** Whether a value is an improvement; one that is no number never is. */
  boolean isBetter(double value, double best) {
    return switch (watched.goal()) {
      case MINIMUM -> value < best - leastGain;
      case MAXIMUM -> value > best + leastGain;
    };
  }

  /** What every finite value is better than. */
  double worst() {
    return switch (watched.goal()) {
      case MINIMUM -> Double.POSITIVE_INFINITY;
      case MAXIMUM -> Double.NEGATIVE_INFINITY;
    };
  }
}
