package dev.steepest.lab.data.augment;

import static org.bytedeco.pytorch.global.torch.interpolate;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.InterpolateFuncOptions;
import org.bytedeco.pytorch.LongVector;
import org.bytedeco.pytorch.LongVectorOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.kBilinear;

/**
 * Brings a batch to another size: bilinear, with the triangle widened where the images become
 * smaller (torch's {@code antialias}), so that nothing aliases. After augmentation and batch by
 * batch, so that only the small images are kept.
 */
final class Resampling {

  private Resampling() {}

  /**
   * @param images_BCHW float32; closed where another is returned
   * @param size height and width of the result; 0 = as it is
   * @return [B, C, size, size] in the memory format given; retained: the caller closes it
   */
  static Tensor to(Tensor images_BCHW, int size, ChannelOrder order) {
    if (size == 0 || (images_BCHW.size(2) == size && images_BCHW.size(3) == size)) {
      return images_BCHW;
    }
    try (images_BCHW;
        PointerScope _ = new PointerScope();
        InterpolateFuncOptions options = new InterpolateFuncOptions()) {
      options.size().put(new LongVectorOptional(new LongVector(size, size)));
      options.mode().put(new kBilinear());
      options.align_corners().put(false);
      options.antialias().put(true);
      MemoryFormat format = order.format();
      return interpolate(images_BCHW, options).contiguous(format).retainReference();
    }
  }
}
