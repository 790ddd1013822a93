package dev.steepest.lab.kernel;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * Loads z = (x − mean)·scale + shift: a normalisation, or with mean 0 and scale 1 the adding of a
 * bias.
 *
 * <p>The mean is taken away first instead of being folded into the shift: where it is large against
 * the deviation the difference would cancel.
 *
 * @param mean per lane, see {@link ChannelLanes}
 * @param scale per lane
 * @param shift per lane
 */
record Affine(float[] mean, float[] scale, float[] shift) implements Stage {

  /** From numbers per channel, [C]. */
  static Affine of(ChannelLanes lanes, float[] mean, float[] scale, float[] shift) {
    return new Affine(lanes.spread(mean), lanes.spread(scale), lanes.spread(shift));
  }

  /** z = x + bias, bias [C]. */
  static Affine bias(ChannelLanes lanes, float[] bias) {
    float[] ones = new float[bias.length];
    Arrays.fill(ones, 1);
    return of(lanes, new float[bias.length], ones, bias);
  }

  @Override
  public void run(Column column) {
    MemorySegment x = column.x;
    long at = column.at;
    int stride = column.stride;
    int rows = column.rows;
    float[] block = column.block;
    FloatVector means = column.ofLanes(mean);
    FloatVector scales = column.ofLanes(scale);
    FloatVector shifts = column.ofLanes(shift);
    for (int r = 0; r < rows; r++) {
      Bf16.load(x, at + (long) r * stride)
          .sub(means)
          .fma(scales, shifts)
          .intoArray(block, r * Bf16.LANES);
    }
  }
}
