package dev.steepest.lab.run;

import dev.steepest.lab.data.decode.Raster;
import dev.steepest.lab.data.encode.GifFile;
import dev.steepest.lab.data.encode.PngFile;
import dev.steepest.study.record.RunPictures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;

/** Keeps what a run shows at its looks; a run that goes on continues its film. */
final class Film {
  private static final int FRAMES_PER_SECOND = 10; // as the films that were published

  private final RunPictures pictures;

  Film(RunPictures pictures) {
    this.pictures = pictures;
  }

  /** Keeps the picture of a look. */
  void show(long step, Raster picture) {
    Path file = pictures.at(step);
    writing(
        file,
        () -> {
          Files.createDirectories(file.getParent());
          PngFile.write(file, picture);
        });
  }

  /**
   * Makes the film of a run that has come to its end, if there was anything to see.
   *
   * @param last the picture of the last look of all; in its place stands that of the last look on
   *     the way
   */
  void end(Optional<Raster> last) {
    List<Path> frames = pictures.all();
    if (!frames.isEmpty()) {
      writing(pictures.film(), () -> GifFile.write(pictures.film(), frames, FRAMES_PER_SECOND));
    }
    if (last.isPresent()) {
      writing(pictures.last(), () -> PngFile.write(pictures.last(), last.get()));
    } else if (!frames.isEmpty()) {
      writing(
          pictures.last(),
          () -> Files.copy(frames.getLast(), pictures.last(), StandardCopyOption.REPLACE_EXISTING));
    }
  }

  private interface Writing {
    void run() throws IOException;
  }

  private static void writing(Path file, Writing what) {
    try {
      what.run();
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot write the picture %s: %s. Free space, or choose another folder with --out."
              .formatted(file, e.getMessage()),
          e);
    }
  }
}
