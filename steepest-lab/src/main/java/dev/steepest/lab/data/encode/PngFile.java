package dev.steepest.lab.data.encode;

import dev.steepest.lab.data.decode.Raster;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import javax.imageio.ImageIO;

/** Pictures as PNG files of 8 bits per channel. */
public final class PngFile {
  private PngFile() {}

  /** The content of a PNG file that shows the picture, pixel for pixel. */
  public static byte[] bytes(Raster picture) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(image(picture), "png", bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /**
   * Writes a file, or replaces it in one move: whoever looks at it sees the old picture or the new
   * one, never a part.
   *
   * @param file in a folder that exists
   * @throws IOException if it cannot be written
   */
  public static void write(Path file, Raster picture) throws IOException {
    Path draft = file.resolveSibling(file.getFileName() + ".draft");
    Files.write(draft, bytes(picture));
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** The picture as the JDK has it, channels unchanged. */
  static BufferedImage image(Raster picture) {
    boolean grey = picture.channels() == 1;
    BufferedImage image =
        new BufferedImage(
            picture.width(),
            picture.height(),
            grey ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_3BYTE_BGR);
    byte[] pixels = picture.pixels();
    int[] samples = new int[pixels.length];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = pixels[i] & 0xFF;
    }
    // Into the raster, not through colours: those of grey images are converted on the way.
    image.getRaster().setPixels(0, 0, picture.width(), picture.height(), samples);
    return image;
  }
}
