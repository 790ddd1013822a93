package dev.steepest.lab.distributed;

/** A mistake in how the processes of a team were started, which whoever starts them can mend. */
public final class WorldException extends RuntimeException {
  private static final long serialVersionUID = 1;

  WorldException(String message) {
    super(message);
  }
}
