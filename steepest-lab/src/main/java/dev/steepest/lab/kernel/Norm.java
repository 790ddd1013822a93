package dev.steepest.lab.kernel;

import org.bytedeco.pytorch.Tensor;

/**
 * The tensors of a batch normalisation, each float32 [C] and the network's own.
 *
 * @param weight factor of the normalised values; gets a gradient where it wants one
 * @param bias summand; gets a gradient where it wants one
 * @param runningMean moved by every training pass that updates statistics
 * @param runningVariance likewise, with the unbiased variance
 */
public record Norm(Tensor weight, Tensor bias, Tensor runningMean, Tensor runningVariance) {}
