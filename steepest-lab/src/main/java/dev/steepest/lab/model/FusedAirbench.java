package dev.steepest.lab.model;

import dev.steepest.lab.kernel.BodyPass;
import dev.steepest.lab.kernel.FusedBody;
import dev.steepest.lab.kernel.Statistics;
import java.util.Optional;
import java.util.function.Supplier;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The body of {@link Airbench94} by fused kernels, where they fit: on a CPU, under autocast to
 * bfloat16, float32 weights, with a gradient in training and without one in evaluation. Elsewhere
 * libtorch computes it, one operation at a time.
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

  /**
   * What the kernels lack to compute with these weights; empty if nothing.
   *
   * @param type that autocast computes in, float32 without it
   */
  static Optional<String> missing(Tensor weight, ScalarType type) {
    if (!FusedBody.available()) {
      return Optional.of("a JVM with --add-modules jdk.incubator.vector");
    }
    if (!weight.is_cpu()) {
      return Optional.of("a CPU");
    }
    if (weight.scalar_type().intern() != ScalarType.Float) {
      return Optional.of("float32 weights");
    }
    return type == ScalarType.BFloat16 ? Optional.empty() : Optional.of("precision bf16");
  }

  /** Whether the kernels compute what is asked for now. */
  static boolean fit(Tensor x, Tensor weight, Mode mode) {
    ScalarType type =
        torch.is_autocast_enabled(DeviceType.CPU)
            ? torch.get_autocast_dtype(DeviceType.CPU).intern()
            : ScalarType.Float;
    return x.is_cpu()
        && GradMode.is_enabled() == (mode != Mode.EVAL)
        && missing(weight, type).isEmpty();
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

  /** A forward pass in training begins: the one before it is not gone back through any more. */
  void forget() {
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
