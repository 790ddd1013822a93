package dev.steepest.lab.data.encode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.steepest.lab.data.decode.Raster;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AbstractTensor;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SheetTest {
  private PointerScope scope;

  @BeforeEach
  void open() {
    scope = new PointerScope();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  @Test
  void imagesLieInRowsWithGapsBetween() {
    Tensor images = values(-1, 1, -1).view(3, 1, 1, 1);
    Raster sheet = new Sheet(2, 1, 1).of(images);
    assertThat(sheet.width()).isEqualTo(5);
    assertThat(sheet.height()).isEqualTo(5);
    assertThat(sheet.channels()).isEqualTo(1);
    int[] expected = new int[25];
    Arrays.fill(expected, 255);
    expected[6] = 0; // first image: row 1, column 1
    expected[16] = 0; // third image: row 3, column 1
    assertThat(levels(sheet)).containsExactly(expected);
  }

  @Test
  void valuesAreRoundedAndClipped() {
    Tensor image = values(-3, -1, -0.5f, 0, 0.5f, 7).view(1, 1, 2, 3);
    assertThat(levels(new Sheet(1, 0, 1).of(image))).containsExactly(0, 0, 64, 128, 191, 255);
  }

  @Test
  void everyPixelGrowsToItsScale() {
    Tensor image = values(-1, 1).view(1, 1, 1, 2);
    assertThat(levels(new Sheet(1, 0, 2).of(image)))
        .containsExactly(0, 0, 255, 255, 0, 0, 255, 255);
  }

  @Test
  void whatIsNoNumberIsRed() {
    Raster sheet = new Sheet(1, 0, 1).of(values(Float.NaN, 1).view(1, 1, 1, 2));
    assertThat(sheet.channels()).isEqualTo(3);
    assertThat(levels(sheet)).containsExactly(255, 0, 0, 255, 255, 255);
  }

  @Test
  void coloursKeepTheirOrder() {
    Raster sheet = new Sheet(1, 0, 1).of(values(1, -1, 0).view(1, 3, 1, 1));
    assertThat(levels(sheet)).containsExactly(255, 0, 128);
  }

  @Test
  void otherShapesAreRefused() {
    assertThatThrownBy(() -> new Sheet(2).of(values(1, 2, 3, 4).view(1, 4, 1, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[1, 4, 1, 1]");
  }

  @Test
  void aFileShowsTheSamePixels(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("sheet.png");
    Raster grey = new Raster(3, 1, 1, new byte[] {0, 100, (byte) 200});
    PngFile.write(file, new Raster(1, 1, 1, new byte[1]));
    PngFile.write(file, grey);
    BufferedImage read = ImageIO.read(file.toFile());
    assertThat(read.getRaster().getPixels(0, 0, 3, 1, (int[]) null)).containsExactly(0, 100, 200);
    Raster colour = new Raster(1, 1, 3, new byte[] {10, 20, 30});
    PngFile.write(file, colour);
    assertThat(ImageIO.read(file.toFile()).getRGB(0, 0)).isEqualTo(0xFF0A141E);
    try (var left = Files.list(folder)) {
      assertThat(left).containsExactly(file);
    }
  }

  private static Tensor values(float... values) {
    return AbstractTensor.create(values);
  }

  private static int[] levels(Raster picture) {
    int[] levels = new int[picture.pixels().length];
    for (int i = 0; i < levels.length; i++) {
      levels[i] = picture.pixels()[i] & 0xFF;
    }
    return levels;
  }
}
