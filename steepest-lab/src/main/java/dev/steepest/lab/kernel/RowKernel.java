package dev.steepest.lab.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Stages run over every value of a dense [rows, C] block of bfloat16.
 *
 * <p>The block is cut into tiles that fit the first cache, a tile into columns one register wide:
 * what belongs to a channel stays in registers for a whole column. Immutable; used by several
 * threads at once.
 */
final class RowKernel {
  /** Bytes of one operand's tile, so that two operands fit the 32 KB of a first-level cache. */
  private static final int TILE_BYTES = 16 << 10;

  private final int period;
  private final int periodBytes;
  private final int tileRows;
  private final Stage[] stages;

  /**
   * @param stages in the order of their work, each on what the one before left
   */
  RowKernel(ChannelLanes lanes, Stage... stages) {
    this.stages = stages.clone();
    period = lanes.period();
    periodBytes = period * Bf16.BYTES;
    tileRows = Math.max(1, TILE_BYTES / periodBytes);
  }

  /**
   * Works through a block.
   *
   * @param x the operand that is read
   * @param y the operand that is written or changed, of the same size; may be x
   * @param values how many bfloat16 values, a multiple of C
   * @param sums where stages that add up leave their sums; others ignore it
   */
  void run(MemorySegment x, MemorySegment y, long values, LaneSums sums) {
    Column column = new Column(periodBytes, tileRows, sums);
    column.x = x;
    column.y = y;
    long rows = values / period;
    for (long row = 0; row < rows; row += tileRows) {
      column.rows = (int) Math.min(tileRows, rows - row);
      tile(column, row * periodBytes);
    }
    int rest = (int) (values - rows * period) * Bf16.BYTES;
    if (rest > 0) {
      remainder(column, rows * periodBytes, rest);
    }
  }

  private void tile(Column column, long at) {
    column.fetch(at, column.rows * periodBytes);
    for (int lane = 0; lane < period; lane += Bf16.LANES) {
      column.lane = lane;
      column.at = at + (long) lane * Bf16.BYTES;
      for (Stage stage : stages) {
        stage.run(column);
      }
    }
  }

  /** Less than a period is left: padded with zeros, which add nothing to any sum. */
  private void remainder(Column column, long at, int bytes) {
    MemorySegment x = column.x;
    MemorySegment y = column.y;
    try (Arena arena = Arena.ofConfined()) {
      column.x = arena.allocate(periodBytes, Integer.BYTES);
      column.y = arena.allocate(periodBytes, Integer.BYTES);
      column.rows = 1;
      MemorySegment.copy(x, at, column.x, 0, bytes);
      MemorySegment.copy(y, at, column.y, 0, bytes);
      tile(column, 0);
      MemorySegment.copy(column.y, 0, y, at, bytes);
    }
  }
}
