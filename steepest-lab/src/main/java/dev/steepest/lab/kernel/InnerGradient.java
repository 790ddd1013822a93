package dev.steepest.lab.kernel;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * With an activation's derivatives in the column: replaces g, the gradient of the activations, by
 * that of their input, g′ = g·act′, rounded to bfloat16 as libtorch rounds it; adds up Σg′, the
 * gradient of the shift, and Σg′·(x − mean).
 *
 * <p>The derivatives come from x: forward stored nothing for them. To write g′ costs less than to
 * compute them again where it is used next.
 *
 * @param mean per lane
 */
record InnerGradient(float[] mean) implements Stage {
  @Override
  public void run(Column column) {
    MemorySegment x = column.x;
    MemorySegment y = column.y;
    long at = column.at;
    int stride = column.stride;
    int rows = column.rows;
    float[] block = column.block;
    FloatVector means = column.ofLanes(mean);
    FloatVector sum = FloatVector.zero(Bf16.FLOATS);
    FloatVector product = FloatVector.zero(Bf16.FLOATS);
    for (int r = 0; r < rows; r++) {
      long offset = at + (long) r * stride;
      FloatVector inner =
          FloatVector.fromArray(Bf16.FLOATS, block, r * Bf16.LANES).mul(Bf16.load(y, offset));
      sum = sum.add(inner);
      product = inner.fma(Bf16.load(x, offset).sub(means), product);
      Bf16.store(inner, y, offset);
    }
    sum.intoArray(column.first(), 0);
    product.intoArray(column.second(), 0);
    column.addSums();
  }
}
