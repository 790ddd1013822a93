package dev.steepest.lab.train;

import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Runs what is inside in the precision of a plan: matrix products and convolutions cast their
 * inputs down, the rest keeps its type. Per thread. On closing the casts of the parameters are
 * forgotten; otherwise the next forward pass would see stale weights.
 */
public final class Autocast implements AutoCloseable {
  private final DeviceType type;
  private final boolean before;

  private Autocast(DeviceType type) {
    this.type = type;
    before = torch.is_autocast_enabled(type);
  }

  public static Autocast on(Device device, Precision precision) {
    Autocast guard = new Autocast(device.type());
    if (precision != Precision.FP32) {
      torch.set_autocast_dtype(
          guard.type, precision == Precision.BF16 ? ScalarType.BFloat16 : ScalarType.Half);
    }
    torch.set_autocast_enabled(guard.type, precision != Precision.FP32);
    return guard;
  }

  @Override
  public void close() {
    torch.set_autocast_enabled(type, before);
    torch.clear_cache();
  }
}
