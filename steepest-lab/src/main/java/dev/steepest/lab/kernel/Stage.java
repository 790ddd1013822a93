package dev.steepest.lab.kernel;

/**
 * What a {@link RowKernel} does with a column, in one short loop over vectors.
 *
 * <p>Kernels are made of stages, which hand floats on through an array in the first-level cache,
 * for the compiler's sake: it inlines up to a fixed number of nodes, a formula on top of loading
 * and rounding bfloat16 exceeds that, and vectors that reach a call become objects (measured:
 * GELU's derivative 5 to 10 times slower). A stage is compiled by itself, because the one place
 * that calls stages meets many kinds.
 */
interface Stage {
  void run(Column column);
}
