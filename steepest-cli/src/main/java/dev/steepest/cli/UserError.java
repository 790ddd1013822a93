package dev.steepest.cli;

/** A mistake in the input that the person at the keyboard can mend. */
final class UserError extends RuntimeException {
  private static final long serialVersionUID = 1;

  UserError(String message) {
    super(message);
  }

  UserError(Throwable cause) {
    super(cause.getMessage(), cause);
  }
}
