package dev.steepest.lab.kernel;

import org.bytedeco.pytorch.Tensor;

/**
 * The tensors of convolution → max-pool 2×2 → normalisation → activation → convolution →
 * normalisation → activation.
 *
 * @param first float32 [width, in, 3, 3]
 * @param firstNorm over width
 * @param second float32 [width, width, 3, 3]
 * @param secondNorm over width
 */
public record Group(Tensor first, Norm firstNorm, Tensor second, Norm secondNorm) {}
