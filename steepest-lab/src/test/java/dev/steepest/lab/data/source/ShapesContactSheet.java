package dev.steepest.lab.data.source;

import dev.steepest.lab.data.ImageSet;
import dev.steepest.lab.data.TensorMemory;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/**
 * Writes the first images of the drawn data set as one PNG, a column per class, to be looked at. A
 * main, not a test; argument: the file to write.
 */
final class ShapesContactSheet {

  private static final int ROWS = 12;
  private static final int SCALE = 3;
  private static final int CELL = 32 * SCALE + 4;

  private ShapesContactSheet() {}

  public static void main(String[] args) throws IOException {
    long start = System.nanoTime();
    try (TrainTest shapes = new Shapes().load(Path.of("."))) {
      IO.println("drawn in %.2f s".formatted((System.nanoTime() - start) / 1e9));
      ImageSet train = shapes.train();
      BufferedImage sheet = new BufferedImage(10 * CELL, ROWS * CELL, BufferedImage.TYPE_INT_RGB);
      MemorySegment pixels = TensorMemory.segment(train.images());
      for (int i = 0; i < 10 * ROWS; i++) {
        for (int y = 0; y < 32 * SCALE; y++) {
          for (int x = 0; x < 32 * SCALE; x++) {
            long at = i * 3072L + y / SCALE * 32L + x / SCALE;
            int red = pixels.get(ValueLayout.JAVA_BYTE, at) & 0xFF;
            int green = pixels.get(ValueLayout.JAVA_BYTE, at + 1024) & 0xFF;
            int blue = pixels.get(ValueLayout.JAVA_BYTE, at + 2048) & 0xFF;
            sheet.setRGB(i % 10 * CELL + x, i / 10 * CELL + y, red << 16 | green << 8 | blue);
          }
        }
      }
      ImageIO.write(sheet, "png", Path.of(args[0]).toFile());
    }
  }
}
