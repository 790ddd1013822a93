package dev.steepest.study.record;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where the pictures of a run lie, if it makes any: one of each look in {@code pictures/}, named by
 * its step, a film of them, and the last of all. PNG files, and a GIF file.
 *
 * @param run the run's folder
 */
public record RunPictures(Path run) {
  private static final String FOLDER = "pictures";
  private static final String FILM = "film.gif";
  private static final String LAST = "picture.png";

  /** Of the look after so many steps, whether it is there or not. */
  public Path at(long step) {
    return run.resolve(FOLDER).resolve("%06d.png".formatted(step));
  }

  /** Of all looks so far, in order of their steps. */
  public List<Path> all() {
    Path folder = run.resolve(FOLDER);
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().matches("\\d+\\.png"))
          .sorted((a, b) -> Long.compare(step(a), step(b)))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + folder + ": " + e.getMessage(), e);
    }
  }

  /** The film of a run that has ended, whether it is there or not. */
  public Path film() {
    return run.resolve(FILM);
  }

  /** The last picture of a run that has ended, whether it is there or not. */
  public Path last() {
    return run.resolve(LAST);
  }

  /** Forgets what a killed run showed after its last checkpoint. */
  void forgetAfter(long step) {
    for (Path file : all()) {
      if (step(file) > step) {
        try {
          Files.delete(file);
        } catch (IOException e) {
          throw new UncheckedIOException("Cannot delete " + file + ": " + e.getMessage(), e);
        }
      }
    }
  }

  /** The step behind one of {@link #all}. */
  public static long step(Path file) {
    return Long.parseLong(file.getFileName().toString().replace(".png", ""));
  }
}
