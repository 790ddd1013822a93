package dev.steepest.lab.model.stable;

import org.bytedeco.pytorch.Tensor;

/** Where a network that others trained takes its weights from. */
@FunctionalInterface
public interface WeightSource {

  /**
   * The weight of a name, on the device and in the type in which the network shall compute.
   *
   * @param name in the original state dict
   * @param shape that the network needs
   * @return a tensor that the network keeps
   */
  Tensor tensor(String name, long... shape);
}
