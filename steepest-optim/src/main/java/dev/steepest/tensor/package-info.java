/**
 * libtorch made safe to use from Java: native libraries, seeds, fused calls, LAPACK, files of
 * tensors.
 */
package dev.steepest.tensor;
