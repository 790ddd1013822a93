package dev.steepest.lab.data.augment;

import dev.steepest.lab.data.CounterRandom;
import dev.steepest.lab.data.CounterRandom.Purpose;

/** Crop and flip of one image as the source row and column of each output row and column. */
final class Placement {

  /** Marks an output row or column that lies outside the image. */
  static final int OUTSIDE = -1;

  /** Draws 3, 4 and 5 of the sample's stream. */
  private static final int ROW = 3;

  private static final int COLUMN = 4;
  private static final int FLIP = 5;

  private final AugmentationPlan plan;
  final int[] rows;
  final int[] columns;

  Placement(AugmentationPlan plan, int height, int width) {
    this.plan = plan;
    this.rows = new int[height];
    this.columns = new int[width];
  }

  void draw(CounterRandom random, long runSeed, long epoch, long sample) {
    int range = 2 * plan.cropPadding() + 1;
    place(
        random.below(ROW, range) - plan.cropPadding(),
        random.below(COLUMN, range) - plan.cropPadding(),
        flips(random, runSeed, epoch, sample));
  }

  /**
   * Crops, then mirrors.
   *
   * @param down rows by which the crop lies lower than the image; negative: higher
   * @param right columns by which it lies further right
   * @param mirrored whether left and right of the crop are then exchanged
   */
  void place(int down, int right, boolean mirrored) {
    shift(rows, down);
    shift(columns, right);
    if (mirrored) {
      mirror(columns);
    }
  }

  private boolean flips(CounterRandom random, long runSeed, long epoch, long sample) {
    return switch (plan.flip()) {
      case NONE -> false;
      case RANDOM -> random.coin(FLIP);
      case ALTERNATING ->
          alternate(CounterRandom.of(Purpose.AUGMENTATION, runSeed, 0, sample).coin(FLIP), epoch);
    };
  }

  /** Whether an image that is {@code mirrored} in epoch 0 is so in this one. */
  static boolean alternate(boolean mirrored, long epoch) {
    return mirrored ^ (epoch % 2 != 0);
  }

  private void shift(int[] source, int offset) {
    int n = source.length;
    for (int i = 0; i < n; i++) {
      int at = i + offset;
      if (at >= 0 && at < n) {
        source[i] = at;
      } else {
        source[i] =
            switch (plan.padMode()) {
              case ZEROS -> OUTSIDE;
              case REFLECT -> at < 0 ? -at : 2 * (n - 1) - at;
            };
      }
    }
  }

  private static void mirror(int[] source) {
    for (int i = 0, j = source.length - 1; i < j; i++, j--) {
      int kept = source[i];
      source[i] = source[j];
      source[j] = kept;
    }
  }
}
