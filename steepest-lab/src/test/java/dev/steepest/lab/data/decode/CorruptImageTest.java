package dev.steepest.lab.data.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.image.BufferedImage;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CorruptImageTest {

  @ParameterizedTest
  @EnumSource
  void aJpegThatEndsTooEarlyIsFoundWhereverItEnds(JpegLibrary library) {
    byte[] whole = SamplePictures.jpeg(40, 30, 1);
    try (ImageDecoder decoder = decoder(library)) {
      for (int length = 3; length < whole.length; length += 7) {
        byte[] cut = Arrays.copyOf(whole, length);
        assertThatThrownBy(() -> decoder.decode(cut))
            .isInstanceOf(CorruptImageException.class)
            .hasMessage("ends after %d bytes, before its end marker (truncated)", cut.length);
      }
    }
  }

  @Test
  void whatFollowsTheEndIsNotRegarded() throws CorruptImageException {
    byte[] whole = SamplePictures.jpeg(40, 30, 1);
    try (ImageDecoder decoder = decoder(JpegLibrary.IMAGEIO)) {
      assertThat(decoder.decode(Arrays.copyOf(whole, whole.length + 100)).pixels())
          .isEqualTo(decoder.decode(whole).pixels());
    }
  }

  @Test
  void aPngIsCheckedByItsOwnSums() {
    byte[] whole =
        SamplePictures.file(
            "png", SamplePictures.photograph(20, 20, BufferedImage.TYPE_3BYTE_BGR, 2));
    try (ImageDecoder decoder = decoder(JpegLibrary.IMAGEIO)) {
      for (int at = 8; at < whole.length - 12; at += 11) {
        byte[] wrong = whole.clone();
        wrong[at] ^= 4;
        assertThatThrownBy(() -> decoder.decode(wrong)).isInstanceOf(CorruptImageException.class);
        byte[] cut = Arrays.copyOf(whole, at);
        assertThatThrownBy(() -> decoder.decode(cut))
            .isInstanceOf(CorruptImageException.class)
            .hasMessageEndingWith("(truncated)");
      }
    }
  }

  @Test
  void whatIsNoImageIsNamed() {
    refused("", "is empty");
    refused("<html><body>404</body></html>", "is no JPEG, PNG, GIF or BMP");
    refused("\0\0\0\0\0\0\0\0", "is no JPEG, PNG, GIF or BMP");
    refused("GIF89a", "cannot be decoded");
    refused("BM", "cannot be decoded");
    refused("\u00FF\u00D8\u00FF\u00D9", "is a JPEG without a picture");
  }

  /** Dimensions alone cost a decoder memory. */
  @Test
  void aPictureTooLargeIsNotDecoded() {
    byte[] jpeg = SamplePictures.jpeg(16, 16, 1);
    int frame = find(jpeg, 0xC0);
    jpeg[frame + 5] = (byte) 0xFF;
    jpeg[frame + 7] = (byte) 0xFF;
    try (ImageDecoder decoder = decoder(JpegLibrary.IMAGEIO)) {
      assertThatThrownBy(() -> decoder.decode(jpeg))
          .isInstanceOf(CorruptImageException.class)
          .hasMessage("has 65296×65296 pixels; more than 100,000,000 are not decoded");
    }
    jpeg[frame + 5] = 0;
    jpeg[frame + 6] = 0;
    refused(jpeg, "has 65296×0 pixels");
  }

  @Test
  void kindsThatAreNotReadAreNamed() {
    byte[] jpeg = SamplePictures.jpeg(16, 16, 1);
    int frame = find(jpeg, 0xC0);
    byte[] arithmetic = jpeg.clone();
    arithmetic[frame + 1] = (byte) 0xC9;
    refused(arithmetic, "is a JPEG of a kind that is not read (SOF9");
    byte[] deep = jpeg.clone();
    deep[frame + 4] = 12;
    refused(deep, "has 3 components of 12 bits");
  }

  /** Whatever the bytes, there is a picture or a reason, never another exception. */
  @ParameterizedTest
  @EnumSource
  void changedBytesGiveAPictureOrAReason(JpegLibrary library) {
    byte[][] files = {
      SamplePictures.jpeg(32, 32, 3),
      SamplePictures.progressive(
          SamplePictures.photograph(32, 32, BufferedImage.TYPE_3BYTE_BGR, 3)),
      SamplePictures.file("gif", SamplePictures.photograph(16, 16, 13, 3)),
      SamplePictures.file("bmp", SamplePictures.photograph(16, 16, 5, 3))
    };
    Random random = new Random(11);
    int pictures = 0;
    int reasons = 0;
    try (ImageDecoder decoder = decoder(library)) {
      for (int round = 0; round < 400; round++) {
        byte[] file = files[round % files.length].clone();
        for (int change = 0; change <= round % 5; change++) {
          // Of JPEGs the header only: changed data is another picture, with warnings on the screen.
          int end = round % files.length < 2 ? Math.min(300, file.length) : file.length;
          file[random.nextInt(2, end)] = (byte) random.nextInt();
        }
        try {
          assertThat(decoder.decode(file).pixels()).isNotEmpty();
          pictures++;
        } catch (CorruptImageException e) {
          assertThat(e.getMessage()).isNotBlank();
          reasons++;
        }
      }
    }
    assertThat(pictures).isPositive();
    assertThat(reasons).isPositive();
  }

  private static void refused(String file, String why) {
    refused(file.getBytes(StandardCharsets.ISO_8859_1), why);
  }

  private static void refused(byte[] file, String why) {
    try (ImageDecoder decoder = decoder(JpegLibrary.IMAGEIO)) {
      assertThatThrownBy(() -> decoder.decode(file))
          .isInstanceOf(CorruptImageException.class)
          .hasMessageStartingWith(why);
    }
  }

  /** Where a marker is. */
  private static int find(byte[] jpeg, int marker) {
    for (int i = 0; i < jpeg.length - 1; i++) {
      if ((jpeg[i] & 0xFF) == 0xFF && (jpeg[i + 1] & 0xFF) == marker) {
        return i;
      }
    }
    throw new IllegalArgumentException("no such marker");
  }

  private static ImageDecoder decoder(JpegLibrary library) {
    assumeTrue(library.objection().isEmpty(), () -> library + ": " + library.objection());
    return new ImageDecoder(library);
  }
}
