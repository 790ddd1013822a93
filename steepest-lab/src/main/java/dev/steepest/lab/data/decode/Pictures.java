package dev.steepest.lab.data.decode;

import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Pictures of the JDK as bytes, without its colour management: values are taken as they are stored,
 * as Pillow takes them. Transparency is dropped, of 16 bits the upper eight are kept.
 */
final class Pictures {

  private Pictures() {}

  /** Decodes a PNG, GIF (its first picture) or BMP, told apart by how it begins. */
  static Raster read(byte[] file) throws CorruptImageException {
    ImageReader reader = ImageIO.getImageReadersByFormatName(format(file)).next();
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
      reader.setInput(in, true, true);
      ImageDecoder.limit(reader.getWidth(0), reader.getHeight(0));
      return raster(reader.read(0));
    } catch (IOException | RuntimeException e) {
      // The readers meet damage with several exceptions that are not checked.
      throw new CorruptImageException("cannot be decoded: " + e.getMessage(), e);
    } finally {
      reader.dispose();
    }
  }

  private static String format(byte[] file) throws CorruptImageException {
    if (Png.is(file)) {
      return "png";
    }
    String start = new String(file, 0, Math.min(4, file.length), StandardCharsets.ISO_8859_1);
    if (start.startsWith("GIF8")) {
      return "gif";
    }
    if (start.startsWith("BM")) {
      return "bmp";
    }
    throw new CorruptImageException("is no JPEG, PNG, GIF or BMP");
  }

  static Raster raster(BufferedImage image) {
    ColorModel model = image.getColorModel();
    if (image.getType() == BufferedImage.TYPE_3BYTE_BGR) {
      return fromBgr(image);
    }
    if (model instanceof IndexColorModel palette) {
      return fromPalette(image, palette);
    }
    if (model instanceof ComponentColorModel) {
      return fromComponents(image);
    }
    return fromRgb(image);
  }

  private static Raster fromBgr(BufferedImage image) {
    byte[] bgr = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
    byte[] rgb = new byte[image.getWidth() * image.getHeight() * 3];
    for (int i = 0; i < rgb.length; i += 3) {
      rgb[i] = bgr[i + 2];
      rgb[i + 1] = bgr[i + 1];
      rgb[i + 2] = bgr[i];
    }
    return new Raster(image.getWidth(), image.getHeight(), 3, rgb);
  }

  private static Raster fromPalette(BufferedImage image, IndexColorModel palette) {
    int[] indices =
        image.getRaster().getPixels(0, 0, image.getWidth(), image.getHeight(), (int[]) null);
    byte[] rgb = new byte[indices.length * 3];
    for (int i = 0; i < indices.length; i++) {
      put(rgb, i, indices[i] < palette.getMapSize() ? palette.getRGB(indices[i]) : 0);
    }
    return new Raster(image.getWidth(), image.getHeight(), 3, rgb);
  }

  /** One or two bands are grey, with or without transparency; three or four are colour. */
  private static Raster fromComponents(BufferedImage image) {
    java.awt.image.Raster raster = image.getRaster();
    int bands = raster.getNumBands();
    int channels = bands < 3 ? 1 : 3;
    int shift = raster.getDataBuffer().getDataType() == DataBuffer.TYPE_BYTE ? 0 : 8;
    int[] values = raster.getPixels(0, 0, raster.getWidth(), raster.getHeight(), (int[]) null);
    byte[] pixels = new byte[raster.getWidth() * raster.getHeight() * channels];
    for (int i = 0, from = 0, to = 0; to < pixels.length; i++, from = i * bands) {
      for (int c = 0; c < channels; c++) {
        pixels[to++] = (byte) (values[from + c] >> shift);
      }
    }
    return new Raster(raster.getWidth(), raster.getHeight(), channels, pixels);
  }

  private static Raster fromRgb(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    int[] values = image.getRGB(0, 0, width, height, null, 0, width);
    byte[] rgb = new byte[values.length * 3];
    for (int i = 0; i < values.length; i++) {
      put(rgb, i, values[i]);
    }
    return new Raster(width, height, 3, rgb);
  }

  private static void put(byte[] rgb, int pixel, int value) {
    rgb[3 * pixel] = (byte) (value >> 16);
    rgb[3 * pixel + 1] = (byte) (value >> 8);
    rgb[3 * pixel + 2] = (byte) value;
  }
}
