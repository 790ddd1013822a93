package dev.steepest.lab.train;

import dev.steepest.lab.data.CounterRandom;
import dev.steepest.lab.data.CounterRandom.Purpose;
import java.util.Optional;

/** Makes new samples of those of a batch. What is drawn depends on the seed and the step alone. */
interface Blending {

  /** The blended batch, in the caller's scope; the given one is not changed. */
  MiniBatch blend(MiniBatch batch, long step);

  /** What a plan wants: of mixup and CutMix, a fair coin chooses for every batch. */
  static Optional<Blending> of(LossPlan plan, long seed) {
    if (plan.mixup() == 0 && plan.cutmix() == 0) {
      return Optional.empty();
    }
    if (plan.cutmix() == 0) {
      return Optional.of(new Mixup(plan.mixup(), seed));
    }
    Blending cutmix = new Cutmix(plan.cutmix(), seed);
    if (plan.mixup() == 0) {
      return Optional.of(cutmix);
    }
    Blending mixup = new Mixup(plan.mixup(), seed);
    return Optional.of((batch, step) -> (isMixup(seed, step) ? mixup : cutmix).blend(batch, step));
  }

  private static boolean isMixup(long seed, long step) {
    return CounterRandom.of(Purpose.BLENDING, seed, step).coin(0);
  }
}
