package dev.steepest.optim;

/**
 * Half cosine waves, each starting again at 1 (SGDR, arXiv 1608.03983).
 *
 * @param firstSteps length of the first wave
 * @param growth each wave is this many times as long as the one before
 * @param floor the factor that each wave falls to, in [0, 1]
 */
public record CosineRestarts(long firstSteps, long growth, double floor) implements Schedule {

  public CosineRestarts {
    Checks.atLeast("steps of the first wave", firstSteps, 1);
    Checks.atLeast("growth", growth, 1);
    Checks.within("floor", floor, 0, 1);
  }

  @Override
  public double factor(long step) {
    long length = firstSteps;
    long since = growth == 1 ? step % firstSteps : step;
    while (since >= length) {
      since -= length;
      length = Math.multiplyExact(length, growth);
    }
    return floor + (1 - floor) * 0.5 * (1 + Math.cos(Math.PI * since / length));
  }
}
