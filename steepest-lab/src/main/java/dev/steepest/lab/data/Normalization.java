package dev.steepest.lab.data;

import java.util.List;

/**
 * Maps a byte to the number that a network sees: {@code (v / 255 − mean) / std}, per channel, in
 * float32 and in this order of operations, as torchvision's ToTensor and Normalize do.
 *
 * @param mean one value per channel, on the scale 0 … 1
 * @param std one positive value per channel, on the scale 0 … 1
 */
public record Normalization(List<Float> mean, List<Float> std) {

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

  /** The 256 values that a byte of this channel can become. */
  public float[] table(int channel) {
    float[] table = new float[256];
    for (int v = 0; v < 256; v++) {
      table[v] = (v / 255f - mean.get(channel)) / std.get(channel);
    }
    return table;
  }
}
