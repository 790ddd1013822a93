package dev.steepest.study.report.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.steepest.study.compare.Runs;
import dev.steepest.study.record.RunPictures;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SheetDrawingTest {
  private static final int MAGENTA = 0xffe000d0;

  @TempDir Path folder;

  @Test
  void picturesGrowByWholeNumbersAndShrinkToTheBox() {
    assertThat(SheetDrawing.size(32, 32, 1)).containsExactly(448, 448);
    assertThat(SheetDrawing.size(330, 266, 1)).containsExactly(660, 532);
    assertThat(SheetDrawing.size(512, 512, 1)).containsExactly(460, 460);
    assertThat(SheetDrawing.size(330, 33, 1)).containsExactly(660, 66);
  }

  @Test
  void aLongSheetIsBrokenAtItsHeadingsAndKeepsEveryPicture() throws IOException {
    Pictured picture = picture(60, 20);
    long area = 600 * 200; // enlarged by 10, see the box of a picture
    BufferedImage broken = drawn(sheet(picture, 6, 5));
    assertThat((double) broken.getHeight() / broken.getWidth()).isBetween(.5, 2.0);
    assertThat(magenta(broken)).isEqualTo(6 * 5 * 2 * area);
    BufferedImage whole = drawn(sheet(picture, 1, 30));
    assertThat((double) whole.getHeight() / whole.getWidth()).isGreaterThan(4);
    assertThat(magenta(whole)).isEqualTo(30 * 2 * area);
  }

  @Test
  void rowsHaveAsManyCellsAsThereAreColumns() {
    Sheet.Row row = new Sheet.Row("", "adamw", List.of());
    assertThatThrownBy(() -> new Sheet("t", "", List.of("seed 0"), List.of(row)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("row 'adamw' has 0 cells for 1 columns");
  }

  private Pictured picture(int width, int height) throws IOException {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(x, y, MAGENTA);
      }
    }
    Path run = Files.createDirectories(folder.resolve("run"));
    ImageIO.write(image, "png", new RunPictures(run).last().toFile());
    return Pictured.find(Runs.of("p", "a", 0).in(run).record()).pictured().getFirst();
  }

  private static Sheet sheet(Pictured picture, int groups, int rows) {
    Sheet.Cell cell = new Sheet.Cell(Optional.of(picture), List.of("90 %"), Sheet.Mark.PLAIN);
    List<Sheet.Row> all = new ArrayList<>();
    for (int g = 0; g < groups; g++) {
      for (int r = 0; r < rows; r++) {
        String heading = r == 0 ? "problem " + g : "";
        all.add(new Sheet.Row(heading, "arm " + r, Collections.nCopies(2, cell)));
      }
    }
    return new Sheet("Pictures", "below: accuracy", List.of("seed 0", "seed 1"), all);
  }

  private static BufferedImage drawn(Sheet sheet) throws IOException {
    return ImageIO.read(new ByteArrayInputStream(SheetDrawing.png(sheet)));
  }

  private static long magenta(BufferedImage image) {
    int[] rgb = image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
    return Arrays.stream(rgb).filter(one -> one == MAGENTA).count();
  }
}
