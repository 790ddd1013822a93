package dev.steepest.lab.model;

import static org.bytedeco.pytorch.global.torch.get_autocast_dtype;
import static org.bytedeco.pytorch.global.torch.is_autocast_enabled;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** The type that matrix products run in: autocast's where it is on. */
final class ComputeType {
  private ComputeType() {}

  /** The type of products with this tensor. */
  static ScalarType of(Tensor x) {
    DeviceType device = x.device().type();
    return is_autocast_enabled(device) ? get_autocast_dtype(device) : x.scalar_type();
  }

  /**
   * The values in that type. What goes into several products is cast once here: autocast would do
   * so for each of them, and keep as many copies for the backward pass.
   */
  static Tensor cast(Tensor x) {
    return x.to(of(x));
  }
}
