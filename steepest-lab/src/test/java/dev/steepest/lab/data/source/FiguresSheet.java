package dev.steepest.lab.data.source;

import dev.steepest.lab.data.ImageSet;
import dev.steepest.lab.data.encode.PngFile;
import dev.steepest.lab.data.encode.Sheet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Writes the first images of the drawn figures as one PNG, a column per class, rows clean and
 * degraded in turn, to be looked at. A main, not a test; argument: the file to write.
 */
final class FiguresSheet {
  private static final int ROWS = 12;

  private FiguresSheet() {}

  public static void main(String[] args) throws IOException {
    long start = System.nanoTime();
    try (PointerScope _ = new PointerScope();
        TrainTest figures = new Figures().load(Path.of("."));
        ImageSet first = figures.train().subset(LongStream.range(0, 10 * ROWS).toArray())) {
      IO.println("drawn in %.2f s".formatted((System.nanoTime() - start) / 1e9));
      Tensor images = first.images().to(ScalarType.Float).div(new Scalar(127.5)).sub(new Scalar(1));
      PngFile.write(Path.of(args[0]), new Sheet(10, 2, 2).of(images));
    }
  }
}
