package dev.steepest.lab.data.source;

import dev.steepest.lab.data.ImageSet;
import dev.steepest.lab.data.Splits;

/**
 * A data set as its authors divided it. {@link Splits#carve} takes the validation part from {@code
 * train}.
 */
public record TrainTest(ImageSet train, ImageSet test) implements AutoCloseable {

  @Override
  public void close() {
    train.close();
    test.close();
  }
}
