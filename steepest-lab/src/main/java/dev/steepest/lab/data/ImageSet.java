package dev.steepest.lab.data;

import java.lang.foreign.ValueLayout;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Labelled images: {@code images_NCHW} as uint8, in memory or in an {@link ImageStore}, and {@code
 * labels_N} as int64, on the CPU and contiguous. Content never changes. Safe for use by several
 * threads.
 */
public final class ImageSet implements AutoCloseable {

  private final String name;
  private final Pixels pixels;
  private final Tensor labels;
  private final long[] shape;
  private final List<String> classes;
  private String checksum;

  /**
   * Takes over both tensors: they live until {@link #close()}, whatever scope they were made in.
   *
   * @param name for messages and records, e.g. {@code "cifar10/train"}
   * @param images uint8 [N, C, H, W]
   * @param labels int64 [N], each in 0 … classes−1
   * @param classes names of the classes by label
   */
  public ImageSet(String name, Tensor images, Tensor labels, List<String> classes) {
    this.name = name;
    this.classes = List.copyOf(classes);
    require(images, ScalarType.Byte, 4, "images must be uint8 [N, C, H, W]");
    require(labels, ScalarType.Long, 1, "labels must be int64 [N]");
    this.shape = new long[] {images.size(0), images.size(1), images.size(2), images.size(3)};
    if (labels.size(0) != shape[0]) {
      throw new IllegalArgumentException(
          "%s: %d images but %d labels".formatted(name, shape[0], labels.size(0)));
    }
    this.pixels = new Pixels.InMemory(images.retainReference());
    this.labels = labels.retainReference();
  }

  private ImageSet(String name, Pixels pixels, long[] labels, List<String> classes, long[] shape) {
    this.name = name;
    this.classes = List.copyOf(classes);
    this.shape = shape;
    this.pixels = pixels;
    this.labels = TensorMemory.ofLongs(labels);
  }

  /**
   * Images of a store, which are read batch by batch.
   *
   * @param positions in the store, one for each image
   * @param labels as many, each in 0 … classes−1
   */
  public static ImageSet stored(
      String name,
      ImageStore store,
      long[] positions,
      long[] labels,
      List<String> classes,
      int channels,
      int height,
      int width) {
    check(name, labels, classes);
    if (positions.length != labels.length) {
      throw new IllegalArgumentException(
          "%s: %d images but %d labels".formatted(name, positions.length, labels.length));
    }
    Pixels pixels =
        new Pixels.Stored(store, positions.clone(), new long[] {channels, height, width});
    long[] shape = {positions.length, channels, height, width};
    return new ImageSet(name, pixels, labels, classes, shape);
  }

  /** Copies plain arrays: {@code pixels} in the order [N, C, H, W]; labels are checked. */
  public static ImageSet of(
      String name,
      byte[] pixels,
      long[] labels,
      List<String> classes,
      int channels,
      int height,
      int width) {
    check(name, labels, classes);
    long expected = (long) labels.length * channels * height * width;
    if (pixels.length != expected) {
      throw new IllegalArgumentException(
          "%s: %d images of %d×%d×%d need %d bytes, got %d"
              .formatted(name, labels.length, channels, height, width, expected, pixels.length));
    }
    try (PointerScope _ = new PointerScope();
        Tensor images_NCHW = TensorMemory.ofBytes(pixels, labels.length, channels, height, width);
        Tensor labels_N = TensorMemory.ofLongs(labels)) {
      return new ImageSet(name, images_NCHW, labels_N, classes);
    }
  }

  private static void check(String name, long[] labels, List<String> classes) {
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0 || labels[i] >= classes.size()) {
        throw new IllegalArgumentException(
            "%s: label %d at position %d is not one of 0 … %d"
                .formatted(name, labels[i], i, classes.size() - 1));
      }
    }
  }

  public String name() {
    return name;
  }

  /**
   * uint8 [N, C, H, W]; owned by this set.
   *
   * @throws IllegalStateException if the images are in a store
   */
  public Tensor images() {
    return switch (pixels) {
      case Pixels.InMemory(Tensor images) -> images;
      case Pixels.Stored _ ->
          throw new IllegalStateException(name + " is not in memory; gather parts of it");
    };
  }

  /** int64 [N]; owned by this set. */
  public Tensor labels() {
    return labels;
  }

  public List<String> classes() {
    return classes;
  }

  public int size() {
    return (int) shape[0];
  }

  public int channels() {
    return (int) shape[1];
  }

  public int height() {
    return (int) shape[2];
  }

  public int width() {
    return (int) shape[3];
  }

  /** Bytes of one image: C·H·W. */
  public int imageBytes() {
    return channels() * height() * width();
  }

  /** A copy of the labels. */
  public long[] labelArray() {
    return TensorMemory.segment(labels).toArray(ValueLayout.JAVA_LONG_UNALIGNED);
  }

  /** SHA-256 over the bytes of images, then labels (little-endian): what a record stores. */
  public synchronized String checksum() {
    if (checksum == null) {
      try {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        pixels.digest(digest);
        digest.update(TensorMemory.segment(labels).asByteBuffer());
        checksum = HexFormat.of().formatHex(digest.digest());
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every JDK has SHA-256", e);
      }
    }
    return checksum;
  }

  /** The images at these positions, in this order, as a set of their own; not read from a store. */
  public ImageSet subset(long[] indices) {
    return subset(name, indices);
  }

  /** As {@link #subset(long[])}, under a new name. */
  public ImageSet subset(String newName, long[] indices) {
    check(indices);
    long[] all = labelArray();
    long[] chosen = LongStream.of(indices).map(i -> all[(int) i]).toArray();
    long[] newShape = {indices.length, shape[1], shape[2], shape[3]};
    return new ImageSet(newName, pixels.subset(indices), chosen, classes, newShape);
  }

  /** The images at these positions, in this order, in memory. */
  public ImageSet gathered(long[] indices) {
    check(indices);
    try (PointerScope _ = new PointerScope();
        Tensor picks = TensorMemory.ofLongs(indices);
        Tensor images_BCHW = pixels.gather(indices)) {
      return new ImageSet(name, images_BCHW, labels.index_select(0, picks), classes);
    }
  }

  private void check(long[] indices) {
    for (long index : indices) {
      if (index < 0 || index >= size()) {
        throw new IndexOutOfBoundsException(
            "%s has images 0 … %d, asked for %d".formatted(name, size() - 1, index));
      }
    }
  }

  /** Frees what is in memory. */
  @Override
  public void close() {
    pixels.close();
    labels.close();
  }

  @Override
  public String toString() {
    return "%s: %d images of %d×%d×%d, %d classes"
        .formatted(name, size(), channels(), height(), width(), classes.size());
  }

  private static void require(Tensor tensor, ScalarType type, int dimensions, String rule) {
    if (tensor.scalar_type().intern() != type
        || tensor.dim() != dimensions
        || !tensor.is_contiguous()) {
      throw new IllegalArgumentException(
          "%s, contiguous; got %s with %d dimensions"
              .formatted(rule, tensor.scalar_type().intern(), tensor.dim()));
    }
  }
}
