/**
 * Several processes that train one network together.
 *
 * <p>A {@link dev.steepest.lab.distributed.World} says who and where the processes are; they meet
 * as a {@link dev.steepest.lab.distributed.Team}, which sums, spreads and gathers over libtorch's
 * process groups (Gloo on a CPU, NCCL on GPUs). {@link dev.steepest.lab.distributed.GradientSync}
 * sums gradients while the backward pass goes on, {@link dev.steepest.lab.distributed.Dealing}
 * deals the costly updates out, {@link dev.steepest.lab.distributed.Agreement} checks that all have
 * the same network. A process that is lost is named by the others within seconds, and ends them.
 */
package dev.steepest.lab.distributed;
