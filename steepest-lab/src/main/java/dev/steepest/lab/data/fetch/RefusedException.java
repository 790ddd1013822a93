package dev.steepest.lab.data.fetch;

import java.io.IOException;

/** A failure that another attempt would not cure. */
final class RefusedException extends IOException {

  private static final long serialVersionUID = 1L;

  RefusedException(String message) {
    super(message);
  }

  RefusedException(String message, Throwable cause) {
    super(message, cause);
  }
}
