package dev.steepest.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds experiment files: by path, or by name among those that come with Steepest. */
final class ExperimentFiles {
  private static final String ENDING = ".yaml";

  private ExperimentFiles() {}

  /** The folder {@code experiments} of the working directory, else of the installation. */
  static Optional<Path> folder() {
    Path here = Path.of("experiments");
    if (Files.isDirectory(here)) {
      return Optional.of(here);
    }
    return Optional.ofNullable(System.getenv("STEEPEST_HOME"))
        .map(home -> Path.of(home, "experiments"))
        .filter(Files::isDirectory);
  }

  static List<Path> all() {
    if (folder().isEmpty()) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder().get())) {
      return files
          .filter(f -> f.toString().endsWith(ENDING))
          .sorted(Comparator.comparing(Path::getFileName))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + folder().get() + ": " + e.getMessage(), e);
    }
  }

  static String nameOf(Path file) {
    return file.getFileName().toString().replace(ENDING, "");
  }

  /** The file that {@code given} means. */
  static Path find(String given) {
    Path path = Path.of(given);
    if (Files.isRegularFile(path)) {
      return path;
    }
    return all().stream()
        .filter(f -> nameOf(f).equals(given) || f.getFileName().toString().equals(given))
        .findFirst()
        .orElseThrow(() ->
            new UserError(
                "There is no experiment file '%s'. By name there are: %s."
                    .formatted(
                        given,
                        String.join(", ", all().stream().map(ExperimentFiles::nameOf).toList()))));
  }

  static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (MalformedInputException e) {
      throw new UserError(file + " is not a text file in UTF-8.");
    } catch (IOException e) {
      throw new UserError("Cannot read " + file + ": " + e.getMessage());
    }
  }
}
