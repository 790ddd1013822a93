package dev.steepest.lab.data.source;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** How a downloaded file shows that it is the one that was meant. */
@FunctionalInterface
public interface Proof {

  /** What was expected and what was found; nothing if the file is the right one. */
  Optional<String> objection(Path file) throws IOException;
}
