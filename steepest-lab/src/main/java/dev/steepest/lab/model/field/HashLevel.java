package dev.steepest.lab.model.field;

import java.util.ArrayList;
import java.util.List;

/**
 * One resolution of a {@link HashGrid}: which row of a table stands at a corner of its cells.
 *
 * @param resolution cells along a side
 * @param start the first row of the level in the table of an image
 * @param rows how many it has
 */
record HashLevel(int resolution, int start, int rows) {
  /** π₂ of the paper; π₁ is 1. */
  private static final long PRIME = 2_654_435_761L;

  /**
   * Levels whose resolutions grow by a factor.
   *
   * @param most rows that a level may have; with more corners than that, corners share rows
   */
  static List<HashLevel> all(int levels, int base, double growth, int most) {
    List<HashLevel> all = new ArrayList<>();
    int start = 0;
    for (int level = 0; level < levels; level++) {
      // N_l = ⌊N_min·b^l⌋
      int resolution = (int) Math.floor(base * Math.pow(growth, level));
      long corners = (resolution + 1L) * (resolution + 1L);
      int rows = (int) Math.min(corners, most);
      all.add(new HashLevel(resolution, start, rows));
      start += rows;
    }
    return all;
  }

  /** Whether corners share rows. */
  boolean isHashed() {
    return (resolution + 1L) * (resolution + 1L) > rows;
  }

  /**
   * The row of a corner in the table of an image: one after the other where there are enough, else
   * x ⊕ π₂y modulo the number of rows, a power of two.
   *
   * @param x 0 to {@link #resolution}, as y
   */
  int row(int x, int y) {
    long row = isHashed() ? (x ^ (y * PRIME)) & (rows - 1L) : y * (resolution + 1L) + x;
    return start + (int) row;
  }
}
