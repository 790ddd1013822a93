package dev.steepest.lab.data.augment;

import dev.steepest.lab.data.CounterRandom;
import java.util.Optional;

/**
 * The rectangle of RandomErasing (Zhong et al., AAAI 2020) with torchvision's defaults: area 2 … 33
 * % of the image, height / width log-uniform in 0.3 … 3.3, up to ten attempts to find one that
 * fits.
 *
 * @param top first row
 * @param left first column
 * @param height rows
 * @param width columns
 */
record Erasing(int top, int left, int height, int width) {

  private static final double SMALLEST = 0.02;
  private static final double LARGEST = 0.33;
  private static final double LOG_FLATTEST = StrictMath.log(0.3);
  private static final double LOG_STEEPEST = StrictMath.log(3.3);
  private static final int ATTEMPTS = 10;

  /** Draws 6, and 8 … 47, of the sample's stream. */
  private static final int WHETHER = 6;

  private static final int FIRST_ATTEMPT = 8;
  private static final int DRAWS_PER_ATTEMPT = 4;

  /** Empty where the coin says so, and in the rare case that no attempt fits. */
  static Optional<Erasing> draw(CounterRandom random, double probability, int rows, int columns) {
    if (random.unit(WHETHER) >= probability) {
      return Optional.empty();
    }
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      int draw = FIRST_ATTEMPT + attempt * DRAWS_PER_ATTEMPT;
      double area = rows * columns * random.between(draw, SMALLEST, LARGEST);
      double aspect = StrictMath.exp(random.between(draw + 1, LOG_FLATTEST, LOG_STEEPEST));
      int height = (int) Math.rint(Math.sqrt(area * aspect));
      int width = (int) Math.rint(Math.sqrt(area / aspect));
      if (height < rows && width < columns) {
        int top = random.below(draw + 2, rows - height + 1);
        int left = random.below(draw + 3, columns - width + 1);
        return Optional.of(new Erasing(top, left, height, width));
      }
    }
    return Optional.empty();
  }
}
