package dev.steepest.study.report.picture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steepest.study.compare.Runs;
import dev.steepest.study.record.RunPictures;
import dev.steepest.study.record.RunRecord;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReelTest {
  @TempDir Path folder;

  /** A run with a grey picture of noise at its end and at each of so many looks. */
  private RunRecord run(String arm, int seed, int looks) throws IOException {
    Path run = Files.createDirectories(folder.resolve(arm + seed + "/pictures")).getParent();
    SplittableRandom random = new SplittableRandom(seed);
    for (int k = 1; k <= looks; k++) {
      ImageIO.write(noise(20, random), "png", new RunPictures(run).at(10L * k).toFile());
    }
    ImageIO.write(noise(20, random), "png", new RunPictures(run).last().toFile());
    return Runs.of("p", arm, seed).in(run).record();
  }

  private static BufferedImage noise(int side, SplittableRandom random) {
    BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_BYTE_GRAY);
    for (int k = 0; k < side * side; k++) {
      image.getRaster().setSample(k % side, k / side, 0, random.nextInt(256));
    }
    return image;
  }

  @Test
  void firstSeedsOfAllArmsComeBeforeSecondOnesAndStillsBeforeFilms() throws IOException {
    List<RunRecord> runs = new ArrayList<>();
    for (String arm : List.of("a", "b")) {
      for (int seed = 0; seed < 3; seed++) {
        runs.add(run(arm, seed, 8));
      }
    }
    Album album = Album.of(runs);
    Reel all = Reel.of(album, 1 << 20);
    long still = Strip.still(album.of(runs.get(0)).orElseThrow()).bytes().length;
    long film = all.strips().get(runs.get(0).folder()).bytes().length;
    assertThat(film).isGreaterThan(5 * still);

    Reel two = Reel.of(album, 6 * still + 2 * film);
    assertThat(IntStream.range(0, 6).filter(k -> frames(two, runs.get(k)) > 1)).contains(0, 3);
    assertThat(frames(two, runs.get(2))).isOne();
    assertThat(two.still()).isPositive();
    assertThat(two.absent()).isZero();

    Reel few = Reel.of(album, 2 * still + 40);
    assertThat(few.strips().keySet()).containsExactly(runs.get(0).folder(), runs.get(3).folder());
    assertThat(few.absent()).isEqualTo(4);
    assertThat(few.moves()).isFalse();
  }

  private static int frames(Reel reel, RunRecord run) {
    return reel.strips().get(run.folder()).at().size();
  }

  @Test
  void ofLongFilmsFramesArePickedFromFirstToLast() throws IOException {
    RunRecord run = run("a", 0, 75);
    Strip strip = Reel.of(Album.of(List.of(run)), 1 << 24).strips().get(run.folder());
    assertThat(strip.at()).hasSize(Strip.MOST_FRAMES).isSorted().doesNotHaveDuplicates();
    assertThat(strip.at().getFirst()).isEqualTo(10);
    assertThat(strip.at().getLast()).isEqualTo(750);
  }

  @Test
  void whereOnlyTheFilmIsLeftItsFramesAreShown() throws IOException {
    RunRecord run = run("a", 0, 0); // whose last evaluation was at step 98
    try (ImageOutputStream out =
        ImageIO.createImageOutputStream(new RunPictures(run.folder()).film().toFile())) {
      ImageWriter writer = ImageIO.getImageWritersByFormatName("gif").next();
      writer.setOutput(out);
      writer.prepareWriteSequence(null);
      for (int grey : List.of(10, 90, 170, 250)) {
        BufferedImage frame = new BufferedImage(20, 20, BufferedImage.TYPE_BYTE_GRAY);
        Graphics2D g = frame.createGraphics();
        g.setColor(new Color(grey, grey, grey));
        g.fillRect(0, 0, 20, 20);
        g.dispose();
        writer.writeToSequence(new IIOImage(frame, null, null), null);
      }
      writer.endWriteSequence();
      writer.dispose();
    }
    Strip strip = Reel.of(Album.of(List.of(run)), 1 << 24).strips().get(run.folder());
    assertThat(strip.at()).containsExactly(24L, 49L, 73L, 98L);
    BufferedImage frames = ImageIO.read(new ByteArrayInputStream(strip.bytes()));
    assertThat(frames.getRaster().getSample(5, 25, 0)).isEqualTo(90);
    assertThat(strip.type()).isEqualTo("image/png");
  }

  @Test
  void largePicturesInColourAreReducedAndStoredAsPhotographs() throws IOException {
    Path run = Files.createDirectories(folder.resolve("large"));
    BufferedImage image = new BufferedImage(1024, 512, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < 512; y++) {
      for (int x = 0; x < 1024; x++) {
        image.setRGB(x, y, (x / 4) << 16 | (y / 2) << 8 | 40);
      }
    }
    ImageIO.write(image, "png", new RunPictures(run).last().toFile());
    RunRecord record = Runs.of("p", "a", 0).in(run).record();
    Strip strip = Reel.of(Album.of(List.of(record)), 1 << 24).strips().get(run);
    assertThat(strip.type()).isEqualTo("image/jpeg");
    assertThat(strip.width()).isEqualTo(640);
    assertThat(strip.height()).isEqualTo(320);
    BufferedImage shown = ImageIO.read(new ByteArrayInputStream(strip.bytes()));
    Color middle = new Color(shown.getRGB(320, 160));
    assertThat(middle.getRed()).isBetween(123, 133);
    assertThat(middle.getGreen()).isBetween(123, 133);
    assertThat(middle.getBlue()).isBetween(35, 45);
  }
}
