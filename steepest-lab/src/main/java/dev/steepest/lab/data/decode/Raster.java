package dev.steepest.lab.data.decode;

import dev.steepest.lab.data.Channels;

/**
 * A decoded picture.
 *
 * @param width in pixels
 * @param height in pixels
 * @param channels 1 (grey) or 3 (red, green, blue)
 * @param pixels height·width·channels bytes, row by row, the channels of a pixel side by side
 */
public record Raster(int width, int height, int channels, byte[] pixels) {

  /** The same picture in grey; itself if it is. */
  public Raster grey() {
    if (channels == 1) {
      return this;
    }
    byte[] grey = new byte[width * height];
    for (int i = 0, at = 0; i < grey.length; i++, at += 3) {
      grey[i] =
          (byte) Channels.luma(pixels[at] & 0xFF, pixels[at + 1] & 0xFF, pixels[at + 2] & 0xFF);
    }
    return new Raster(width, height, 1, grey);
  }
}
