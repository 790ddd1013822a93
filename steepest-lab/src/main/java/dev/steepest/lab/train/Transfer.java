package dev.steepest.lab.train;

import dev.steepest.lab.model.Network;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Brings batches to the training device and into the plan's memory layout; nothing is copied twice.
 */
final class Transfer {
  private static final int IMAGE_DIMENSIONS = 4;

  private final Device device;
  private final MemoryFormatOptional imageFormat;
  private final MemoryFormatOptional sameFormat =
      new MemoryFormatOptional(MemoryFormat.Preserve).retainReference();

  Transfer(Device device, MemoryLayout layout) {
    this.device = device;
    imageFormat = new MemoryFormatOptional(layout.format()).retainReference();
  }

  /** The batch on the device, as new handles in the caller's scope; the given one is closed. */
  MiniBatch toDevice(MiniBatch batch) {
    try (batch) {
      Tensor inputs = batch.inputs();
      MemoryFormatOptional format = inputs.dim() == IMAGE_DIMENSIONS ? imageFormat : sameFormat;
      ScalarType type = inputs.is_floating_point() ? ScalarType.Float : ScalarType.Long; // tokens
      return new MiniBatch(
          inputs.to(device, type, false, false, format),
          batch.labels().to(device, ScalarType.Long));
    }
  }

  /** Lets a network set what follows from data. */
  void prepare(Network network, TrainingData data) {
    if (network.owesPreparation()) {
      try (PointerScope _ = new PointerScope();
          AutoGradMode _ = new AutoGradMode(false)) {
        network.prepare(toDevice(data.first(network.preparationImages())).inputs());
      }
    }
  }
}
