package dev.steepest.lab.data.augment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every operation at all its levels gives the bytes that Pillow gave: {@code pillow_oracle.csv},
 * made by {@code pillow_oracle.py} beside it.
 */
class PillowOracleTest {

  record Case(int channels, int height, int width, TrivialAugmentWide operation, String sha256) {
    static Case parse(String line) {
      String[] cell = line.split(",");
      return new Case(
          Integer.parseInt(cell[0]),
          Integer.parseInt(cell[1]),
          Integer.parseInt(cell[2]),
          TrivialAugmentWide.valueOf(cell[3]),
          cell[4]);
    }

    @Override
    public String toString() {
      return "%s %d×%d×%d".formatted(operation, channels, height, width);
    }
  }

  static Stream<Case> cases() throws IOException {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                PillowOracleTest.class.getResourceAsStream("pillow_oracle.csv"),
                StandardCharsets.UTF_8))) {
      return lines.lines().skip(1).map(Case::parse).toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void givesTheBytesThatPillowGives(Case expected) throws NoSuchAlgorithmException {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    TrivialAugmentWide operation = expected.operation();
    for (int bin = 0; bin < TrivialAugmentWide.BINS; bin++) {
      float level = operation.level(bin);
      digest.update(changed(expected, level));
      if (operation.signed()) {
        digest.update(changed(expected, -level));
      }
    }
    assertThat(HexFormat.of().formatHex(digest.digest())).isEqualTo(expected.sha256());
  }

  private static byte[] changed(Case expected, float level) {
    Picture picture = new Picture(expected.channels(), expected.height(), expected.width());
    int at = 0;
    for (int c = 0; c < picture.channels; c++) {
      for (int y = 0; y < picture.height; y++) {
        for (int x = 0; x < picture.width; x++) {
          picture.pixels[at++] = (byte) value(c, y, x);
        }
      }
    }
    expected.operation().apply(picture, level);
    return picture.pixels;
  }

  /** Repeated in pillow_oracle.py. */
  private static int value(int c, int y, int x) {
    int wave = x * 7 + y * 13 * (c + 1) + (x * x + 3 * y * y + x * y * (c + 2)) / 4;
    return 20 * (c + 1) + wave % (150 + 20 * c);
  }
}
