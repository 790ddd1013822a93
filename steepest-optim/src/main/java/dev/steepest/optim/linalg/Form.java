package dev.steepest.optim.linalg;

/**
 * Which products the iteration X ← P(XXᵀ)X is made of, for X of m rows and n ≥ m columns. Equal in
 * exact arithmetic; {@code docs/orthogonality.md} compares them in every precision.
 */
public enum Form {
  /** {@link #GRAM} where it was measured to be faster, else {@link #DIRECT}. */
  AUTO,
  /** A = XXᵀ, A² and P·X in every iteration: two products of 2m²n operations and one of 2m³. */
  DIRECT,
  /**
   * Iterates R ← P(R)²R and Q ← P(R)Q on the Gram matrix R = XXᵀ and multiplies X by Q at the end:
   * four products of 2m³ operations per iteration, two of 2m²n per start (Gram Newton–Schulz,
   * Dao-AILab).
   *
   * <p>A rounding error u of R grows by P(0)² per iteration. Before it could widen the band of
   * singular values ({@link Triples#noise}) the iteration starts again from a fresh Gram matrix: in
   * bfloat16 after one to three iterations, in float32 and float64 not within the first five.
   */
  GRAM
}
