/**
 * Weights that others trained, read without trusting the file: safetensors, and what Python's
 * {@code torch.save} writes; what of them fits a network.
 */
package dev.steepest.lab.weights;
