package dev.steepest.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Finds configurations and sweeps: by path, else among those that come with Steepest. */
final class ConfigurationFiles {
  private static final String FOLDER = "configs";

  private ConfigurationFiles() {}

  /** The file that {@code given} means. */
  static Path find(String given) {
    Path path = Path.of(given);
    if (Files.isRegularFile(path)) {
      return path;
    }
    return folder()
        .map(folder -> folder.resolve(given))
        .filter(Files::isRegularFile)
        .orElseThrow(() ->
            new UserError(
                "There is no file '%s'%s."
                    .formatted(
                        given,
                        folder()
                            .map(folder -> ", and none of that name in " + folder)
                            .orElse(""))));
  }

  private static Optional<Path> folder() {
    Path here = Path.of(FOLDER);
    if (Files.isDirectory(here)) {
      return Optional.of(here);
    }
    return Optional.ofNullable(System.getenv("STEEPEST_HOME"))
        .map(home -> Path.of(home, FOLDER))
        .filter(Files::isDirectory);
  }
}
