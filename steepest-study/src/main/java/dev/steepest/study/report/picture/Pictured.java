package dev.steepest.study.report.picture;

import dev.steepest.study.record.RunPictures;
import dev.steepest.study.record.RunRecord;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/**
 * A run that left pictures.
 *
 * @param still the picture that it ended with, else that of its newest look
 * @param step of that look; empty of the picture at the end
 * @param width of the still, pixels
 * @param height of the still, pixels
 * @param looks pictures on the way, in order of steps; may be empty
 * @param film whether a film lies beside them
 */
public record Pictured(
    RunRecord run,
    Path still,
    OptionalLong step,
    int width,
    int height,
    List<Look> looks,
    boolean film) {

  /**
   * The picture of one look.
   *
   * @param step optimizer steps before it
   */
  public record Look(long step, Path file) {}

  /** Nothing where the run's folder holds no picture; says of pictures that cannot be read why. */
  static Found find(RunRecord run) {
    RunPictures files = new RunPictures(run.folder());
    try {
      List<Look> looks =
          files.all().stream().map(file -> new Look(RunPictures.step(file), file)).toList();
      return find(run, files, looks);
    } catch (UncheckedIOException e) {
      return new Found(List.of(), List.of(e.getMessage()));
    }
  }

  private static Found find(RunRecord run, RunPictures files, List<Look> looks) {
    boolean ended = Files.isRegularFile(files.last());
    if (!ended && looks.isEmpty()) {
      return new Found(List.of(), List.of());
    }
    Path still = ended ? files.last() : looks.getLast().file();
    OptionalLong step = ended ? OptionalLong.empty() : OptionalLong.of(looks.getLast().step());
    try {
      BufferedImage image = Images.read(still);
      return new Found(
          List.of(
              new Pictured(
                  run,
                  still,
                  step,
                  image.getWidth(),
                  image.getHeight(),
                  looks,
                  Files.isRegularFile(files.film()))),
          List.of());
    } catch (IOException e) {
      return new Found(List.of(), List.of("%s is left out: %s.".formatted(still, e.getMessage())));
    }
  }

  /**
   * What a run's folder holds.
   *
   * @param pictured one or none
   * @param problems pictures that are there and cannot be read
   */
  record Found(List<Pictured> pictured, List<String> problems) {}

  /** The still's pixels, read anew. */
  public BufferedImage image() throws IOException {
    return Images.read(still);
  }
}
