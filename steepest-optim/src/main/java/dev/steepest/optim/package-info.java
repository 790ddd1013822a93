/**
 * Optimizers, parameters by role, learning-rate schedules, gradient clipping. Start at {@link
 * dev.steepest.optim.Preset} and {@link dev.steepest.optim.Optimizer}.
 */
package dev.steepest.optim;
