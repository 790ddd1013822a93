package dev.steepest.lab.kernel;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/** Rounds the floats of the column into y. */
enum Store implements Stage {
  STAGE;

  @Override
  public void run(Column column) {
    MemorySegment y = column.y;
    long at = column.at;
    int stride = column.stride;
    int rows = column.rows;
    float[] block = column.block;
    for (int r = 0; r < rows; r++) {
      Bf16.store(
          FloatVector.fromArray(Bf16.FLOATS, block, r * Bf16.LANES), y, at + (long) r * stride);
    }
  }
}
