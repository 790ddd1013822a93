package dev.steepest.lab.data.augment;

import dev.steepest.lab.data.Normalization;
import dev.steepest.lab.data.TensorMemory;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.Tensor;

/**
 * Prints what the CIFAR-10 benchmark's augmentation costs: milliseconds per batch of 1024, median
 * of 50, one thread. A main for measuring, not a test.
 */
final class AugmentationTiming {

  private static final int BATCH = 1024;
  private static final int ROUNDS = 50;

  private AugmentationTiming() {}

  public static void main(String[] args) {
    byte[] noise = new byte[BATCH * 3 * 32 * 32];
    new Random(1).nextBytes(noise);
    long[] ids = LongStream.range(0, BATCH).toArray();
    Normalization normalization =
        new Normalization(List.of(0.4914f, 0.4822f, 0.4465f), List.of(0.2023f, 0.1994f, 0.2010f));
    try (Tensor images = TensorMemory.ofBytes(noise, BATCH, 3, 32, 32)) {
      for (AugmentationPlan plan :
          List.of(
              AugmentationPlan.NONE, AugmentationPlan.AIRBENCH, AugmentationPlan.CIFAR_BENCHMARK)) {
        for (ChannelOrder order : ChannelOrder.values()) {
          Augmentation augmentation = new Augmentation(plan, normalization, order);
          double[] millis = new double[ROUNDS];
          for (int round = 0; round < ROUNDS; round++) {
            long start = System.nanoTime();
            augmentation.apply(images, ids, 1, round).close();
            millis[round] = (System.nanoTime() - start) / 1e6;
          }
          Arrays.sort(millis);
          IO.println("%-15s %6.2f ms  %s".formatted(order, millis[ROUNDS / 2], plan));
        }
      }
    }
  }
}
