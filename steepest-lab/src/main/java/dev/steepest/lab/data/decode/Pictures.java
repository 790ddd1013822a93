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

  /** Pixels that are converted at once; assumed. Rows may be as long as a picture is large. */
  private static final int SPAN = 4096;

  private Pictures() {}

  /** Decodes a PNG, GIF (its first picture) or BMP, told apart by how it begins. */
  static Raster read(byte[] file, PixelBudget.Share share) throws CorruptImageException {
    ImageReader reader = ImageIO.getImageReadersByFormatName(format(file)).next();
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
      reader.setInput(in, true, true);
      ImageDecoder.claim(share, reader.getWidth(0), reader.getHeight(0));
      return raster(reader.read(0));
    } catch (IOException | RuntimeException e) {
      // The readers meet damage with several exceptions that are not checked.
      throw ImageDecoder.damage(e);
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
    byte[] rgb = new byte[image.getWidth() * image.getHeight() * 3];
    eachSpan(
        image.getRaster(),
        (indices, first, count) -> {
          for (int i = 0; i < count; i++) {
            put(rgb, first + i, indices[i] < palette.getMapSize() ? palette.getRGB(indices[i]) : 0);
          }
        });
    return new Raster(image.getWidth(), image.getHeight(), 3, rgb);
  }

  /** One or two bands are grey, with or without transparency; three or four are colour. */
  private static Raster fromComponents(BufferedImage image) {
    java.awt.image.Raster raster = image.getRaster();
    int bands = raster.getNumBands();
    int channels = bands < 3 ? 1 : 3;
    int shift = raster.getDataBuffer().getDataType() == DataBuffer.TYPE_BYTE ? 0 : 8;
    byte[] pixels = new byte[raster.getWidth() * raster.getHeight() * channels];
    eachSpan(
        raster,
        (values, first, count) -> {
          int to = first * channels;
          for (int i = 0; i < count; i++) {
            for (int c = 0; c < channels; c++) {
              pixels[to++] = (byte) (values[i * bands + c] >> shift);
            }
          }
        });
    return new Raster(raster.getWidth(), raster.getHeight(), channels, pixels);
  }

  private static Raster fromRgb(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    byte[] rgb = new byte[width * height * 3];
    int[] values = new int[Math.min(SPAN, width)];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x += SPAN) {
        int count = Math.min(SPAN, width - x);
        image.getRGB(x, y, count, 1, values, 0, count);
        for (int i = 0; i < count; i++) {
          put(rgb, y * width + x + i, values[i]);
        }
      }
    }
    return new Raster(width, height, 3, rgb);
  }

  /** Takes in some neighbouring pixels of a row. */
  @FunctionalInterface
  interface Span {
    /**
     * @param values of all bands of each pixel
     * @param first number of the first pixel in the whole picture
     * @param count of pixels
     */
    void take(int[] values, int first, int count);
  }

  /** All pixels, few at a time: an {@code int} of each value is far more than the picture. */
  static void eachSpan(java.awt.image.Raster raster, Span span) {
    int width = raster.getWidth();
    int[] values = new int[Math.min(SPAN, width) * raster.getNumBands()];
    for (int y = 0; y < raster.getHeight(); y++) {
      for (int x = 0; x < width; x += SPAN) {
        int count = Math.min(SPAN, width - x);
        raster.getPixels(x, y, count, 1, values);
        span.take(values, y * width + x, count);
      }
    }
  }

  private static void put(byte[] rgb, int pixel, int value) {
    rgb[3 * pixel] = (byte) (value >> 16);
    rgb[3 * pixel + 1] = (byte) (value >> 8);
    rgb[3 * pixel + 2] = (byte) value;
  }
}
