package dev.steepest.lab.model;

/**
 * What an image classifier is given and asked: the part of its shape that the data set decides.
 *
 * @param channels colour channels, 1–16
 * @param size height and width in pixels, 1–1024
 * @param classes number of labels, at least 2
 */
public record Images(int channels, int size, int classes) {
  /** CIFAR-10: 3×32×32, ten classes. */
  public static final Images CIFAR10 = new Images(3, 32, 10);

  public Images {
    Check.range("channels", channels, 1, 16);
    Check.range("image size", size, 1, 1024);
    Check.range("classes", classes, 2, 1_000_000);
  }
}
