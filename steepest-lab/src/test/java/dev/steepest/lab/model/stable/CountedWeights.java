package dev.steepest.lab.model.stable;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** Weights as a function of name and index, the one of {@code reference.py}; float64. */
final class CountedWeights implements WeightSource {

  @Override
  public Tensor tensor(String name, long... shape) {
    Tensor u = numbers(name, shape);
    if (shape.length > 1) {
      long fanIn = Arrays.stream(shape).skip(1).reduce(1, Math::multiplyExact);
      return u.mul(new Scalar(Math.sqrt(3.0 / fanIn)));
    }
    Tensor small = u.mul(new Scalar(0.25));
    return name.endsWith("weight") ? small.add(new Scalar(1.0)) : small;
  }

  /** Uniform in −1…1: SplitMix64 of crc32(name)·2³² + index. */
  static Tensor numbers(String name, long... shape) {
    CRC32 crc = new CRC32();
    crc.update(name.getBytes(StandardCharsets.UTF_8));
    long seed = crc.getValue() << 32;
    double[] values =
        new double[Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact))];
    for (int i = 0; i < values.length; i++) {
      long z = (seed + i + 1) * 0x9E3779B97F4A7C15L;
      z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
      z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
      values[i] = ((z ^ (z >>> 31)) >>> 11) * 0x1p-52 - 1;
    }
    return Tensor.create(values, shape);
  }
}
