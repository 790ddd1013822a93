/**
 * The training loop.
 *
 * <p>{@link dev.steepest.lab.train.Trainer} is the visible loop: batches in, optimizer steps,
 * evaluations, checkpoints. What happens is told to a {@link dev.steepest.lab.train.TrainListener};
 * nothing here knows how a run is recorded. Training and evaluation have clocks of their own, and
 * the device is idle whenever one of them starts or stops.
 *
 * <p>A run is a function of its plan, its data and its seed: on the CPU, with the same number of
 * threads, one that was stopped and resumed at any step ends with the same bits as one that was
 * not.
 */
package dev.steepest.lab.train;
