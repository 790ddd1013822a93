/**
 * The body of a convolutional network between its convolutions, as few passes over memory.
 *
 * <p>libtorch runs pooling, batch normalisation and activation as one operation each, saves what
 * each needs, and stores a whole batch between any two. Here they are fused by hand on the raw
 * memory of channels-last bfloat16 tensors with the vector instructions of the JDK, forward and
 * backward; only the convolutions stay with libtorch. {@link dev.steepest.lab.kernel.FusedBody} is
 * the whole, and the place to begin reading.
 *
 * <p>Legend of shapes: N images, H×W pixels, C channels, [N, H, W, C] in memory order. A
 * <em>lane</em> is one number of a vector register.
 *
 * <p>Needs {@code --add-modules jdk.incubator.vector}.
 */
package dev.steepest.lab.kernel;
