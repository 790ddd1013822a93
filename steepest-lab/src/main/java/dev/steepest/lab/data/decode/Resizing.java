package dev.steepest.lab.data.decode;

import java.util.Arrays;

/**
 * Resampling by a triangle that is as wide as a pixel of the coarser grid (bilinear, antialiased):
 * Pillow's {@code Image.resize(BILINEAR)} in its fixed-point arithmetic, to the bit, first along
 * rows, then along columns. With {@link Fit#CROP} only what the crop keeps is computed; the sizes
 * and the crop are those of torchvision's {@code Resize} and {@code CenterCrop}.
 *
 * <p>Keeps the weights of the last shape, as neighbouring pictures often have the same. Belongs to
 * one thread.
 */
final class Resizing {

  /** Fraction bits of a weight: 32, less eight of a value, less two for sums beyond 255. */
  private static final int PRECISION = 32 - 8 - 2;

  private static final int HALF = 1 << (PRECISION - 1);

  private final Rendition rendition;
  private Weights across = Weights.NONE;
  private Weights down = Weights.NONE;
  private byte[] rows = new byte[0];
  private int[] sums = new int[0];

  Resizing(Rendition rendition) {
    this.rendition = rendition;
  }

  /**
   * Writes the picture in its new size as planes.
   *
   * @param picture with as many channels as the rendition, or 1, which is then repeated
   * @param target {@link Rendition#bytes} long
   */
  void resize(Raster picture, byte[] target) {
    int size = rendition.size();
    prepare(picture.width(), picture.height());
    int channels = picture.channels();
    int width = size * channels;
    int top = down.first();
    int kept = down.end() - top;
    rows = grown(rows, kept * width);
    for (int y = 0; y < kept; y++) {
      alongRow(picture, top + y, rows, y * width);
    }
    if (sums.length != width) {
      sums = new int[width];
    }
    int area = size * size;
    for (int y = 0; y < size; y++) {
      alongColumns(y, top, width);
      for (int c = 0; c < channels; c++) {
        for (int x = 0, to = c * area + y * size; x < size; x++) {
          target[to++] = clip(sums[x * channels + c]);
        }
      }
    }
    for (int c = channels; c < rendition.channels().of(channels); c++) {
      System.arraycopy(target, 0, target, c * area, area);
    }
  }

  private void alongRow(Raster picture, int row, byte[] to, int at) {
    byte[] from = picture.pixels();
    int start = row * picture.width() * picture.channels();
    if (picture.channels() == 1) {
      for (int x = 0; x < rendition.size(); x++) {
        int sum = HALF;
        int weight = across.offset(x);
        int end = start + across.to(x);
        for (int i = start + across.from(x); i < end; i++) {
          sum += (from[i] & 0xFF) * across.values[weight++];
        }
        to[at + x] = clip(sum);
      }
      return;
    }
    int[] values = across.values;
    int[] bounds = across.bounds;
    int size = rendition.size();
    for (int x = 0; x < size; x++) {
      int red = HALF;
      int green = HALF;
      int blue = HALF;
      int weight = x * across.most;
      int end = start + 3 * bounds[2 * x + 1];
      for (int i = start + 3 * bounds[2 * x]; i < end; i += 3) {
        int w = values[weight++];
        red += (from[i] & 0xFF) * w;
        green += (from[i + 1] & 0xFF) * w;
        blue += (from[i + 2] & 0xFF) * w;
      }
      int target = at + 3 * x;
      to[target] = clip(red);
      to[target + 1] = clip(green);
      to[target + 2] = clip(blue);
    }
  }

  /** One output row before rounding. */
  private void alongColumns(int y, int top, int width) {
    Arrays.fill(sums, HALF);
    int weight = down.offset(y);
    for (int row = down.from(y); row < down.to(y); row++) {
      add(rows, (row - top) * width, down.values[weight++], sums, width);
    }
  }

  /** A loop of its own, which the JIT makes vectors of. */
  private static void add(byte[] from, int at, int weight, int[] to, int count) {
    for (int i = 0; i < count; i++) {
      to[i] += (from[at + i] & 0xFF) * weight;
    }
  }

  private void prepare(int width, int height) {
    if (across.isFor(width, height) && down.isFor(height, width)) {
      return;
    }
    across = Weights.of(width, height, rendition);
    down = Weights.of(height, width, rendition);
  }

  private static byte[] grown(byte[] buffer, int length) {
    return buffer.length >= length ? buffer : new byte[length];
  }

  private static byte clip(int sum) {
    return (byte) Math.min(255, Math.max(0, sum >> PRECISION));
  }

  /**
   * Which inputs an output is made of, along one side.
   *
   * @param side in pixels
   * @param other side of the picture
   * @param most inputs per output
   * @param bounds first and end of each output's inputs
   * @param values {@code most} weights per output
   */
  private record Weights(int side, int other, int most, int[] bounds, int[] values) {

    static final Weights NONE = new Weights(0, 0, 0, new int[0], new int[0]);

    static Weights of(int side, int other, Rendition rendition) {
      int wanted = rendition.size();
      int whole = wanted;
      if (rendition.fit() == Fit.CROP && side > other) {
        whole = (int) ((long) wanted * side / other);
      }
      int skipped = (int) Math.rint((whole - wanted) / 2.0);
      double scale = (double) side / whole;
      double reach = Math.max(1, scale);
      int most = (int) Math.ceil(reach) * 2 + 1;
      int[] bounds = new int[2 * wanted];
      int[] values = new int[most * wanted];
      for (int i = 0; i < wanted; i++) {
        double centre = (i + skipped + 0.5) * scale;
        int first = Math.max(0, (int) (centre - reach + 0.5));
        int end = Math.min(side, (int) (centre + reach + 0.5));
        bounds[2 * i] = first;
        bounds[2 * i + 1] = end;
        fill(values, i * most, first, end, centre, 1 / reach);
      }
      return new Weights(side, other, most, bounds, values);
    }

    private static void fill(
        int[] values, int at, int first, int end, double centre, double inverse) {
      double[] exact = new double[end - first];
      double sum = 0;
      for (int k = 0; k < exact.length; k++) {
        exact[k] = Math.max(0, 1 - Math.abs((k + first - centre + 0.5) * inverse));
        sum += exact[k];
      }
      for (int k = 0; k < exact.length; k++) {
        values[at + k] = (int) (0.5 + exact[k] / sum * (1 << PRECISION));
      }
    }

    boolean isFor(int wantedSide, int wantedOther) {
      return side == wantedSide && other == wantedOther;
    }

    int from(int output) {
      return bounds[2 * output];
    }

    int to(int output) {
      return bounds[2 * output + 1];
    }

    int offset(int output) {
      return output * most;
    }

    int first() {
      return bounds[0];
    }

    int end() {
      return bounds[bounds.length - 1];
    }
  }
}
