package dev.steepest.study.sweep;

/** A store that cannot be used: of another version, of another sweep, or out of reach. */
public final class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final Kind kind;

  public enum Kind {
    /** What was asked for cannot be; the user's to mend. */
    MISTAKE,
    /** The store or the way to it failed. */
    FAILURE
  }

  public StoreException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public StoreException(Kind kind, String message) {
    this(kind, message, null);
  }

  public Kind kind() {
    return kind;
  }
}
