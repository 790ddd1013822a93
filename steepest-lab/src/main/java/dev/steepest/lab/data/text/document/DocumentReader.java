package dev.steepest.lab.data.text.document;

import dev.steepest.lab.data.DataException;
import java.util.Optional;

/** The documents of one file, one by one. For one thread. */
public interface DocumentReader extends AutoCloseable {

  /**
   * The next document that has more than white space in it; nothing at the end of the file.
   *
   * @throws DataException naming file and line (or row) of what cannot be read
   */
  Optional<String> next();

  /** Bytes of the file that have been read so far, compressed where the file is. */
  long bytesRead();

  @Override
  void close();
}
