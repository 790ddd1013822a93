package dev.steepest.lab.data.source;

import dev.steepest.lab.data.ImageSet;
import dev.steepest.lab.data.Splits;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A data set as its authors divided it.
 *
 * @param train from which {@link Splits#carve} takes the validation part where there is none
 * @param validation of the authors, if they made one
 * @param test looked at once
 * @param notes what a person should know of how it was read
 */
public record TrainTest(
    ImageSet train, Optional<ImageSet> validation, ImageSet test, List<String> notes)
    implements AutoCloseable {

  public TrainTest {
    notes = List.copyOf(notes);
  }

  public TrainTest(ImageSet train, ImageSet test) {
    this(train, Optional.empty(), test, List.of());
  }

  /** All parts there are. */
  public List<ImageSet> parts() {
    return Stream.of(Optional.of(train), validation, Optional.of(test))
        .flatMap(Optional::stream)
        .toList();
  }

  @Override
  public void close() {
    parts().forEach(ImageSet::close);
  }
}
