package dev.steepest.lab.kernel;

import java.util.List;

/**
 * Two sums per channel over a part of a batch, in double precision, filled from float sums over
 * columns. Parts are added up in a fixed order, so that the bits of the total depend on the
 * division only.
 *
 * <p>Columns are short ({@link RowKernel}): the product of two bfloat16 has 16 significant bits, so
 * that dozens of them add up in a float's 24 almost without rounding.
 */
final class LaneSums {
  private final ChannelLanes lanes;
  private final double[] first;
  private final double[] second;

  LaneSums(ChannelLanes lanes) {
    this.lanes = lanes;
    first = new double[lanes.period()];
    second = new double[lanes.period()];
  }

  /** Adds a register's sums at a position of the layout of {@link ChannelLanes}. */
  void add(int lane, float[] toFirst, float[] toSecond) {
    for (int i = 0; i < Bf16.LANES; i++) {
      first[lane + i] += toFirst[i];
      second[lane + i] += toSecond[i];
    }
  }

  /** Adds up the sums of parts, in their order. */
  static LaneSums total(List<LaneSums> parts) {
    LaneSums total = new LaneSums(parts.getFirst().lanes);
    parts.forEach(total::add);
    return total;
  }

  private void add(LaneSums other) {
    for (int i = 0; i < first.length; i++) {
      first[i] += other.first[i];
      second[i] += other.second[i];
    }
  }

  /** First sum of every channel, [C]. */
  double[] first() {
    return lanes.gather(first);
  }

  /** Second sum of every channel, [C]. */
  double[] second() {
    return lanes.gather(second);
  }
}
