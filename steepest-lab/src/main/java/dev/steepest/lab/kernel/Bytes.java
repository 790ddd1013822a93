package dev.steepest.lab.kernel;

import java.lang.foreign.MemorySegment;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Plain bytes from libtorch's allocator, for {@link MaxPool}'s places; freed by closing. */
final class Bytes implements AutoCloseable {
  private final Tensor tensor;
  private final MemorySegment memory;

  private Bytes(Tensor tensor) {
    this.tensor = tensor;
    memory = Volume.memory(tensor);
  }

  /** One place for every value of some images. */
  static Bytes allocate(int images, Extent extent) {
    try (PointerScope _ = new PointerScope()) {
      return new Bytes(
          torch
              .empty(
                  new long[] {images * extent.values()},
                  new TensorOptions(ScalarType.Byte),
                  new org.bytedeco.pytorch.MemoryFormatOptional())
              .retainReference());
    }
  }

  /** The places of one image. */
  MemorySegment image(int number, Extent extent) {
    return memory.asSlice(number * extent.values(), extent.values());
  }

  @Override
  public void close() {
    tensor.close();
  }
}
