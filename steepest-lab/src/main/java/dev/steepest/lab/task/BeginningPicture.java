package dev.steepest.lab.task;

import dev.steepest.lab.data.Channels;
import dev.steepest.lab.data.DataException;
import dev.steepest.lab.data.TensorMemory;
import dev.steepest.lab.data.decode.CorruptImageException;
import dev.steepest.lab.data.decode.Fit;
import dev.steepest.lab.data.decode.ImageDecoder;
import dev.steepest.lab.data.decode.JpegLibrary;
import dev.steepest.lab.data.decode.Rendition;
import dev.steepest.lab.weights.WeightFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** The picture file that images begin as: PNG, JPEG, GIF or BMP. */
record BeginningPicture(Path file) {
  private static final double HALF_OF_LARGEST = 127.5;

  /**
   * Reads it.
   *
   * @param channels 1 for grey, 3 for colours: what the picture is converted to
   * @param size height and width that it must have
   * @return [1, C, size, size], −1 to 1, owned by the caller's scope
   * @throws DataException if it is not there, no picture, or of another size
   */
  Tensor read(int channels, int size) {
    Rendition rendition =
        new Rendition(size, Fit.EXACT, channels == 1 ? Channels.GREY : Channels.RGB);
    byte[] pixels = new byte[rendition.bytes()];
    try (ImageDecoder decoder = new ImageDecoder(JpegLibrary.chosen())) {
      decoder.rendering(rendition).render(Files.readAllBytes(file), pixels);
    } catch (CorruptImageException e) {
      throw refusal(e.getMessage(), size);
    } catch (NoSuchFileException _) {
      throw refusal("there is no such file", size);
    } catch (IOException e) {
      throw refusal("cannot be read: " + e.getMessage(), size);
    }
    return TensorMemory.ofBytes(pixels, 1, channels, size, size)
        .to(ScalarType.Float)
        .div(new Scalar(HALF_OF_LARGEST))
        .sub(new Scalar(1.0));
  }

  /** SHA-256 of the file. */
  String sha256() {
    return WeightFile.sha256(file);
  }

  private DataException refusal(String why, int size) {
    return new DataException(
        "Images cannot begin as " + file,
        List.of(file + " " + why),
        "Give a picture of %d×%d pixels, as the diffusion model makes them.".formatted(size, size));
  }
}
