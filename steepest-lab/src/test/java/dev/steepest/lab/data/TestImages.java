package dev.steepest.lab.data;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Small image sets for tests. */
public final class TestImages {

  private TestImages() {}

  /** Random pixels; image i has label {@code i % classes}. */
  public static ImageSet noise(int size, int channels, int height, int width, int classes) {
    byte[] pixels = new byte[size * channels * height * width];
    new Random(42).nextBytes(pixels);
    return ImageSet.of(
        "noise",
        pixels,
        IntStream.range(0, size).mapToLong(i -> i % classes).toArray(),
        names(classes),
        channels,
        height,
        width);
  }

  /** One-pixel images with these labels; the pixel is the position, modulo 256. */
  public static ImageSet labelled(long... labels) {
    byte[] pixels = new byte[labels.length];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) i;
    }
    int classes = 1 + (int) Arrays.stream(labels).max().orElse(0);
    return ImageSet.of("labelled", pixels, labels, names(classes), 1, 1, 1);
  }

  private static List<String> names(int classes) {
    return IntStream.range(0, classes).mapToObj(c -> "class" + c).toList();
  }
}
