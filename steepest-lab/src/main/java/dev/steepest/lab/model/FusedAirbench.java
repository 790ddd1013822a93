package dev.steepest.lab.model;

import dev.steepest.lab.kernel.BodyPass;
import dev.steepest.lab.kernel.FusedBody;
import dev.steepest.lab.kernel.Statistics;
import java.util.function.Supplier;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The body of {@link Airbench94} by fused kernels, where they fit: on a CPU, under autocast to
 * bfloat16, with a gradient in training and without one in evaluation. Elsewhere libtorch computes
 * it, one operation at a time.
 */
final class FusedAirbench implements AutoCloseable {
  private final Supplier<FusedBody> maker;
  private FusedBody body;
  private BodyPass pass;

  /**
   * @param maker of the body; called once, when it is first used
   */
  FusedAirbench(Supplier<FusedBody> maker) {
    this.maker = maker;
  }

  /** Whether the kernels compute what is asked for now. */
  static boolean fit(Tensor x, Mode mode) {
    return FusedBody.available()
        && x.is_cpu()
        && torch.is_autocast_enabled(DeviceType.CPU)
        && torch.get_autocast_dtype(DeviceType.CPU).intern() == ScalarType.BFloat16
        && GradMode.is_enabled() == (mode != Mode.EVAL);
  }

  /**
   * The features [N, C, 1, 1] of images. In training they are a leaf of autograd, and {@link
   * #backward} goes on from its gradient.
   *
   * @param momentum weight of the batch in the running statistics
   */
  Tensor features(Tensor x, Mode mode, double momentum) {
    if (body == null) {
      body = maker.get();
    }
    if (mode == Mode.EVAL) {
      return body.evaluate(x);
    }
    forget();
    pass = body.forward(x, mode == Mode.TRAIN ? Statistics.UPDATE : Statistics.KEEP, momentum);
    return pass.features();
  }

  /** After autograd has come to the features of the last pass: goes on to the parameters. */
  void backward() {
    if (pass != null) {
      pass.backward(pass.features().grad());
      forget();
    }
  }

  private void forget() {
    if (pass != null) {
      pass.close();
      pass = null;
    }
  }

  @Override
  public void close() {
    forget();
    if (body != null) {
      body.close();
    }
  }
}
