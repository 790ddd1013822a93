package dev.steepest.lab.weights;

import java.nio.file.Path;

/** A file of weights cannot be used; the message names the file, says why, and what to do. */
public final class UnusableWeightsException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  UnusableWeightsException(Path file, String reason, String remedy) {
    this(file, reason, remedy, null);
  }

  UnusableWeightsException(Path file, String reason, String remedy, Throwable cause) {
    super("The weights %s cannot be used: %s. %s".formatted(file, reason, remedy), cause);
  }
}
