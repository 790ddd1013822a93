package dev.steepest.lab.data;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Which colour channels a network is shown. */
public enum Channels {
  /** Those that the data set has; of photographs red, green and blue. */
  AS_IS,
  /** Red, green and blue; of a grey image three times the same. */
  RGB,
  /** Luma. */
  GREY;

  /**
   * 16.16 fixed-point weights of ITU-R 601-2 luma, as Pillow's {@code convert("L")} rounds them.
   */
  private static final int RED = 19595;

  private static final int GREEN = 38470;
  private static final int BLUE = 7471;
  private static final int HALF = 1 << 15;

  /** Luma of a colour, each value 0 … 255. */
  public static int luma(int red, int green, int blue) {
    return (RED * red + GREEN * green + BLUE * blue + HALF) >> 16;
  }

  /** How many channels images have that had {@code given} of them. */
  public int of(int given) {
    return switch (this) {
      case AS_IS -> given;
      case RGB -> 3;
      case GREY -> 1;
    };
  }

  /**
   * The same images with these channels.
   *
   * @param set of one or three channels; stays open where another is returned
   * @return the set itself where it has them already, else a new one
   */
  public ImageSet applied(ImageSet set) {
    int from = set.channels();
    int to = of(from);
    if (from == to) {
      return set;
    }
    if (from != 1 && from != 3) {
      throw new IllegalArgumentException(
          "%s has %d channels; only one or three can become %d".formatted(set.name(), from, to));
    }
    try (PointerScope _ = new PointerScope();
        Tensor images_NCHW =
            TensorMemory.allocate(
                ScalarType.Byte,
                MemoryFormat.Contiguous,
                set.size(),
                to,
                set.height(),
                set.width())) {
      convert(
          TensorMemory.segment(set.images()),
          TensorMemory.segment(images_NCHW),
          set.size(),
          set.height() * set.width(),
          to);
      return new ImageSet(set.name(), images_NCHW, set.labels(), set.classes());
    }
  }

  private static void convert(MemorySegment from, MemorySegment to, int size, int area, int made) {
    byte[] red = new byte[area];
    byte[] green = new byte[area];
    byte[] blue = new byte[area];
    for (long n = 0; n < size; n++) {
      if (made == 3) {
        for (int c = 0; c < 3; c++) {
          MemorySegment.copy(from, n * area, to, (3 * n + c) * area, area);
        }
      } else {
        MemorySegment.copy(from, ValueLayout.JAVA_BYTE, 3 * n * area, red, 0, area);
        MemorySegment.copy(from, ValueLayout.JAVA_BYTE, (3 * n + 1) * area, green, 0, area);
        MemorySegment.copy(from, ValueLayout.JAVA_BYTE, (3 * n + 2) * area, blue, 0, area);
        for (int i = 0; i < area; i++) {
          red[i] = (byte) luma(red[i] & 0xFF, green[i] & 0xFF, blue[i] & 0xFF);
        }
        MemorySegment.copy(red, 0, to, ValueLayout.JAVA_BYTE, n * area, area);
      }
    }
  }
}
