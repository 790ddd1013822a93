package dev.steepest.lab.model.field;

import static org.bytedeco.pytorch.global.torch.arange;
import static org.bytedeco.pytorch.global.torch.stack;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Where the pixels of an image are: what implicit representations are functions of. */
final class Coordinates {
  private Coordinates() {}

  /**
   * Centres of the pixels of a square image whose edges are at −1 and 1.
   *
   * @param size pixels along a side, S
   * @return float32 [S·S, 2], row after row, each (x, y) with x from left to right and y from top
   *     to bottom
   */
  static Tensor centres(int size) {
    // (2j + 1)/S − 1
    Tensor line =
        arange(new Scalar(size), new TensorOptions(ScalarType.Float))
            .mul_(new Scalar(2.0))
            .add_(new Scalar(1.0))
            .div_(new Scalar((double) size))
            .sub_(new Scalar(1.0));
    Tensor x = line.unsqueeze(0).expand(size, size);
    Tensor y = line.unsqueeze(1).expand(size, size);
    return stack(new TensorVector(x, y), -1).view(-1, 2);
  }

  /**
   * Values at all pixels as images.
   *
   * @param values [B, S·S, C]
   * @return [B, C, S, S]
   */
  static Tensor toImages(Tensor values, int size) {
    return values.transpose(1, 2).reshape(values.size(0), values.size(2), size, size);
  }
}
