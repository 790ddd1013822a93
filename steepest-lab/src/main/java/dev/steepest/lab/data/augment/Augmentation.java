package dev.steepest.lab.data.augment;

import dev.steepest.lab.data.CounterRandom;
import dev.steepest.lab.data.CounterRandom.Purpose;
import dev.steepest.lab.data.Normalization;
import dev.steepest.lab.data.TensorMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Turns a batch of uint8 images into the float32 batch that a network is fed, in one pass per image
 * over plain arrays (32×32 images fit the first-level cache; a chain of tensor calls would stream
 * the batch through memory once per step of the plan).
 *
 * <p>All randomness of a sample follows from (run seed, epoch, sample id): the result depends on
 * neither the batch nor the thread. Immutable; safe for use by several threads.
 */
public final class Augmentation {

  private final AugmentationPlan plan;
  private final Normalization normalization;
  private final ChannelOrder order;
  private final int size;

  /** For images that keep their size. */
  public Augmentation(AugmentationPlan plan, Normalization normalization, ChannelOrder order) {
    this(plan, normalization, order, 0);
  }

  /**
   * @param plan what training images undergo; {@link AugmentationPlan#NONE} for evaluation
   * @param normalization of the data set; one value per channel of the images
   * @param order of the result in memory
   * @param size height and width that the images are resampled to, last of all; 0 = their own
   */
  public Augmentation(
      AugmentationPlan plan, Normalization normalization, ChannelOrder order, int size) {
    this.plan = plan;
    this.normalization = normalization;
    this.order = order;
    this.size = size;
  }

  /**
   * Augments, normalises and resamples.
   *
   * @param images_BCHW uint8, contiguous, on the CPU; not changed
   * @param sampleIds B identities, usually positions in the data set
   * @param runSeed seed that the whole run shares
   * @param epoch from 0
   * @return float32 [B, C, H, W], or [B, C, size, size]; retained: the caller closes it
   */
  public Tensor apply(Tensor images_BCHW, long[] sampleIds, long runSeed, long epoch) {
    requireImages(images_BCHW);
    int batch = (int) images_BCHW.size(0);
    int channels = (int) images_BCHW.size(1);
    int height = (int) images_BCHW.size(2);
    int width = (int) images_BCHW.size(3);
    check(images_BCHW, sampleIds.length, channels, height, width);

    Tensor result_BCHW =
        TensorMemory.allocate(ScalarType.Float, order.format(), batch, channels, height, width);
    MemorySegment source = TensorMemory.segment(images_BCHW);
    MemorySegment target = TensorMemory.segment(result_BCHW);
    Picture picture = new Picture(channels, height, width);
    Placement placement = new Placement(plan, height, width);
    Rendering rendering = new Rendering(normalization, order, height, width);
    int values = channels * height * width;

    for (int b = 0; b < batch; b++) {
      long sample = sampleIds[b];
      CounterRandom random = CounterRandom.of(Purpose.AUGMENTATION, runSeed, epoch, sample);
      MemorySegment.copy(
          source, ValueLayout.JAVA_BYTE, (long) b * values, picture.pixels, 0, values);
      if (plan.policy() == Policy.TRIVIAL_AUGMENT_WIDE) {
        TrivialAugmentWide.applyRandom(picture, random);
      }
      placement.draw(random, runSeed, epoch, sample);
      rendering.render(picture, placement);
      Erasing.draw(random, plan.eraseProbability(), height, width).ifPresent(rendering::erase);
      MemorySegment.copy(
          rendering.values,
          0,
          target,
          ValueLayout.JAVA_FLOAT,
          (long) b * values * Float.BYTES,
          values);
    }
    return Resampling.to(result_BCHW, size, order);
  }

  private static void requireImages(Tensor images) {
    ScalarType type = images.scalar_type().intern();
    if (type != ScalarType.Byte || images.dim() != 4 || !images.is_contiguous()) {
      throw new IllegalArgumentException(
          "augmentation takes uint8 images [B, C, H, W], contiguous; got %s with %d dimensions"
              .formatted(type, images.dim()));
    }
  }

  private void check(Tensor images_BCHW, int ids, int channels, int height, int width) {
    if (images_BCHW.size(0) != ids) {
      throw new IllegalArgumentException(
          "%d images but %d sample ids".formatted(images_BCHW.size(0), ids));
    }
    if (channels != normalization.channels()) {
      throw new IllegalArgumentException(
          "images have %d channels, the normalization %d"
              .formatted(channels, normalization.channels()));
    }
    if (plan.policy() != Policy.NONE && channels != 1 && channels != 3) {
      throw new IllegalArgumentException(
          "%s works on grey or RGB images, got %d channels".formatted(plan.policy(), channels));
    }
    if (plan.padMode() == PadMode.REFLECT && plan.cropPadding() >= Math.min(height, width)) {
      throw new IllegalArgumentException(
          "reflect padding must be below the image size %d×%d, got %d"
              .formatted(height, width, plan.cropPadding()));
    }
  }
}
