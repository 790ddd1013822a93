package dev.steepest.lab.data.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.image.BufferedImage;
import java.awt.image.WritableRaster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ImageDecoderTest {

  @ParameterizedTest
  @EnumSource
  void colourIsThatOfTheJdk(JpegLibrary library) throws Exception {
    byte[] jpeg = SamplePictures.jpeg(61, 47, 1);
    Raster picture = decoded(library, jpeg);
    BufferedImage expected = ImageIO.read(new ByteArrayInputStream(jpeg));
    assertThat(picture.width()).isEqualTo(61);
    assertThat(picture.height()).isEqualTo(47);
    for (int i = 0; i < 61 * 47; i++) {
      assertThat(rgb(picture, i)).isEqualTo(expected.getRGB(i % 61, i / 61) & 0xFFFFFF);
    }
  }

  /** To the bit: both are libjpeg's slow integer transform with smooth upsampling. */
  @Test
  void bothLibrariesGiveTheSame() throws Exception {
    assumeTrue(JpegLibrary.OPENCV.objection().isEmpty(), "OpenCV is not there");
    BufferedImage colour = SamplePictures.photograph(500, 375, BufferedImage.TYPE_3BYTE_BGR, 2);
    BufferedImage grey = SamplePictures.photograph(33, 70, BufferedImage.TYPE_BYTE_GRAY, 3);
    for (byte[] jpeg :
        new byte[][] {
          SamplePictures.jpeg(colour), SamplePictures.progressive(colour), SamplePictures.jpeg(grey)
        }) {
      Raster one = decoded(JpegLibrary.OPENCV, jpeg);
      Raster other = decoded(JpegLibrary.IMAGEIO, jpeg);
      assertThat(one.channels()).isEqualTo(other.channels());
      assertThat(one.pixels()).isEqualTo(other.pixels());
    }
  }

  @ParameterizedTest
  @EnumSource
  void greyHasOneChannelAndItsStoredValues(JpegLibrary library) throws Exception {
    BufferedImage image = new BufferedImage(16, 8, BufferedImage.TYPE_BYTE_GRAY);
    for (int i = 0; i < 128; i++) {
      image.getRaster().setSample(i % 16, i / 16, 0, i % 16 < 8 ? 40 : 200);
    }
    Raster jpeg = decoded(library, SamplePictures.jpeg(image));
    Raster png = decoded(library, SamplePictures.file("png", image));
    assertThat(jpeg.channels()).isEqualTo(1);
    assertThat(png.channels()).isEqualTo(1);
    assertThat(jpeg.pixels()[0] & 0xFF).isCloseTo(40, within(2));
    assertThat(png.pixels()[0] & 0xFF).isEqualTo(40);
    assertThat(png.pixels()[15] & 0xFF).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "png,5", "png,6", "png,13", "png,12", "bmp,5", "gif,13",
  })
  void otherFormatsKeepTheirValues(String format, int type) throws Exception {
    BufferedImage image = SamplePictures.photograph(20, 9, type, 4);
    Raster picture = decoded(JpegLibrary.IMAGEIO, SamplePictures.file(format, image));
    for (int i = 0; i < 180; i++) {
      assertThat(rgb(picture, i)).isEqualTo(image.getRGB(i % 20, i / 20) & 0xFFFFFF);
    }
  }

  @Test
  void transparencyIsDroppedAndNotBlended() throws Exception {
    BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_4BYTE_ABGR);
    image.setRGB(0, 0, 0x00112233);
    image.setRGB(1, 0, 0x80445566);
    Raster picture = decoded(JpegLibrary.IMAGEIO, SamplePictures.file("png", image));
    assertThat(rgb(picture, 0)).isEqualTo(0x112233);
    assertThat(rgb(picture, 1)).isEqualTo(0x445566);
  }

  @Test
  void ofSixteenBitsTheUpperEightAreKept() throws Exception {
    BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_USHORT_GRAY);
    image.getRaster().setSample(0, 0, 0, 0x12FF);
    image.getRaster().setSample(1, 0, 0, 0xFE00);
    Raster picture = decoded(JpegLibrary.IMAGEIO, SamplePictures.file("png", image));
    assertThat(picture.pixels()).containsExactly(0x12, 0xFE);
  }

  /** Adobe's convention: stored values are complements of ink. */
  @ParameterizedTest
  @EnumSource
  void printColoursBecomeRgb(JpegLibrary library) throws Exception {
    WritableRaster inks = java.awt.image.Raster.createInterleavedRaster(0, 16, 16, 4, null);
    for (int i = 0; i < 256; i++) {
      inks.setPixel(i % 16, i / 16, new int[] {200, 100, 50, 204});
    }
    Raster cmyk = decoded(library, SamplePictures.adobe(SamplePictures.inks(inks), 0));
    assertThat(cmyk.channels()).isEqualTo(3);
    assertThat(cmyk.pixels()[0] & 0xFF).isCloseTo(160, within(2));
    assertThat(cmyk.pixels()[1] & 0xFF).isCloseTo(80, within(2));
    assertThat(cmyk.pixels()[2] & 0xFF).isCloseTo(40, within(2));
    // Read as YCCK: Y 200, Cb 100, Cr 50 is the colour (91, 255, 150), its complement the channel.
    Raster ycck = decoded(library, SamplePictures.adobe(SamplePictures.inks(inks), 2));
    assertThat(ycck.pixels()[0] & 0xFF).isCloseTo((255 - 91) * 204 / 255, within(2));
    assertThat(ycck.pixels()[1] & 0xFF).isCloseTo(0, within(2));
    assertThat(ycck.pixels()[2] & 0xFF).isCloseTo((255 - 150) * 204 / 255, within(2));
  }

  @ParameterizedTest
  @EnumSource
  void theCameraIsTurnedBack(JpegLibrary library) throws Exception {
    byte[] jpeg = SamplePictures.jpeg(24, 16, 5);
    Raster stored = decoded(library, jpeg);
    for (int tag = 1; tag <= 8; tag++) {
      Raster seen = decoded(library, SamplePictures.oriented(jpeg, tag));
      assertThat(seen.width()).isEqualTo(tag < 5 ? 24 : 16);
      // The visual place of the stored first row and column, as EXIF defines the values.
      int topLeft = rgb(stored, 0);
      int right = seen.width() - 1;
      int bottom = (seen.height() - 1) * seen.width();
      int at =
          switch (tag) {
            case 1, 5 -> 0;
            case 2, 6 -> right;
            case 3, 7 -> right + bottom;
            default -> bottom;
          };
      assertThat(rgb(seen, at)).as("tag %d", tag).isEqualTo(topLeft);
      int storedTopRight = rgb(stored, 23);
      int there =
          switch (tag) {
            case 2, 8 -> 0;
            case 1, 7 -> right;
            case 4, 6 -> right + bottom;
            default -> bottom;
          };
      assertThat(rgb(seen, there)).as("tag %d", tag).isEqualTo(storedTopRight);
    }
  }

  @Test
  void anUnknownOrDamagedOrientationIsNone() throws Exception {
    byte[] jpeg = SamplePictures.jpeg(24, 16, 5);
    assertThat(decoded(JpegLibrary.IMAGEIO, SamplePictures.oriented(jpeg, 9)).width())
        .isEqualTo(24);
    byte[] cut =
        SamplePictures.with(jpeg, 0xE1, "Exif\0\0MM\0".getBytes(StandardCharsets.US_ASCII));
    assertThat(decoded(JpegLibrary.IMAGEIO, cut).width()).isEqualTo(24);
  }

  @Test
  void aLibraryIsChosenByName() throws IOException {
    assertThat(JpegLibrary.chosen("imageio")).isEqualTo(JpegLibrary.IMAGEIO);
    assertThat(JpegLibrary.chosen("auto"))
        .isEqualTo(
            JpegLibrary.OPENCV.objection().isEmpty() ? JpegLibrary.OPENCV : JpegLibrary.IMAGEIO);
    assertThatThrownBy(() -> JpegLibrary.chosen("turbo"))
        .hasMessage(
            "-Dsteepest.jpeg=turbo names no decoder of JPEGs; known: auto, opencv, imageio");
  }

  private static Raster decoded(JpegLibrary library, byte[] file) throws CorruptImageException {
    assumeTrue(library.objection().isEmpty(), () -> library + ": " + library.objection());
    try (ImageDecoder decoder = new ImageDecoder(library)) {
      return decoder.decode(file);
    }
  }

  private static int rgb(Raster picture, int pixel) {
    int at = pixel * picture.channels();
    int red = picture.pixels()[at] & 0xFF;
    return picture.channels() == 1
        ? red * 0x010101
        : (red << 16) | (picture.pixels()[at + 1] & 0xFF) << 8 | (picture.pixels()[at + 2] & 0xFF);
  }
}
