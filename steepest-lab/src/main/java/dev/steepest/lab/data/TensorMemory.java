package dev.steepest.lab.data;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
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
 * CPU tensors as plain memory. Every tensor made here is retained: it outlives any {@link
 * PointerScope} and is freed by its {@code close()}.
 */
public final class TensorMemory {

  private TensorMemory() {}

  /** A retained tensor with undefined content. */
  public static Tensor allocate(ScalarType type, MemoryFormat format, long... shape) {
    try (PointerScope _ = new PointerScope()) {
      Tensor tensor =
          torch.empty(
              shape,
              new ScalarTypeOptional(type),
              new LayoutOptional(),
              new DeviceOptional(),
              new BoolOptional(),
              new MemoryFormatOptional(format));
      return tensor.retainReference();
    }
  }

  /** A retained uint8 tensor of the given shape. */
  public static Tensor ofBytes(byte[] values, long... shape) {
    Tensor tensor = allocate(ScalarType.Byte, MemoryFormat.Contiguous, shape);
    MemorySegment.copy(values, 0, segment(tensor), ValueLayout.JAVA_BYTE, 0, values.length);
    return tensor;
  }

  /** A retained int64 vector. */
  public static Tensor ofLongs(long[] values) {
    Tensor tensor = allocate(ScalarType.Long, MemoryFormat.Contiguous, values.length);
    MemorySegment.copy(values, 0, segment(tensor), ValueLayout.JAVA_LONG, 0, values.length);
    return tensor;
  }

  /** The values of an int64 tensor on any device. */
  public static long[] longs(Tensor tensor) {
    try (PointerScope _ = new PointerScope()) {
      return segment(tensor.cpu().contiguous()).toArray(ValueLayout.JAVA_LONG);
    }
  }

  /**
   * The bytes of a dense CPU tensor, in memory order. Valid until the tensor is closed: to touch
   * the segment afterwards crashes the JVM, so it must not outlive the method that asked for it.
   */
  public static MemorySegment segment(Tensor tensor) {
    if (tensor.numel() == 0) {
      return MemorySegment.NULL;
    }
    try (PointerScope _ = new PointerScope()) {
      return MemorySegment.ofAddress(tensor.data_ptr().address()).reinterpret(tensor.nbytes());
    }
  }
}
