package dev.steepest.lab.train;

import dev.steepest.lab.data.CounterRandom;
import dev.steepest.lab.data.CounterRandom.Purpose;
import java.util.Arrays;
import org.apache.commons.statistics.distribution.BetaDistribution;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Blends every sample of a batch with another one of it (Zhang, Cisse, Dauphin, Lopez-Paz, "mixup:
 * Beyond Empirical Risk Minimization", ICLR 2018): x ← λx + (1 − λ)x', with one λ ~ Beta(α, α) for
 * the batch; the loss is blended in the same way.
 */
final class Mixup implements Blending {
  /** The permutation uses draws from 1 on. */
  private static final int SHARE = 0;

  private final BetaDistribution shares;
  private final long seed;

  /**
   * @param alpha positive
   */
  Mixup(double alpha, long seed) {
    shares = BetaDistribution.of(alpha, alpha);
    this.seed = seed;
  }

  @Override
  public MiniBatch blend(MiniBatch batch, long step) {
    CounterRandom random = CounterRandom.of(Purpose.MIXUP, seed, step);
    double share = shares.inverseCumulativeProbability(random.unit(SHARE));
    int[] order = random.permutation(Math.toIntExact(batch.size()));
    Tensor others =
        Tensor.create(Arrays.stream(order).asLongStream().toArray())
            .to(batch.labels().device(), batch.labels().scalar_type());
    // Indexing forgets channels-last, of which the convolutions would be slower.
    Tensor partners =
        batch.inputs().index_select(0, others).contiguous(batch.inputs().suggest_memory_format());
    Tensor inputs = partners.lerp_(batch.inputs(), new Scalar(share));
    return new MiniBatch(
        inputs, batch.labels(), new MiniBatch.Blend(batch.labels().index_select(0, others), share));
  }
}
