package dev.steepest.lab.data.files;

import java.io.IOException;

/**
 * A file that is no good by what it is, on whatever machine it is read; the message says why, the
 * caller which file it is. Any other {@link IOException} is trouble in reading, which may pass.
 */
public final class DamagedFileException extends IOException {

  private static final long serialVersionUID = 1L;

  public DamagedFileException(String why) {
    super(why);
  }

  public DamagedFileException(String why, Throwable cause) {
    super(why, cause);
  }
}
