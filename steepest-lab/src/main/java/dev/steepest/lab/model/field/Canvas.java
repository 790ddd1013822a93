package dev.steepest.lab.model.field;

import dev.steepest.lab.model.Check;

/**
 * How many images are drawn, and how large.
 *
 * @param images 1–10,000
 * @param channels 1–16: colours, or those of a latent space
 * @param size height and width, 4–1024
 */
public record Canvas(int images, int channels, int size) {
  public Canvas {
    Check.range("images", images, 1, 10_000);
    Check.range("channels", channels, 1, 16);
    Check.range("size", size, 4, 1024);
  }
}
