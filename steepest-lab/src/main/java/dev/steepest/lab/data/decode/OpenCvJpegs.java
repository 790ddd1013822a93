package dev.steepest.lab.data.decode;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_COLOR_RGB;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_GRAYSCALE;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_IGNORE_ORIENTATION;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imdecode;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.opencv_core.Mat;

/** By OpenCV's libjpeg-turbo: three times as fast as the JDK, with the same bits (measured). */
final class OpenCvJpegs implements JpegDecoder {

  /** Refuses where the natives are not there. */
  OpenCvJpegs() {
    OpenCv.require();
  }

  @Override
  public Raster decode(Jpeg jpeg) throws CorruptImageException {
    byte[] file = jpeg.plain();
    int channels = jpeg.components();
    int colours = channels == 1 ? IMREAD_GRAYSCALE : IMREAD_COLOR_RGB;
    try (PointerScope _ = new PointerScope();
        BytePointer bytes = new BytePointer(file);
        Mat encoded = new Mat(1, file.length, CV_8UC1, bytes);
        Mat picture = imdecode(encoded, colours | IMREAD_IGNORE_ORIENTATION)) {
      if (picture.empty() || !picture.isContinuous() || picture.channels() != channels) {
        throw new CorruptImageException("cannot be decoded (by OpenCV)");
      }
      byte[] pixels = new byte[picture.rows() * picture.cols() * channels];
      picture.data().get(pixels);
      return new Raster(picture.cols(), picture.rows(), channels, pixels);
    } catch (RuntimeException e) {
      // What OpenCV throws in C++ arrives as such.
      throw new CorruptImageException("cannot be decoded: " + firstLine(e), e);
    }
  }

  private static String firstLine(RuntimeException e) {
    String message = String.valueOf(e.getMessage());
    return message.lines().findFirst().orElse(message);
  }

  @Override
  public void close() {}
}
