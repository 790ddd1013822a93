package dev.steepest.lab.model;

import dev.steepest.lab.data.Normalization;
import java.nio.file.Path;
import tools.jackson.databind.JsonNode;

/** The images of the golden files (README there, section 3). */
public final class GoldenImages {
  /** Where the golden files of networks and data are, if they are there. */
  public static final Path FOLDER = GoldenModel.FOLDER;

  private GoldenImages() {}

  /**
   * The values p, each in 0 … 255.
   *
   * @param input seed and formula
   * @param s shape [N, C, H, W]
   */
  public static byte[] pixels(JsonNode input, int... s) {
    JsonNode f = input.get("formula");
    long seed = input.get("seed").asLong();
    int ax = at(f, "ax");
    int an = at(f, "an");
    int ac = at(f, "ac");
    int by = at(f, "by");
    int bn = at(f, "bn");
    int bc = at(f, "bc");
    int cx = at(f, "cx");
    int cy = at(f, "cy");
    int cn = at(f, "cn");
    int cc = at(f, "cc");
    int shift = at(f, "shift");
    byte[] pixels = new byte[s[0] * s[1] * s[2] * s[3]];
    int i = 0;
    for (int n = 0; n < s[0]; n++) {
      for (int c = 0; c < s[1]; c++) {
        for (int y = 0; y < s[2]; y++) {
          for (int x = 0; x < s[3]; x++, i++) {
            pixels[i] =
                (byte)
                    (wave((ax + 2 * (n % 4)) * x + an * n + ac * c)
                        + wave((by + 3 * (n % 3)) * y + bn * n + bc * c)
                        + wave(cx * x + (cy + n % 5) * y + cn * n + cc * c)
                        + (SplitMix64.hash(seed, 0, i) >>> shift));
          }
        }
      }
    }
    return pixels;
  }

  /** Pixels [N, C, H, W] as a network is fed them. */
  static float[] normalised(byte[] pixels, Normalization normalization, int... shape) {
    float[] values = new float[pixels.length];
    int plane = shape[2] * shape[3];
    for (int i = 0; i < values.length; i += plane) {
      float[] table = normalization.table(i / plane % shape[1]);
      for (int k = i; k < i + plane; k++) {
        values[k] = table[pixels[k] & 0xFF];
      }
    }
    return values;
  }

  private static int at(JsonNode formula, String key) {
    return formula.get(key).asInt();
  }

  private static int wave(int z) {
    return Math.abs(z % 128 - 64);
  }
}
