package dev.steepest.lab.data.encode;

import dev.steepest.lab.data.TensorMemory;
import dev.steepest.lab.data.decode.Raster;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Images side by side in one picture: −1 is black, 1 is white, what lies outside is clipped, and a
 * pixel with a value that is not a number is red.
 *
 * @param columns images in a row, at least 1; the last row may be shorter
 * @param gap white pixels between images and around them, 0 or more
 * @param scale pixels along each side of an image's pixel, at least 1
 */
public record Sheet(int columns, int gap, int scale) {
  private static final byte WHITE = (byte) 255;
  private static final int CHANNELS = 3;

  public Sheet {
    if (columns < 1 || gap < 0 || scale < 1) {
      throw new IllegalArgumentException(
          "columns and scale must be at least 1 and gap at least 0, got %d, %d and %d"
              .formatted(columns, scale, gap));
    }
  }

  /** Two pixels between images, each pixel as one. */
  public Sheet(int columns) {
    this(columns, 2, 1);
  }

  /**
   * Lays images out, row by row.
   *
   * @param images [N, C, H, W] of any number type and device, N at least 1, C 1 (grey) or 3 (red,
   *     green, blue)
   * @return in grey if the images are and all values are numbers, else in colour
   * @throws IllegalArgumentException for other shapes
   */
  public Raster of(Tensor images) {
    long[] shape = images.sizes().vec().get();
    if (shape.length != 4 || shape[0] < 1 || (shape[1] != 1 && shape[1] != CHANNELS)) {
      throw new IllegalArgumentException(
          "A sheet shows images of 1 or 3 channels, [N, C, H, W], not " + Arrays.toString(shape));
    }
    try (PointerScope _ = new PointerScope()) {
      Tensor values = images.detach().cpu().to(ScalarType.Float).contiguous();
      return draw(
          TensorMemory.segment(values).toArray(ValueLayout.JAVA_FLOAT),
          Math.toIntExact(shape[0]),
          (int) shape[1],
          (int) shape[2],
          (int) shape[3]);
    }
  }

  private Raster draw(float[] values, int count, int channels, int height, int width) {
    int rows = Math.ceilDiv(count, columns);
    int across = gap + Math.min(count, columns) * (width * scale + gap);
    int down = gap + rows * (height * scale + gap);
    boolean numbers = true;
    byte[] pixels = new byte[Math.multiplyExact(Math.multiplyExact(across, down), CHANNELS)];
    Arrays.fill(pixels, WHITE);
    for (int n = 0; n < count; n++) {
      int left = gap + n % columns * (width * scale + gap);
      int top = gap + n / columns * (height * scale + gap);
      for (int y = 0; y < height * scale; y++) {
        for (int x = 0; x < width * scale; x++) {
          int from = n * channels * height * width + y / scale * width + x / scale;
          int to = ((top + y) * across + left + x) * CHANNELS;
          numbers &= pixel(values, from, channels, height * width, pixels, to);
        }
      }
    }
    Raster colour = new Raster(across, down, CHANNELS, pixels);
    return channels == 1 && numbers ? colour.grey() : colour;
  }

  /** Writes one pixel in colour and says whether its values are numbers. */
  private static boolean pixel(
      float[] values, int from, int channels, int plane, byte[] pixels, int to) {
    boolean number = true;
    for (int c = 0; c < CHANNELS; c++) {
      float value = values[from + Math.min(c, channels - 1) * plane];
      number &= !Float.isNaN(value);
      pixels[to + c] = level(value);
    }
    if (!number) {
      pixels[to] = WHITE;
      pixels[to + 1] = 0;
      pixels[to + 2] = 0;
    }
    return number;
  }

  private static byte level(float value) {
    return (byte) Math.round(Math.clamp((value + 1) * 127.5f, 0, 255));
  }
}
