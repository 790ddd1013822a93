package dev.steepest.optim.linalg;

/**
 * What an orthogonalisation of an m×n matrix, m ≤ n, multiplies.
 *
 * @param wide products of 2m²n operations: XXᵀ and PX
 * @param square products of 2m³ operations, both factors m×m
 */
public record Products(int wide, int square) {

  /** Floating-point operations for m rows and n columns, symmetry not used. */
  public double operations(long m, long n) {
    return 2.0 * m * m * (wide * (double) n + square * (double) m);
  }
}
