package dev.steepest.lab.data.source;

import dev.steepest.lab.data.DataException;
import dev.steepest.lab.data.Normalization;
import dev.steepest.lab.data.source.ImageOptions.Choice;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/** A data set that can be named, fetched and loaded. Immutable. */
public interface DataSource extends Fetchable {

  /** Name of the normalization that every data set has. */
  String STANDARD = "standard";

  /** Assumed: of sets of ten thousands of images, ±1.5 % of accuracy. */
  int STANDARD_VALIDATION = 1000;

  /** One line: what it holds and where it is from. */
  String about();

  /** The customary normalization: what {@link #STANDARD} names. */
  Normalization normalization();

  /** Every normalization that results of this data set were published with, the standard first. */
  default SequencedMap<String, Normalization> normalizations() {
    return new LinkedHashMap<>(Map.of(STANDARD, normalization()));
  }

  /**
   * One of {@link #normalizations()}.
   *
   * @throws IllegalArgumentException listing the known names
   */
  default Normalization normalization(String name) {
    Normalization found = normalizations().get(name);
    if (found == null) {
      throw new IllegalArgumentException(
          "data set '%s' has no normalization '%s'; it has %s"
              .formatted(name(), name, String.join(", ", normalizations().keySet())));
    }
    return found;
  }

  /** What there is to choose beside what every data set has. */
  default Set<Choice> choices() {
    return Set.of();
  }

  /**
   * The qualities that labels tell apart beside the class: label = class · qualities + quality.
   * Empty where a label is a class alone.
   */
  default List<String> qualities(ImageOptions options) {
    return List.of();
  }

  /** What is usually chosen. */
  default ImageOptions standard() {
    return ImageOptions.STANDARD;
  }

  /** Training images that are usually held out for validation. */
  default int standardValidation() {
    return STANDARD_VALIDATION;
  }

  /** The data set as it is usually taken. */
  default TrainTest load(Path folder) {
    return load(folder, standard());
  }

  /**
   * As {@link #load(Path, ImageOptions)}, but regards nothing that was kept of earlier reading.
   *
   * @param scratch an empty folder that takes what is decoded; to be deleted after the result is
   *     closed
   */
  default TrainTest loadAnew(Path folder, ImageOptions options, Path scratch) {
    return load(folder, options);
  }

  /** Whether the data set is on this machine. */
  enum Presence {
    BUILT_IN,
    HERE,
    DAMAGED,
    NOT_HERE,
    /** It is whatever one gives. */
    GIVEN
  }

  /** Whether it is here, as far as can be told in seconds. */
  default Presence presence(Path folder) {
    try (TrainTest _ = load(folder)) {
      return files().isEmpty() ? Presence.BUILT_IN : Presence.HERE;
    } catch (DataException e) {
      boolean none = e.problems().stream().allMatch(p -> p.endsWith(Findings.NO_SUCH_FILE));
      return none ? Presence.NOT_HERE : Presence.DAMAGED;
    }
  }

  /**
   * Reads everything into memory.
   *
   * @param folder the data folder, see {@link DataFolder}
   * @param options of which those count that are among {@link #choices()}
   * @throws DataException listing every missing or damaged file
   */
  TrainTest load(Path folder, ImageOptions options);
}
