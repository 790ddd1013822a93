package dev.steepest.study.stats;

import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Orders drawn at random (Fisher and Yates). */
final class Shuffle {
  private Shuffle() {}

  /** The numbers from 0 to before {@code n}, every order as likely. */
  static int[] upTo(int n, SplittableRandom random) {
    int[] order = IntStream.range(0, n).toArray();
    for (int i = n - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
    return order;
  }
}
