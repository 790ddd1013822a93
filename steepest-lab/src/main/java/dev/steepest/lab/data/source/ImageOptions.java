package dev.steepest.lab.data.source;

import dev.steepest.lab.data.Channels;

/**
 * What of a data set is wanted, where it leaves a choice; a source looks at what it declares in
 * {@link DataSource#choices()}.
 *
 * @param channels of the images
 * @param labels which of two classifications
 */
public record ImageOptions(Channels channels, Labelling labels) {

  /** What a source is loaded with where nothing is asked for. */
  public static final ImageOptions STANDARD = new ImageOptions(Channels.AS_IS, Labelling.FINE);

  /** How finely the same images are divided into classes. */
  public enum Labelling {
    FINE,
    COARSE
  }

  /** What sources leave open. */
  public enum Choice {
    /** {@link #labels}. */
    LABELS
  }
}
