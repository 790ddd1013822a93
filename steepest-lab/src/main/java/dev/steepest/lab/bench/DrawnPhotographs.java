package dev.steepest.lab.bench;

import dev.steepest.lab.data.CounterRandom;
import dev.steepest.lab.data.CounterRandom.Purpose;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/**
 * JPEGs that cost a decoder what photographs cost it: waves of several lengths with noise, colours
 * at half resolution, about 55 kB at 500×375 and quality .9, as the files of Oxford-IIIT Pet and
 * ImageNet have on average.
 */
public final class DrawnPhotographs {

  private DrawnPhotographs() {}

  /** As many files of this size, each another picture. */
  public static List<byte[]> jpegs(int count, int width, int height, double quality) {
    return IntStream.range(0, count)
        .mapToObj(i -> jpeg(picture(width, height, i), quality))
        .toList();
  }

  private static BufferedImage picture(int width, int height, int number) {
    CounterRandom random = CounterRandom.of(Purpose.DRAWING, number);
    double turn = random.between(0, 0, 2 * Math.PI);
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        long draw = 1 + 2L * (y * (long) width + x);
        // The sum of two uniform numbers: a triangle of deviation 12.
        double noise = 29.4 * (random.unit(draw) + random.unit(draw + 1) - 1);
        double wave = 60 * Math.sin(0.05 * x + 0.02 * y + turn) + 20 * Math.sin(0.4 * x) + noise;
        int red = byteOf(150 - wave + 30 * Math.cos(0.01 * x));
        int green = byteOf(128 + wave);
        int blue = byteOf(100 + wave / 2 + 40 * Math.sin(0.03 * y + turn));
        image.setRGB(x, y, red << 16 | green << 8 | blue);
      }
    }
    return image;
  }

  private static int byteOf(double value) {
    return (int) Math.clamp(value, 0, 255);
  }

  private static byte[] jpeg(BufferedImage image, double quality) {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ImageWriteParam plan = writer.getDefaultWriteParam();
    plan.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
    plan.setCompressionQuality((float) quality);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
      writer.setOutput(out);
      writer.write(null, new IIOImage(image, null, null), plan);
    } catch (IOException e) {
      throw new IllegalStateException("memory can be written", e);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }
}
