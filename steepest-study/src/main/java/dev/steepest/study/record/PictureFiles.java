package dev.steepest.study.record;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Where the pictures of a run lie in its folder: {@code pictures/000010.png} of each look by its
 * step, {@code picture.png} of the end, {@code film.gif} of all looks.
 */
public final class PictureFiles {
  private static final String FINAL = "picture.png";
  private static final String FILM = "film.gif";
  private static final String LOOKS = "pictures";
  private static final Pattern LOOK = Pattern.compile("(\\d{1,12})\\.png");

  private PictureFiles() {}

  /**
   * The picture of one look.
   *
   * @param step optimizer steps before it
   */
  public record Look(long step, Path file) {}

  /** The picture that the run ended with. */
  public static Path last(Path run) {
    return run.resolve(FINAL);
  }

  /** The film of the run's looks. */
  public static Path film(Path run) {
    return run.resolve(FILM);
  }

  /** Where the picture of a look lies or will lie. */
  public static Path look(Path run, long step) {
    return run.resolve(LOOKS).resolve("%06d.png".formatted(step));
  }

  /** The looks whose pictures are there, in order of steps; other files beside them are passed. */
  public static List<Look> looks(Path run) {
    Path folder = run.resolve(LOOKS);
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .flatMap(file -> look(file).stream())
          .sorted(Comparator.comparingLong(Look::step))
          .toList();
    } catch (IOException e) {
      throw new RecordException("Cannot read " + folder + ": " + e.getMessage(), e);
    }
  }

  private static Optional<Look> look(Path file) {
    Matcher name = LOOK.matcher(file.getFileName().toString());
    return name.matches()
        ? Optional.of(new Look(Long.parseLong(name.group(1)), file))
        : Optional.empty();
  }
}
