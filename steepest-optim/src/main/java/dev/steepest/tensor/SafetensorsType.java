package dev.steepest.tensor;

import java.util.Map;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Element types under their safetensors names. */
final class SafetensorsType {

  private record Kind(ScalarType type, long bytes) {}

  private static final Map<String, Kind> KINDS =
      Map.ofEntries(
          Map.entry("F64", new Kind(ScalarType.Double, 8)),
          Map.entry("F32", new Kind(ScalarType.Float, 4)),
          Map.entry("F16", new Kind(ScalarType.Half, 2)),
          Map.entry("BF16", new Kind(ScalarType.BFloat16, 2)),
          Map.entry("I64", new Kind(ScalarType.Long, 8)),
          Map.entry("I32", new Kind(ScalarType.Int, 4)),
          Map.entry("I16", new Kind(ScalarType.Short, 2)),
          Map.entry("I8", new Kind(ScalarType.Char, 1)),
          Map.entry("U8", new Kind(ScalarType.Byte, 1)),
          Map.entry("BOOL", new Kind(ScalarType.Bool, 1)));

  private SafetensorsType() {}

  /** The type called {@code name}, or null. */
  static ScalarType of(String name) {
    Kind kind = KINDS.get(name);
    return kind == null ? null : kind.type();
  }

  static String name(String tensor, ScalarType type) {
    return KINDS.entrySet().stream()
        .filter(entry -> entry.getValue().type() == type)
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "tensor '" + tensor + "' of type " + type + " cannot be saved"));
  }

  /** Bytes of one element. */
  static long bytes(ScalarType type) {
    return KINDS.values().stream()
        .filter(kind -> kind.type() == type)
        .findFirst()
        .orElseThrow()
        .bytes();
  }
}
