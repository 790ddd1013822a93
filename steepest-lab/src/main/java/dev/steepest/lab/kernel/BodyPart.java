package dev.steepest.lab.kernel;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** A part of a batch in a whole body: the first layer, the groups, the pooling at the end. */
final class BodyPart implements AutoCloseable {
  /**
   * Bytes of the output of a group's first convolution that are worked on at once: small enough for
   * the third cache, large enough that the convolutions, which pack their filters at every call,
   * lose little. Measured at 256 images on a machine with other work: a step of .93 to .96 s for 2
   * to 16 MB, .97 to 1.0 s for the whole batch at once.
   */
  private static final long PIECE_BYTES = 8L << 20;

  private final StemPart stem;
  private final List<GroupPart> groups = new ArrayList<>();
  private final MaxPool last;
  private final Bytes lastPlaces;
  private final int images;

  /**
   * @param batch [N, C, H, W]; must stay open until the forward pass is through
   * @param start the part's first image
   * @param images how many it has
   * @param stemWanted {@code BOTH} if the first layer's bias trains and a backward pass follows
   */
  BodyPart(
      Tensor batch,
      int start,
      int images,
      Shape shape,
      BodyFilters filters,
      float[] stemBias,
      Activation activation,
      Filter.Wanted stemWanted) {
    this.images = images;
    List<Cuts> cuts = new ArrayList<>();
    for (MaxPool pool : shape.pools()) {
      cuts.add(Cuts.of(images, pool.input().bytes(), PIECE_BYTES));
    }
    cuts.add(Cuts.none(images));
    stem =
        new StemPart(
            batch, start, cuts.getFirst(), filters.stem(), stemBias, activation, stemWanted);
    Source source = stem;
    for (int g = 0; g < shape.pools().size(); g++) {
      GroupPart group =
          new GroupPart(
              shape.pools().get(g),
              filters.first().get(g),
              filters.second().get(g),
              activation,
              source,
              cuts.get(g),
              cuts.get(g + 1));
      groups.add(group);
      source = group;
    }
    last = shape.last();
    lastPlaces = Bytes.allocate(images, last.output());
  }

  StemPart stem() {
    return stem;
  }

  GroupPart group(int number) {
    return groups.get(number);
  }

  /** Pools the last group's output into {@code features}, room for this part's images. */
  void finish(Volume features, int from) {
    GroupPart group = groups.getLast();
    group.produce(0);
    Volume b = group.outer(0);
    for (int i = 0; i < images; i++) {
      last.forward(
          b.memory(i, 1), features.memory(from + i, 1), lastPlaces.image(i, last.output()));
    }
  }

  /** Starts the way back from the gradient of the features of the whole batch. */
  void start(Volume gradient, int from) {
    Volume wide = Volume.allocate(images, last.input());
    for (int i = 0; i < images; i++) {
      last.backward(
          gradient.memory(from + i, 1), lastPlaces.image(i, last.output()), wide.memory(i, 1));
    }
    groups.getLast().takeGradient(0, wide);
  }

  @Override
  public void close() {
    stem.close();
    groups.forEach(GroupPart::close);
    lastPlaces.close();
  }
}
