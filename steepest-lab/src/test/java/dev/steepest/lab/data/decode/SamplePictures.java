package dev.steepest.lab.data.decode;

import java.awt.image.BufferedImage;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/** Image files for tests, made by the JDK. */
public final class SamplePictures {

  private SamplePictures() {}

  /** A smooth picture with some noise, as photographs are; another for each seed. */
  public static BufferedImage photograph(int width, int height, int type, long seed) {
    Random random = new Random(seed);
    double turn = random.nextDouble() * 6;
    BufferedImage image = new BufferedImage(width, height, type);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        double wave = 60 * Math.sin(x * 0.05 + y * 0.02 + turn) + 10 * random.nextGaussian();
        int red = clip(150 - wave + 30 * Math.cos(x * 0.01));
        int green = clip(128 + wave);
        int blue = clip(100 + wave / 2 + 40 * Math.sin(y * 0.03 + turn));
        image.setRGB(x, y, 0xFF << 24 | red << 16 | green << 8 | blue);
      }
    }
    return image;
  }

  public static byte[] jpeg(BufferedImage image) {
    return written("jpeg", new IIOImage(image, null, null));
  }

  public static byte[] progressive(BufferedImage image) {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ImageWriteParam param = writer.getDefaultWriteParam();
    param.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
    return written(writer, new IIOImage(image, null, null), param);
  }

  /** A colour JPEG of this size. */
  public static byte[] jpeg(int width, int height, long seed) {
    return jpeg(photograph(width, height, BufferedImage.TYPE_3BYTE_BGR, seed));
  }

  /** Four components as they are given, without a marker of Adobe's. */
  static byte[] inks(WritableRaster raster) {
    return written("jpeg", new IIOImage(raster, null, null));
  }

  static byte[] file(String format, BufferedImage image) {
    return written(format, new IIOImage(image, null, null));
  }

  private static byte[] written(String format, IIOImage image) {
    ImageWriter writer = ImageIO.getImageWritersByFormatName(format).next();
    return written(writer, image, writer.getDefaultWriteParam());
  }

  private static byte[] written(ImageWriter writer, IIOImage image, ImageWriteParam param) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
      writer.setOutput(out);
      writer.write(null, image, param);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  /** The file with a segment after its start marker. */
  static byte[] with(byte[] jpeg, int marker, byte[] content) {
    ByteBuffer bytes = ByteBuffer.allocate(jpeg.length + content.length + 4);
    bytes.put(jpeg, 0, 2).put((byte) 0xFF).put((byte) marker);
    bytes.putShort((short) (content.length + 2)).put(content).put(jpeg, 2, jpeg.length - 2);
    return bytes.array();
  }

  /** An EXIF segment that holds the orientation alone. */
  static byte[] oriented(byte[] jpeg, int orientation) {
    ByteBuffer exif = ByteBuffer.allocate(6 + 26);
    exif.put("Exif\0\0MM".getBytes(StandardCharsets.US_ASCII)).putShort((short) 42).putInt(8);
    exif.putShort((short) 1).putShort((short) 0x0112).putShort((short) 3).putInt(1);
    exif.putShort((short) orientation).putShort((short) 0).putInt(0);
    return with(jpeg, 0xE1, exif.array());
  }

  /** Adobe's segment. */
  static byte[] adobe(byte[] jpeg, int transform) {
    byte[] content = Arrays.copyOf("Adobe".getBytes(StandardCharsets.US_ASCII), 12);
    content[6] = 100;
    content[11] = (byte) transform;
    return with(jpeg, 0xEE, content);
  }

  private static int clip(double value) {
    return (int) Math.clamp(value, 0, 255);
  }
}
