package dev.steepest.lab.data.decode;

/** An image file that cannot be read; the message says why, the caller which file it is. */
public final class CorruptImageException extends Exception {

  private static final long serialVersionUID = 1L;

  public CorruptImageException(String why) {
    super(why);
  }

  public CorruptImageException(String why, Throwable cause) {
    super(why, cause);
  }
}
