package dev.steepest.lab.diffusion;

import dev.steepest.lab.data.CounterRandom;
import dev.steepest.lab.data.CounterRandom.Purpose;
import org.bytedeco.pytorch.Tensor;

/**
 * Standard normal noise that belongs to the number of an image and to nothing else: the same at
 * every look, whatever the seed of the run, its batches and its device.
 */
public enum FixedNoise {
  /** That images are measured with. */
  MEASURED,
  /** That samples begin with. */
  SAMPLES;

  /**
   * Noise for images.
   *
   * @param numbers of the images, N of them
   * @param shape of one image, e.g. [C, H, W]
   * @return float32 [N, …] on the CPU, owned by the caller's scope
   */
  public Tensor of(long[] numbers, long... shape) {
    int each = 1;
    long[] whole = new long[shape.length + 1];
    whole[0] = numbers.length;
    for (int d = 0; d < shape.length; d++) {
      each = Math.multiplyExact(each, Math.toIntExact(shape[d]));
      whole[d + 1] = shape[d];
    }
    float[] values = new float[Math.multiplyExact(numbers.length, each)];
    for (int n = 0; n < numbers.length; n++) {
      fill(values, n * each, each, CounterRandom.of(Purpose.NOISE, ordinal(), numbers[n]));
    }
    return Tensor.create(values, whole);
  }

  /** Pairs of normal numbers from pairs of uniform ones (Box and Muller, 1958). */
  private static void fill(float[] values, int from, int count, CounterRandom random) {
    for (int i = 0; i < count; i += 2) {
      double length = Math.sqrt(-2 * StrictMath.log(1 - random.unit(i)));
      double angle = 2 * Math.PI * random.unit(i + 1L);
      values[from + i] = (float) (length * StrictMath.cos(angle));
      if (i + 1 < count) {
        values[from + i + 1] = (float) (length * StrictMath.sin(angle));
      }
    }
  }
}
