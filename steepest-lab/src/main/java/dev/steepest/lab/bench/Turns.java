package dev.steepest.lab.bench;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;

/**
 * Measures several sides in rounds: within each round one after the other, every round beginning
 * with another side, so that a drifting machine touches all alike. A first round, in which kernels
 * are made and caches filled, is thrown away.
 */
final class Turns {
  private Turns() {}

  /**
   * Makes all rounds.
   *
   * @param rounds that count, at least 1
   * @param sides each makes one measurement when asked
   * @param each hears every round that counts: one value per side, in the order of sides
   * @return one row per side, one column per round that counts
   */
  static double[][] inTurn(int rounds, List<DoubleSupplier> sides, Consumer<double[]> each) {
    if (rounds < 1 || sides.isEmpty()) {
      throw new IllegalArgumentException(
          "rounds = %d and %d sides; a comparison has at least one of either."
              .formatted(rounds, sides.size()));
    }
    double[][] measured = new double[sides.size()][rounds];
    for (int round = -1; round < rounds; round++) {
      double[] values = new double[sides.size()];
      for (int turn = 0; turn < values.length; turn++) {
        int side = (turn + round + 1) % values.length;
        values[side] = sides.get(side).getAsDouble();
      }
      if (round >= 0) {
        for (int side = 0; side < values.length; side++) {
          measured[side][round] = values[side];
        }
        each.accept(values);
      }
    }
    return measured;
  }
}
