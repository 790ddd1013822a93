package dev.steepest.lab.data;

import java.util.Collections;
import java.util.List;

/**
 * Maps a byte to the number that a network sees: {@code (v / 255 − mean) / std}, per channel, in
 * float32 and in this order of operations, as torchvision's ToTensor and Normalize do.
 *
 * @param mean one value per channel, on the scale 0 … 1
 * @param std one positive value per channel, on the scale 0 … 1
 */
public record Normalization(List<Float> mean, List<Float> std) {

  /** Of ILSVRC 2012's training images, as torchvision and timm round them. */
  public static final Normalization IMAGENET =
      new Normalization(List.of(0.485f, 0.456f, 0.406f), List.of(0.229f, 0.224f, 0.225f));

  /** From −1 to 1, as networks that know nothing of the data are often shown it. */
  public static final Normalization HALF =
      new Normalization(List.of(0.5f, 0.5f, 0.5f), List.of(0.5f, 0.5f, 0.5f));

  public Normalization {
    mean = List.copyOf(mean);
    std = List.copyOf(std);
    if (mean.isEmpty() || mean.size() != std.size()) {
      throw new IllegalArgumentException(
          "mean and std need one value per channel each, got %d and %d"
              .formatted(mean.size(), std.size()));
    }
    for (float deviation : std) {
      if (!(deviation > 0)) {
        throw new IllegalArgumentException("std must be positive, got " + std);
      }
    }
  }

  /** For a single channel. */
  public static Normalization gray(float mean, float std) {
    return new Normalization(List.of(mean), List.of(std));
  }

  public int channels() {
    return mean.size();
  }

  /**
   * For the same images with one or three channels. Grey is given the luma's mean, which is exact,
   * and the same weighting of the deviations, which is so where the channels move together.
   *
   * @param channels 1 or 3, or as many as there are
   */
  public Normalization forChannels(int channels) {
    if (channels == channels()) {
      return this;
    }
    if (channels == 3 && channels() == 1) {
      return new Normalization(
          Collections.nCopies(3, mean.getFirst()), Collections.nCopies(3, std.getFirst()));
    }
    if (channels == 1 && channels() == 3) {
      return gray(luma(mean), luma(std));
    }
    throw new IllegalArgumentException(
        "a normalization of %d channels is none of %d".formatted(channels(), channels));
  }

  /** ITU-R 601-2. */
  private static float luma(List<Float> rgb) {
    return 0.299f * rgb.get(0) + 0.587f * rgb.get(1) + 0.114f * rgb.get(2);
  }

  /** The 256 values that a byte of this channel can become. */
  public float[] table(int channel) {
    float[] table = new float[256];
    for (int v = 0; v < 256; v++) {
      table[v] = (v / 255f - mean.get(channel)) / std.get(channel);
    }
    return table;
  }
}
