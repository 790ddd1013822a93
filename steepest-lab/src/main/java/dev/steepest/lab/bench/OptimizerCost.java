package dev.steepest.lab.bench;

/**
 * What one optimizer costs on one workload.
 *
 * @param optimizer name of the preset
 * @param seconds of one step
 * @param toSgd step over a step of SGD on the same parameters, made in turn
 * @param onePath step of the path that takes one parameter after the other over this step
 * @param toPass step over forward and backward
 * @param stateBytes of the tensors kept
 * @param elements of the parameters
 */
public record OptimizerCost(
    String optimizer,
    Spread seconds,
    Spread toSgd,
    Spread onePath,
    double toPass,
    long stateBytes,
    long elements) {

  /** Bytes kept per element of the parameters. */
  public double stateBytesPerElement() {
    return (double) stateBytes / elements;
  }
}
