package dev.steepest.lab.data.source;

import dev.steepest.lab.data.Channels;
import dev.steepest.lab.data.decode.Fit;

/**
 * What of a data set is wanted, where it leaves a choice; a source looks at what it declares in
 * {@link DataSource#choices()}.
 *
 * @param channels of the images; a source that does not decode them may leave them as they are
 * @param labels which of two classifications
 * @param decoding what becomes of image files
 * @param tree which files, and how they are divided
 * @param drawn of images that are drawn, how many and which
 */
public record ImageOptions(
    Channels channels, Labelling labels, Decoding decoding, Tree tree, Drawn drawn) {

  /** What a source is loaded with where nothing is asked for. */
  public static final ImageOptions STANDARD =
      new ImageOptions(
          Channels.AS_IS,
          Labelling.FINE,
          new Decoding(0, Fit.CROP, Corrupt.STOP),
          new Tree("", Tree.STANDARD_TEST_SHARE, 0));

  /** Of images that are not drawn. */
  public ImageOptions(Channels channels, Labelling labels, Decoding decoding, Tree tree) {
    this(channels, labels, decoding, tree, Drawn.STANDARD);
  }

  /** How finely the same images are divided into classes. */
  public enum Labelling {
    FINE,
    COARSE
  }

  /** What an image file that cannot be read leads to. */
  public enum Corrupt {
    /** To an error that lists them all. */
    STOP,
    /** To its absence, which is noted. */
    SKIP
  }

  /**
   * What becomes of image files.
   *
   * @param size height and width; 0 = as they are, if all are squares alike
   * @param fit how they become squares
   * @param corrupt what those lead to that cannot be read
   */
  public record Decoding(int size, Fit fit, Corrupt corrupt) {}

  /**
   * Which files, and how they are divided.
   *
   * @param folder or zip archive; relative to the data folder, or absolute
   * @param testShare of each class for the test, (0, 1), where the files are not divided
   * @param splitSeed of that choice
   */
  public record Tree(String folder, double testShare, long splitSeed) {
    /** Assumed. */
    public static final double STANDARD_TEST_SHARE = 0.2;

    public Tree {
      if (!(testShare > 0 && testShare < 1)) {
        throw new IllegalArgumentException("test share must be in (0, 1), got " + testShare);
      }
    }
  }

  /**
   * Which images are drawn.
   *
   * @param count of training images, at least 1
   * @param quality of the images
   */
  public record Drawn(int count, Qualities quality) {
    /** Assumed: as many as a small diffusion model needs to learn ten figures. */
    public static final Drawn STANDARD = new Drawn(12_000, Qualities.BOTH);

    public Drawn {
      if (count < 1) {
        throw new IllegalArgumentException("count must be at least 1, got " + count);
      }
    }
  }

  /** Of what quality images are. */
  public enum Qualities {
    /** Half of them each, told apart by their labels. */
    BOTH,
    /** Half of them each, under the same label. */
    MIXED,
    CLEAN,
    DEGRADED
  }

  /** What sources leave open. */
  public enum Choice {
    /** {@link #labels}. */
    LABELS,
    /** {@link #decoding}; without it images have one size, and another is made of them later. */
    DECODING,
    /** {@link #tree}. */
    TREE,
    /** {@link #drawn}, and the size of {@link #decoding}. */
    DRAWN
  }

  /** The same, of images of this size. */
  public ImageOptions withSize(int size) {
    return new ImageOptions(
        channels, labels, new Decoding(size, decoding.fit, decoding.corrupt), tree, drawn);
  }

  /** The same, of this folder or archive. */
  public ImageOptions withFolder(String folder) {
    return new ImageOptions(
        channels, labels, decoding, new Tree(folder, tree.testShare, tree.splitSeed), drawn);
  }
}
