package dev.steepest.lab.kernel;

import java.lang.foreign.MemorySegment;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.LayoutOptional;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Some images in bfloat16, channels-last and dense, as a tensor [N, C, H, W] and as memory [N, H,
 * W, C]. Survives every {@link PointerScope}; freed by {@link #close()}.
 */
final class Volume implements AutoCloseable {
  private final Tensor tensor;
  private final MemorySegment memory;
  private final int images;
  private final Extent extent;

  private Volume(Tensor tensor) {
    this.tensor = tensor;
    memory = memory(tensor);
    images = Math.toIntExact(tensor.size(0));
    extent =
        new Extent(
            Math.toIntExact(tensor.size(2)),
            Math.toIntExact(tensor.size(3)),
            Math.toIntExact(tensor.size(1)));
  }

  /** Undefined content. */
  static Volume allocate(int images, Extent extent) {
    try (PointerScope _ = new PointerScope()) {
      return new Volume(
          torch
              .empty(
                  new long[] {images, extent.channels(), extent.height(), extent.width()},
                  new ScalarTypeOptional(ScalarType.BFloat16),
                  new LayoutOptional(),
                  new DeviceOptional(),
                  new BoolOptional(),
                  new MemoryFormatOptional(MemoryFormat.ChannelsLast))
              .retainReference());
    }
  }

  /** The values of a tensor [N, C, H, W]: itself where it is bfloat16 and channels-last. */
  static Volume of(Tensor tensor) {
    try (PointerScope _ = new PointerScope()) {
      return new Volume(
          tensor.to(ScalarType.BFloat16).contiguous(MemoryFormat.ChannelsLast).retainReference());
    }
  }

  /**
   * The bytes of a dense CPU tensor, in memory order; valid while the tensor is open, after that
   * touching it crashes the JVM.
   */
  static MemorySegment memory(Tensor tensor) {
    try (PointerScope _ = new PointerScope()) {
      return MemorySegment.ofAddress(tensor.data_ptr().address()).reinterpret(tensor.nbytes());
    }
  }

  /** [N, C, H, W]. */
  Tensor tensor() {
    return tensor;
  }

  int images() {
    return images;
  }

  Extent extent() {
    return extent;
  }

  /** How many numbers. */
  long values() {
    return images * extent.values();
  }

  /** All images. */
  MemorySegment memory() {
    return memory;
  }

  /** {@code count} images from number {@code from}. */
  MemorySegment memory(int from, int count) {
    return memory.asSlice(from * extent.bytes(), count * extent.bytes());
  }

  @Override
  public void close() {
    tensor.close();
  }

  /** Closes those that are there. */
  static void close(Volume[] volumes) {
    for (int i = 0; i < volumes.length; i++) {
      close(volumes, i);
    }
  }

  /** Closes one if it is there, and forgets it. */
  static void close(Volume[] volumes, int i) {
    if (volumes[i] != null) {
      volumes[i].close();
      volumes[i] = null;
    }
  }
}
