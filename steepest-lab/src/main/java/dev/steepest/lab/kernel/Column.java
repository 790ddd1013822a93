package dev.steepest.lab.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * One register's width of a tile, on its way through the stages of a {@link RowKernel}: the same
 * channels in every row.
 */
final class Column {
  private static final int CACHE_LINE = 64;

  /** Written so that {@link #fetch} is not optimised away; never read. */
  @SuppressWarnings("UnusedVariable")
  private int fetched;

  /** The operand that is read. */
  MemorySegment x;

  /** The operand that is written or changed. */
  MemorySegment y;

  /** Offset of the first row's register in both, in bytes. */
  long at;

  /** How many rows. */
  int rows;

  /** Bytes from a row to the next. */
  final int stride;

  /** Where the column's numbers begin in numbers per lane, see {@link ChannelLanes}. */
  int lane;

  /** The column as floats, a register after another: what stages hand on. */
  final float[] block;

  private final LaneSums sums;
  private final float[] first = new float[Bf16.LANES];
  private final float[] second = new float[Bf16.LANES];

  Column(int stride, int mostRows, LaneSums sums) {
    this.stride = stride;
    this.sums = sums;
    block = new float[mostRows * Bf16.LANES];
  }

  /**
   * Brings a tile of both operands into the first cache, in the order of memory, which the
   * processor foresees better than that of columns (measured: the kernels 7 % faster).
   */
  void fetch(long from, int bytes) {
    int sum = 0;
    MemorySegment first = x;
    MemorySegment second = y;
    for (int i = 0; i < bytes; i += CACHE_LINE) {
      sum += first.get(JAVA_BYTE, from + i) + second.get(JAVA_BYTE, from + i);
    }
    fetched = sum;
  }

  /** How many floats of {@link #block} are in use. */
  int count() {
    return rows * Bf16.LANES;
  }

  /** Offset of a row's register, in bytes. */
  long offset(int row) {
    return at + (long) row * stride;
  }

  /** Of numbers per lane, those of this column. */
  FloatVector ofLanes(float[] perLane) {
    return FloatVector.fromArray(Bf16.FLOATS, perLane, lane);
  }

  /** A register of {@link #block}. */
  FloatVector ofBlock(int row) {
    return FloatVector.fromArray(Bf16.FLOATS, block, row * Bf16.LANES);
  }

  /** Where a stage leaves its first sum over the rows before it calls {@link #addSums()}. */
  float[] first() {
    return first;
  }

  /** Where a stage leaves its second sum over the rows before it calls {@link #addSums()}. */
  float[] second() {
    return second;
  }

  /** Adds {@link #first()} and {@link #second()} to the totals. */
  void addSums() {
    sums.add(lane, first, second);
  }
}
