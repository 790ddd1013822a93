package dev.steepest.lab.data.source;

import dev.steepest.lab.data.DataException;
import dev.steepest.lab.data.Normalization;
import dev.steepest.lab.data.source.ImageOptions.Choice;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/** A data set that can be named, fetched and loaded. Immutable. */
public interface DataSource extends Fetchable {

  /** Name of the normalization that every data set has. */
  String STANDARD = "standard";

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

  /** The data set as it is usually taken. */
  default TrainTest load(Path folder) {
    return load(folder, ImageOptions.STANDARD);
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
