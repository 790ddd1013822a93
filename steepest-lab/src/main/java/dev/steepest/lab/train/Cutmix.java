package dev.steepest.lab.train;

import dev.steepest.lab.data.CounterRandom;
import dev.steepest.lab.data.CounterRandom.Purpose;
import java.util.Arrays;
import org.apache.commons.statistics.distribution.BetaDistribution;
import org.bytedeco.pytorch.Tensor;

/**
 * Pastes a rectangle of another image of the batch over every image (Yun et al., "CutMix:
 * Regularization Strategy to Train Strong Classifiers with Localizable Features", ICCV 2019,
 * algorithm A1): one rectangle for the batch, whose area is 1 − λ of the image with λ ~ Beta(α, α)
 * where it lies within. The loss is blended by the areas as they came out.
 */
final class Cutmix implements Blending {
  private final BetaDistribution shares;
  private final long seed;

  /**
   * @param alpha positive
   */
  Cutmix(double alpha, long seed) {
    shares = BetaDistribution.of(alpha, alpha);
    this.seed = seed;
  }

  /** The rows or columns that a rectangle covers. */
  private record Side(long from, long length) {
    /**
     * @param size of the image
     * @param cut of the rectangle, before what lies outside is dropped
     * @param centre of the rectangle
     */
    static Side of(long size, long cut, long centre) {
      long from = Math.clamp(centre - cut / 2, 0, size);
      return new Side(from, Math.clamp(centre + cut / 2, 0, size) - from);
    }

    Tensor of(Tensor images, int dimension) {
      return images.narrow(dimension, from, length);
    }
  }

  /** Images are [B, C, H, W]. */
  @Override
  public MiniBatch blend(MiniBatch batch, long step) {
    CounterRandom random = CounterRandom.of(Purpose.CUTMIX, seed, step);
    long height = batch.inputs().size(2);
    long width = batch.inputs().size(3);
    double part = Math.sqrt(1 - shares.inverseCumulativeProbability(random.unit(0)));
    Side rows = Side.of(height, (long) (height * part), random.below(1, (int) height));
    Side columns = Side.of(width, (long) (width * part), random.below(2, (int) width));
    int[] order =
        CounterRandom.of(Purpose.BLENDING, seed, step).permutation(Math.toIntExact(batch.size()));
    Tensor others =
        Tensor.create(Arrays.stream(order).asLongStream().toArray())
            .to(batch.labels().device(), batch.labels().scalar_type());
    Tensor inputs = batch.inputs().clone();
    Tensor patches = columns.of(rows.of(batch.inputs(), 2), 3).index_select(0, others);
    columns.of(rows.of(inputs, 2), 3).copy_(patches);
    double share = 1 - (double) (rows.length * columns.length) / (height * width);
    return new MiniBatch(
        inputs, batch.labels(), new MiniBatch.Blend(batch.labels().index_select(0, others), share));
  }
}
