package dev.steepest.study.report.picture;

import java.awt.Graphics2D;
import java.awt.Image;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.ImageOutputStream;

/** Pixels of files, and files of pixels. */
final class Images {
  /** Pixels of a file at most: a sheet of a hundred pictures of 1024 × 1024. Assumed. */
  private static final long MOST_PIXELS = 100L << 20;

  /** Of JPEG: differences cannot be seen at the size of a page. Assumed. */
  private static final float QUALITY = .88f;

  private Images() {}

  /**
   * Reads a picture.
   *
   * @throws IOException with a reason for a person, where the file is no picture or a broken one
   */
  static BufferedImage read(Path file) throws IOException {
    if (!Files.isReadable(file)) {
      throw new IOException("it may not be read");
    }
    try (ImageInputStream in = ImageIO.createImageInputStream(file.toFile())) {
      var readers = ImageIO.getImageReaders(in);
      if (!readers.hasNext()) {
        throw new IOException("it is not a picture");
      }
      ImageReader reader = readers.next();
      try {
        reader.setInput(in);
        return read(reader);
      } finally {
        reader.dispose();
      }
    }
  }

  private static BufferedImage read(ImageReader reader) throws IOException {
    int width;
    int height;
    try {
      width = reader.getWidth(0);
      height = reader.getHeight(0);
      if ((long) width * height <= MOST_PIXELS) {
        return reader.read(0);
      }
    } catch (IOException | RuntimeException e) { // readers throw many kinds at broken files
      throw new IOException("it is a broken picture", e);
    }
    throw new IOException(
        "it has %d × %d pixels, more than a report shows".formatted(width, height));
  }

  /** The picture in another size: pixels repeated where it grows by whole numbers, else smooth. */
  static BufferedImage scaled(BufferedImage image, int width, int height) {
    if (image.getWidth() == width && image.getHeight() == height) {
      return image;
    }
    BufferedImage drawn = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = drawn.createGraphics();
    try {
      draw(g, image, 0, 0, width, height);
    } finally {
      g.dispose();
    }
    return drawn;
  }

  /** Draws the picture into a box, with the same rule as {@link #scaled}. */
  static void draw(Graphics2D g, BufferedImage image, int x, int y, int width, int height) {
    boolean smaller = width < image.getWidth() || height < image.getHeight();
    if (smaller) {
      // of several pixels the mean, not one: sheets of small pictures would lose their lines
      Image mean = image.getScaledInstance(width, height, Image.SCALE_AREA_AVERAGING);
      g.drawImage(mean, x, y, null);
    } else {
      g.setRenderingHint(
          RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_NEAREST_NEIGHBOR);
      g.drawImage(image, x, y, width, height, null);
    }
  }

  static byte[] png(BufferedImage image) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", bytes);
    } catch (IOException e) {
      throw new UncheckedIOException("PNG encoding failed in memory", e);
    }
    return bytes.toByteArray();
  }

  /** Of an image without transparency; empty on a machine that cannot write JPEG. */
  static Optional<byte[]> jpeg(BufferedImage image) {
    var writers = ImageIO.getImageWritersByFormatName("jpeg");
    if (!writers.hasNext()) {
      return Optional.empty();
    }
    ImageWriter writer = writers.next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
      ImageWriteParam param = writer.getDefaultWriteParam();
      param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      param.setCompressionQuality(QUALITY);
      writer.setOutput(out);
      writer.write(null, new IIOImage(image, null, null), param);
    } catch (IOException e) {
      throw new UncheckedIOException("JPEG encoding failed in memory", e);
    } finally {
      writer.dispose();
    }
    return Optional.of(bytes.toByteArray());
  }
}
