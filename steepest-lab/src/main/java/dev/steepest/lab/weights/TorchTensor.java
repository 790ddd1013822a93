package dev.steepest.lab.weights;

import static org.bytedeco.pytorch.global.torch.empty;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;

/**
 * A view of a storage: element (i, j, …) is the storage's element offset + i·stride₀ + j·stride₁ …
 */
final class TorchTensor implements StoredTensor {
  /** More than any weight has; a guard against files that are none. */
  static final int MOST_DIMENSIONS = 16;

  private final TorchStorage storage;
  private final long offset;
  private final long[] shape;
  private final long[] strides;

  /**
   * @throws Malformed if the view leaves the storage, or has more elements than the storage
   */
  TorchTensor(TorchStorage storage, long offset, long[] shape, long[] strides) throws Malformed {
    this.storage = storage;
    this.offset = offset;
    this.shape = shape.clone();
    this.strides = strides.clone();
    check();
  }

  private void check() throws Malformed {
    if (shape.length != strides.length || offset < 0) {
      throw new Malformed(
          "a tensor has %d sizes, %d strides and begins at element %d"
              .formatted(shape.length, strides.length, offset));
    }
    long elements = 1;
    long last = offset;
    try {
      for (int i = 0; i < shape.length; i++) {
        if (shape[i] < 0 || strides[i] < 0) {
          throw new Malformed(
              "a tensor has the size %d with stride %d".formatted(shape[i], strides[i]));
        }
        elements = Math.multiplyExact(elements, shape[i]);
        last = Math.addExact(last, Math.multiplyExact(Math.max(0, shape[i] - 1), strides[i]));
      }
    } catch (ArithmeticException _) {
      throw new Malformed(
          "a tensor of shape %s has more elements than can be counted".formatted(spoken()));
    }
    if (elements > 0 && last >= storage.elements()) {
      throw new Malformed(
          "a tensor of shape %s reaches to element %d of a storage of %d"
              .formatted(spoken(), last, storage.elements()));
    }
    if (elements > storage.elements()) {
      throw new Malformed(
          "a tensor of shape %s repeats the %d elements of its storage"
              .formatted(spoken(), storage.elements()));
    }
  }

  @Override
  public long[] shape() {
    return shape.clone();
  }

  @Override
  public Tensor read() throws Malformed, IOException {
    Tensor result;
    try (PointerScope _ = new PointerScope();
        AutoGradMode _ = new AutoGradMode(false)) {
      Tensor all =
          empty(
              new long[] {storage.elements()},
              new TensorOptions(storage.type().type()),
              new MemoryFormatOptional());
      storage.source().read(memory(all));
      result = all.as_strided(shape, strides, new LongOptional(offset)).clone().contiguous();
      result.retainReference();
    }
    PointerScope outer = PointerScope.getInnerScope();
    if (outer != null) {
      outer.attach(result);
      result.releaseReference();
    }
    return result;
  }

  private static MemorySegment memory(Tensor tensor) {
    long bytes = tensor.nbytes();
    return bytes == 0
        ? MemorySegment.NULL
        : MemorySegment.ofAddress(tensor.data_ptr().address()).reinterpret(bytes);
  }
}
