package dev.steepest.lab.model.denoise;

import dev.steepest.lab.model.Check;

/**
 * What a denoising network sees, and what it is told of it: the part of its shape that the data set
 * decides.
 *
 * @param channels colour channels, 1–16
 * @param size height and width in pixels, 4–1024
 * @param classes different classes, at least 1
 * @param qualities different qualities, at least 1; 1 where all images are of one
 */
public record Conditions(int channels, int size, int classes, int qualities) {
  public Conditions {
    Check.range("channels", channels, 1, 16);
    Check.range("image size", size, 4, 1024);
    Check.range("classes", classes, 1, 1_000_000);
    Check.range("qualities", qualities, 1, 1000);
  }

  /** The class of an image of which none is told. */
  public int noClass() {
    return classes;
  }

  /** The quality of an image of which none is told. */
  public int noQuality() {
    return qualities;
  }
}
