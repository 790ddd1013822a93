package dev.steepest.lab.weights;

import java.util.Arrays;
import java.util.Optional;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Types of elements in files of {@code torch.save}, each with a storage class of its own there. */
enum ElementType {
  DOUBLE("DoubleStorage", ScalarType.Double, 8),
  FLOAT("FloatStorage", ScalarType.Float, 4),
  HALF("HalfStorage", ScalarType.Half, 2),
  BFLOAT16("BFloat16Storage", ScalarType.BFloat16, 2),
  LONG("LongStorage", ScalarType.Long, 8),
  INT("IntStorage", ScalarType.Int, 4),
  SHORT("ShortStorage", ScalarType.Short, 2),
  CHAR("CharStorage", ScalarType.Char, 1),
  BYTE("ByteStorage", ScalarType.Byte, 1),
  BOOL("BoolStorage", ScalarType.Bool, 1);

  private final String storage;
  private final ScalarType type;
  private final int bytes;

  ElementType(String storage, ScalarType type, int bytes) {
    this.storage = storage;
    this.type = type;
    this.bytes = bytes;
  }

  /** The type whose storage class in module {@code torch} has this name. */
  static Optional<ElementType> ofStorage(String name) {
    return Arrays.stream(values()).filter(type -> type.storage.equals(name)).findFirst();
  }

  ScalarType type() {
    return type;
  }

  int bytes() {
    return bytes;
  }
}
