package dev.steepest.lab.train;

/**
 * One optimizer step.
 *
 * @param at where the run stands after it
 * @param loss of this step's batch, before the update
 * @param lrFactor what the schedule multiplied every group's learning rate with
 * @param gradNorm global L2 norm of the gradient before clipping
 */
public record StepReport(Position at, double loss, double lrFactor, double gradNorm) {}
