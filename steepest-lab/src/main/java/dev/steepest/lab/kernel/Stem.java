package dev.steepest.lab.kernel;

import org.bytedeco.pytorch.Tensor;

/**
 * The tensors of the first convolution, whose filters do not train.
 *
 * @param weight float32 [out, in, k, k], applied without padding
 * @param bias float32 [out]; while it wants a gradient the first group's input gradient is computed
 *     too, a twentieth of the work
 */
public record Stem(Tensor weight, Tensor bias) {}
