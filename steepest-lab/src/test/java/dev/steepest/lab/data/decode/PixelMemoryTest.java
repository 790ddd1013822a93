package dev.steepest.lab.data.decode;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.awt.image.BufferedImage;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a picture costs while it is decoded, which no file's length tells. */
class PixelMemoryTest {
  private static final int SIDE = 1200;

  /** What is allocated is more than what is held at a time. */
  @ParameterizedTest
  @CsvSource({
    "png,TYPE_4BYTE_ABGR",
    "png,TYPE_3BYTE_BGR",
    "png,TYPE_BYTE_GRAY",
    "png,TYPE_USHORT_GRAY",
    "png,TYPE_BYTE_INDEXED",
    "gif,TYPE_BYTE_INDEXED",
    "bmp,TYPE_3BYTE_BGR",
    "bmp,TYPE_USHORT_565_RGB",
    "jpeg,TYPE_3BYTE_BGR",
    "jpeg,TYPE_BYTE_GRAY"
  })
  void aPixelCostsNoMoreThanIsReckonedWith(String format, String type) throws Exception {
    BufferedImage image =
        new BufferedImage(SIDE, SIDE, BufferedImage.class.getField(type).getInt(null));
    image.setRGB(3, 5, 0xFF804020);
    requireWithin(SamplePictures.file(format, image));
  }

  @Test
  void inksCostNoMore() throws Exception {
    requireWithin(
        SamplePictures.inks(java.awt.image.Raster.createInterleavedRaster(0, SIDE, SIDE, 4, null)));
  }

  private static void requireWithin(byte[] file) throws CorruptImageException {
    try (ImageDecoder decoder = new ImageDecoder(JpegLibrary.IMAGEIO)) {
      decoder.decode(SamplePictures.jpeg(8, 8, 1)); // classes and tables
      decoder.decode(file);
      var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      long before = threads.getCurrentThreadAllocatedBytes();
      Raster picture = decoder.decode(file);
      long allocated = threads.getCurrentThreadAllocatedBytes() - before;
      assertThat(picture.pixels().length).isGreaterThanOrEqualTo(SIDE * SIDE);
      assertThat((allocated - 4.0 * file.length - 1_000_000) / SIDE / SIDE)
          .as("bytes allocated for a pixel, without those for the file")
          .isLessThan(PixelBudget.BYTES);
    }
  }
}
