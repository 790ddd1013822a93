package dev.steepest.lab.run;

import dev.steepest.lab.model.Images;
import dev.steepest.lab.model.Network;
import dev.steepest.lab.train.Precision;
import dev.steepest.lab.train.TrainingPlan;
import dev.steepest.tensor.NativeHeap;
import java.util.Locale;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Refuses a batch that cannot fit into memory. An operating system that overcommits would otherwise
 * grant the memory and kill the process, and with it the message.
 */
final class MemoryEstimate {
  /** Assumed: smaller parts fit wherever the network is trained at all; the probe is spared. */
  private static final long HARMLESS = 256;

  /** Assumed: enough images that activations outweigh the scratch memory of the kernels. */
  private static final long PROBE = 64;

  private MemoryEstimate() {}

  /**
   * @param network in training mode; its buffers change
   * @param available bytes
   * @throws IllegalArgumentException if one part of a batch needs more than is available
   */
  static void check(TrainingPlan plan, long batch, Images images, Network network, long available) {
    long part = Math.ceilDiv(batch, plan.accumulation());
    if (part <= HARMLESS) {
      return;
    }
    double perImage =
        bytesPerImage(images, network) * (plan.precision() == Precision.FP32 ? 1 : 0.5);
    double needed = perImage * part;
    if (needed > available) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "training.batch = %d needs about %.0f GB for activations, %.0f GB are available; lower it"
                  + " to %d or less, or set training.accumulation to %d or more",
              batch,
              needed / 1e9,
              available / 1e9,
              (long) (available / perImage),
              (long) Math.ceil(plan.accumulation() * needed / available)));
    }
  }

  /**
   * Activations that a forward pass keeps for the backward pass, in fp32, measured as resident
   * memory.
   */
  private static double bytesPerImage(Images images, Network network) {
    long before = NativeHeap.bytesInUse();
    try (PointerScope _ = new PointerScope()) {
      Tensor x = torch.rand(PROBE, images.channels(), images.size(), images.size());
      Tensor logits = network.forward(x);
      long after = NativeHeap.bytesInUse();
      return Math.max(after - before, logits.nbytes()) / (double) PROBE;
    }
  }
}
