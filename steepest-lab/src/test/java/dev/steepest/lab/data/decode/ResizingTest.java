package dev.steepest.lab.data.decode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steepest.lab.data.Channels;
import dev.steepest.lab.data.files.Fingerprints;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Gives the bytes that Pillow gave: {@code resize_oracle.csv}, made by {@code resize_oracle.py}
 * beside it.
 */
class ResizingTest {

  static List<String> cases() throws IOException {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                ResizingTest.class.getResourceAsStream("resize_oracle.csv"),
                StandardCharsets.UTF_8))) {
      return lines.lines().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void givesTheBytesOfPillow(String line) {
    String[] cell = line.split(",");
    int channels = Integer.parseInt(cell[2]);
    Raster picture = picture(Integer.parseInt(cell[0]), Integer.parseInt(cell[1]), channels);
    Rendition rendition =
        new Rendition(
            Integer.parseInt(cell[3]),
            Fit.valueOf(cell[4]),
            channels == 1 ? Channels.GREY : Channels.RGB);
    byte[] planes = new byte[rendition.bytes()];
    new Resizing(rendition).resize(picture, planes);
    assertThat(Fingerprints.sha256(planes)).isEqualTo(cell[5]);
  }

  @Test
  void doesNotDependOnThePictureBefore() {
    Rendition rendition = new Rendition(20, Fit.CROP, Channels.RGB);
    Resizing used = new Resizing(rendition);
    for (int[] shape : new int[][] {{300, 40}, {10, 90}, {40, 300}, {64, 64}, {10, 90}}) {
      Raster picture = picture(shape[0], shape[1], 3);
      byte[] found = new byte[rendition.bytes()];
      byte[] fresh = new byte[rendition.bytes()];
      used.resize(picture, found);
      new Resizing(rendition).resize(picture, fresh);
      assertThat(found).isEqualTo(fresh);
    }
  }

  @Test
  void greyIsRepeatedWhereColoursAreWanted() {
    byte[] one = new byte[25];
    byte[] three = new byte[75];
    new Resizing(new Rendition(5, Fit.CROP, Channels.GREY)).resize(picture(9, 7, 1), one);
    new Resizing(new Rendition(5, Fit.CROP, Channels.RGB)).resize(picture(9, 7, 1), three);
    for (int i = 0; i < three.length; i++) {
      assertThat(three[i]).isEqualTo(one[i % 25]);
    }
  }

  /** As in the script. */
  private static Raster picture(int width, int height, int channels) {
    byte[] pixels = new byte[width * height * channels];
    for (long i = 0; i < pixels.length; i++) {
      pixels[(int) i] = (byte) ((i * i * 31 + i * 7 + (i >> 3)) >> 2);
    }
    return new Raster(width, height, channels, pixels);
  }
}
