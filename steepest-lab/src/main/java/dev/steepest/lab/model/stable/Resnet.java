package dev.steepest.lab.model.stable;

import static org.bytedeco.pytorch.global.torch.silu;
import static org.bytedeco.pytorch.global.torch.silu_;

import dev.steepest.lab.model.Block;
import dev.steepest.lab.model.Linear;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;

/**
 * x + conv(silu(norm(conv(silu(norm(x))) + W·silu(e)))), e the features of the time step where it
 * is told. Where the number of channels changes, a 1×1 convolution takes x along.
 *
 * <p>Legend: N images, C channels, H height, W width, E features of the time step.
 */
final class Resnet {
  private final FrozenGroupNorm norm1;
  private final FrozenConvolution conv1;
  private final Optional<Linear> time;
  private final FrozenGroupNorm norm2;
  private final FrozenConvolution conv2;
  private final Optional<FrozenConvolution> shortcut;

  private Resnet(
      Shelf shelf, long in, long out, long groups, double epsilon, Optional<Long> timeFeatures) {
    norm1 = new FrozenGroupNorm(shelf.at("norm1"), in, groups, epsilon);
    conv1 = FrozenConvolution.same(shelf.at("conv1"), in, out);
    time = timeFeatures.map(features -> shelf.at("time_emb_proj").linear(features, out));
    norm2 = new FrozenGroupNorm(shelf.at("norm2"), out, groups, epsilon);
    conv2 = FrozenConvolution.same(shelf.at("conv2"), out, out);
    shortcut =
        in == out
            ? Optional.empty()
            : Optional.of(FrozenConvolution.pointwise(shelf.at("conv_shortcut"), in, out));
  }

  /** Of the U-Net. */
  static Resnet timed(Shelf shelf, long in, long out, UnetConfig config) {
    return new Resnet(
        shelf, in, out, config.groups(), config.epsilon(), Optional.of(config.timeFeatures()));
  }

  /** Of the autoencoder, to which no time step is told. */
  static Resnet timeless(Shelf shelf, long in, long out, VaeConfig config) {
    return new Resnet(shelf, in, out, config.groups(), VaeConfig.EPSILON, Optional.empty());
  }

  /** [N, in, H, W] → [N, out, H, W]. */
  Tensor apply(Tensor x_NCHW) {
    return add(x_NCHW, convolved(x_NCHW, norm1, conv1));
  }

  /** [N, in, H, W] and [N, E] → [N, out, H, W]. */
  Tensor apply(Tensor x_NCHW, Tensor time_NE) {
    Tensor told_NC = time.orElseThrow().apply(silu(time_NE));
    Tensor inner = convolved(x_NCHW, norm1, conv1);
    return add(x_NCHW, inner.add_(told_NC.unsqueeze(-1).unsqueeze(-1)));
  }

  private Tensor add(Tensor x_NCHW, Tensor inner_NCHW) {
    Tensor change = convolved(inner_NCHW, norm2, conv2);
    return change.add_(shortcut.map(conv -> conv.apply(x_NCHW)).orElse(x_NCHW));
  }

  /** Frees what is between: a map of a decoded image has hundreds of megabytes. */
  private static Tensor convolved(Tensor x_NCHW, FrozenGroupNorm norm, FrozenConvolution conv) {
    return Block.apply(x_NCHW, x -> conv.apply(silu_(norm.apply(x))));
  }
}
