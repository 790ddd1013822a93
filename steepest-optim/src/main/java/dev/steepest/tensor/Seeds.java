package dev.steepest.tensor;

import static org.bytedeco.pytorch.global.torch.make_generator_cpu;
import static org.bytedeco.pytorch.global.torch.randint;
import static org.bytedeco.pytorch.global.torch.randn;

import java.nio.charset.StandardCharsets;
import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Random streams that depend on a seed and a name only, not on the order in which they are asked
 * for.
 */
public final class Seeds {

  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L; // SplitMix64's increment

  private Seeds() {}

  /** A seed of its own for {@code name}: FNV-1a over its UTF-8 bytes, finished as SplitMix64. */
  public static long derive(long seed, String name) {
    long hash = 0xCBF29CE484222325L;
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xFF)) * 0x100000001B3L;
    }
    long z = mix(seed + GOLDEN_GAMMA) ^ hash;
    return mix(z + GOLDEN_GAMMA);
  }

  /** Standard normal float32 numbers on the CPU, drawn from {@code seed} alone. */
  public static Tensor normal(long seed, long... shape) {
    try (Generator generator = make_generator_cpu(seed);
        GeneratorOptional choice = new GeneratorOptional(generator)) {
      return randn(shape, choice);
    }
  }

  /** Whole numbers from 0 to 65,535, each as likely, as int32 on the CPU. */
  public static Tensor bits(long seed, long... shape) {
    try (Generator generator = make_generator_cpu(seed);
        GeneratorOptional choice = new GeneratorOptional(generator);
        TensorOptions whole = new TensorOptions(ScalarType.Int)) {
      return randint(1L << 16, shape, choice, whole);
    }
  }

  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
