package dev.steepest.lab.kernel;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * Replaces g′, the gradient of a batch normalisation's output, by that of its input x.
 *
 * <p>With x̂ = (x − mean)·r, r = 1/√(var + ε), scale = w·r and M values per channel,
 *
 * <pre>  dx = scale·(g′ − Σg′/M − x̂·Σ(g′x̂)/M) = scale·g′ + slope·(x − mean) + offset</pre>
 *
 * @param mean per lane
 * @param scale per lane
 * @param slope −scale·r²·Σ(g′(x − mean))/M per lane
 * @param offset −scale·Σg′/M per lane
 */
record NormGradient(float[] mean, float[] scale, float[] slope, float[] offset) implements Stage {
  @Override
  public void run(Column column) {
    MemorySegment x = column.x;
    MemorySegment y = column.y;
    long at = column.at;
    int stride = column.stride;
    int rows = column.rows;
    FloatVector means = column.ofLanes(mean);
    FloatVector scales = column.ofLanes(scale);
    FloatVector slopes = column.ofLanes(slope);
    FloatVector offsets = column.ofLanes(offset);
    for (int r = 0; r < rows; r++) {
      long offset = at + (long) r * stride;
      FloatVector rest = Bf16.load(x, offset).sub(means).fma(slopes, offsets);
      Bf16.store(Bf16.load(y, offset).fma(scales, rest), y, offset);
    }
  }
}
