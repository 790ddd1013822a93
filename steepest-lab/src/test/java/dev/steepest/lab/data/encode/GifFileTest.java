package dev.steepest.lab.data.encode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.steepest.lab.data.decode.Raster;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Films are read back as they were made. */
class GifFileTest {
  @TempDir Path folder;

  private Path png(int number, int channels) throws IOException {
    byte[] pixels = new byte[16 * 16 * channels];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (channels == 1 ? i + 40 * number : number * 80 * (i % 3 == 0 ? 1 : 0));
    }
    Path file = folder.resolve(channels + "-" + number + ".png");
    PngFile.write(file, new Raster(16, 16, channels, pixels));
    return file;
  }

  private record Frame(BufferedImage image, int ticks) {}

  private static List<Frame> frames(Path film) throws IOException {
    ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
    List<Frame> frames = new ArrayList<>();
    try (ImageInputStream stream = ImageIO.createImageInputStream(film.toFile())) {
      reader.setInput(stream);
      for (int i = 0; i < reader.getNumImages(true); i++) {
        var root =
            (IIOMetadataNode) reader.getImageMetadata(i).getAsTree("javax_imageio_gif_image_1.0");
        var control =
            (IIOMetadataNode) root.getElementsByTagName("GraphicControlExtension").item(0);
        frames.add(new Frame(reader.read(i), Integer.parseInt(control.getAttribute("delayTime"))));
      }
    }
    return frames;
  }

  @Test
  void everyGreyOfEveryFrameIsKept() throws IOException {
    List<Path> given = List.of(png(0, 1), png(1, 1), png(2, 1));
    Path film = folder.resolve("film.gif");
    GifFile.write(film, given, 10);
    List<Frame> frames = frames(film);
    assertThat(frames).extracting(Frame::ticks).containsExactly(10, 10, 200);
    for (int f = 0; f < 3; f++) {
      for (int i = 0; i < 256; i++) {
        int level = (i + 40 * f) & 0xFF;
        assertThat(frames.get(f).image().getRGB(i % 16, i / 16))
            .isEqualTo(0xFF000000 | level << 16 | level << 8 | level);
      }
    }
    assertThat(new String(Files.readAllBytes(film), StandardCharsets.ISO_8859_1))
        .startsWith("GIF89a")
        .containsOnlyOnce("NETSCAPE2.0");
    assertThat(folder.resolve("film.gif.draft")).doesNotExist();
  }

  @Test
  void fewColoursAreKeptAndTheFileIsAFunctionOfTheFrames() throws IOException {
    List<Path> given = List.of(png(1, 3), png(2, 3));
    GifFile.write(folder.resolve("a.gif"), given, 5);
    GifFile.write(folder.resolve("b.gif"), given, 5);
    assertThat(frames(folder.resolve("a.gif")).get(1).image().getRGB(3, 3)).isEqualTo(0xFFA00000);
    assertThat(folder.resolve("a.gif")).hasSameBinaryContentAs(folder.resolve("b.gif"));
  }

  @Test
  void whatIsNoFilmIsRefused() throws IOException {
    assertThatThrownBy(() -> GifFile.write(folder.resolve("f.gif"), List.of(), 10))
        .isInstanceOf(IllegalArgumentException.class);
    Path text = Files.writeString(folder.resolve("000000.png"), "no picture");
    assertThatThrownBy(() -> GifFile.write(folder.resolve("f.gif"), List.of(text), 10))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("000000.png is no picture");
    assertThat(folder.resolve("f.gif")).doesNotExist();
  }
}
