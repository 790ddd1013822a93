package dev.steepest.lab.run;

import dev.steepest.lab.model.Network;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Whether training has left a network that can answer. */
final class FiniteWeights {
  private FiniteWeights() {}

  /** Whether no parameter holds an infinite number or none at all. */
  static boolean of(Network network) {
    return network.parameters().stream().allMatch(parameter -> areFinite(parameter.tensor()));
  }

  private static boolean areFinite(Tensor tensor) {
    try (PointerScope _ = new PointerScope()) {
      return torch.isfinite(tensor).all().item_bool();
    }
  }
}
