package dev.steepest.lab.kernel;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/** Σx and Σx². */
enum Moments implements Stage {
  STAGE;

  @Override
  public void run(Column column) {
    MemorySegment x = column.x;
    long at = column.at;
    int stride = column.stride;
    int rows = column.rows;
    FloatVector sum = FloatVector.zero(Bf16.FLOATS);
    FloatVector squares = FloatVector.zero(Bf16.FLOATS);
    for (int r = 0; r < rows; r++) {
      FloatVector values = Bf16.load(x, at + (long) r * stride);
      sum = sum.add(values);
      squares = values.fma(values, squares);
    }
    sum.intoArray(column.first(), 0);
    squares.intoArray(column.second(), 0);
    column.addSums();
  }
}
