package dev.steepest.lab.data.augment;

import dev.steepest.lab.data.Normalization;
import java.util.Arrays;

/** Writes one picture as normalised floats in the wanted order. Belongs to one thread. */
final class Rendering {

  private final float[][] tables;
  private final int width;
  private final int channelStride;
  private final int pixelStride;

  /** The image last rendered; C·H·W values. */
  final float[] values;

  Rendering(Normalization normalization, ChannelOrder order, int height, int width) {
    int channels = normalization.channels();
    this.tables = new float[channels][];
    Arrays.setAll(tables, normalization::table);
    this.width = width;
    this.channelStride = order == ChannelOrder.CHANNELS_FIRST ? height * width : 1;
    this.pixelStride = order == ChannelOrder.CHANNELS_FIRST ? 1 : channels;
    this.values = new float[channels * height * width];
  }

  /** Moves, pads and normalises. */
  void render(Picture picture, Placement placement) {
    byte[] pixels = picture.pixels;
    for (int c = 0; c < tables.length; c++) {
      float[] table = tables[c];
      int plane = c * picture.area();
      int at = c * channelStride;
      for (int row : placement.rows) {
        int source = plane + row * width;
        for (int column : placement.columns) {
          boolean outside = row == Placement.OUTSIDE || column == Placement.OUTSIDE;
          values[at] = table[outside ? 0 : pixels[source + column] & 0xFF];
          at += pixelStride;
        }
      }
    }
  }

  /** Sets a rectangle of all channels to 0, the mean of the data set. */
  void erase(Erasing erasing) {
    for (int c = 0; c < tables.length; c++) {
      for (int y = erasing.top(); y < erasing.top() + erasing.height(); y++) {
        int at = c * channelStride + (y * width + erasing.left()) * pixelStride;
        for (int x = 0; x < erasing.width(); x++) {
          values[at] = 0;
          at += pixelStride;
        }
      }
    }
  }
}
