package dev.steepest.lab.model.stable;

import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** A network of weights that others trained, which it owns. */
public sealed interface FrozenNetwork extends AutoCloseable permits ClipText, StableUnet, Vae {

  /** Moves the weights, in place. */
  void to(Device device, ScalarType type);

  /** Releases the weights. */
  @Override
  void close();
}
