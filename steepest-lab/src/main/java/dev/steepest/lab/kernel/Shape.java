package dev.steepest.lab.kernel;

import java.util.ArrayList;
import java.util.List;

/**
 * Sizes along a body.
 *
 * @param stem output of the first convolution
 * @param pools the pooling of every group, which says the sizes of its first convolution's output
 *     and of what follows
 * @param last the pooling at the end
 */
record Shape(Extent stem, List<MaxPool> pools, MaxPool last) {
  private static final int GROUP_WINDOW = 2;
  private static final int LAST_WINDOW = 3;

  /**
   * @param image H×W of an input image
   */
  static Shape of(Extent image, Stem stem, List<Group> groups) {
    int shrink = Math.toIntExact(stem.weight().size(2)) - 1;
    Extent at =
        new Extent(
            image.height() - shrink,
            image.width() - shrink,
            Math.toIntExact(stem.weight().size(0)));
    Extent stemOutput = at;
    List<MaxPool> pools = new ArrayList<>();
    for (Group group : groups) {
      at = at.ofChannels(Math.toIntExact(group.first().size(0)));
      MaxPool pool = new MaxPool(at, GROUP_WINDOW);
      pools.add(pool);
      at = pool.output();
    }
    return new Shape(stemOutput, List.copyOf(pools), new MaxPool(at, LAST_WINDOW));
  }
}
