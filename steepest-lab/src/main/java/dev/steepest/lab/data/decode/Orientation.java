package dev.steepest.lab.data.decode;

/**
 * How a camera was held: what to do with the stored rows and columns to see the picture upright.
 * The values of the EXIF tag 0x0112, 1 to 8.
 */
enum Orientation {
  UPRIGHT,
  MIRRORED,
  TURNED_180,
  FLIPPED,
  TRANSPOSED,
  TURNED_90_CLOCKWISE,
  TRANSVERSED,
  TURNED_90_ANTICLOCKWISE;

  /** Of the tag's value; values that mean nothing are upright. */
  static Orientation of(int tag) {
    return tag >= 1 && tag <= 8 ? values()[tag - 1] : UPRIGHT;
  }

  /** The picture as it is to be seen. */
  Raster applied(Raster stored) {
    if (this == UPRIGHT) {
      return stored;
    }
    boolean exchanged = ordinal() >= TRANSPOSED.ordinal();
    int width = exchanged ? stored.height() : stored.width();
    int height = exchanged ? stored.width() : stored.height();
    int channels = stored.channels();
    byte[] from = stored.pixels();
    byte[] to = new byte[from.length];
    int lastColumn = stored.width() - 1;
    int lastRow = stored.height() - 1;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int column =
            switch (this) {
              case UPRIGHT, FLIPPED -> x;
              case MIRRORED, TURNED_180 -> lastColumn - x;
              case TRANSPOSED, TURNED_90_CLOCKWISE -> y;
              case TRANSVERSED, TURNED_90_ANTICLOCKWISE -> lastColumn - y;
            };
        int row =
            switch (this) {
              case UPRIGHT, MIRRORED -> y;
              case TURNED_180, FLIPPED -> lastRow - y;
              case TRANSPOSED, TURNED_90_ANTICLOCKWISE -> x;
              case TURNED_90_CLOCKWISE, TRANSVERSED -> lastRow - x;
            };
        int source = (row * stored.width() + column) * channels;
        System.arraycopy(from, source, to, (y * width + x) * channels, channels);
      }
    }
    return new Raster(width, height, channels, to);
  }
}
