/**
 * Statistics of small samples: {@code double[]} in, immutable results out.
 *
 * <p>The package knows nothing of runs or optimizers and imports nothing else of this project. A
 * value that does not exist (the spread of one number) is an empty optional, never zero. Every
 * random procedure states its seed.
 */
package dev.steepest.study.stats;
