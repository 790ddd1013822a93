package dev.steepest.lab.model.denoise;

import static org.bytedeco.pytorch.global.torch.silu;

import dev.steepest.lab.model.Convolution;
import dev.steepest.lab.model.GroupNorm;
import dev.steepest.lab.model.Linear;
import dev.steepest.lab.model.Site;
import dev.steepest.optim.Role;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;

/**
 * x + conv(silu(norm(conv(silu(norm(x))) + Wc))), c what the network is told. The second
 * convolution begins as 0. Where the number of channels changes, a 1×1 convolution takes x along.
 *
 * <p>Legend: N images, C channels, H height, W width, E features of what is told.
 */
final class ResidualBlock {
  private final GroupNorm norm1;
  private final Convolution conv1;
  private final Linear told;
  private final GroupNorm norm2;
  private final Convolution conv2;
  private final Optional<Convolution> shortcut;

  ResidualBlock(Site site, long in, long out, long groups, long features) {
    norm1 = new GroupNorm(site.at("norm1"), groups, in);
    conv1 = Convolution.standard(site.at("conv1"), Role.CONV, in, out, 3, 1);
    told = Linear.standard(site.at("told"), Role.MATRIX, features, out);
    norm2 = new GroupNorm(site.at("norm2"), groups, out);
    conv2 = Convolution.silent(site.at("conv2"), Role.CONV, out, out, 3);
    shortcut =
        in == out
            ? Optional.empty()
            : Optional.of(Convolution.standard(site.at("shortcut"), Role.CONV, in, out, 1, 1));
  }

  /** [N, in, H, W] and [N, E] → [N, out, H, W]. */
  Tensor apply(Tensor x_NCHW, Tensor told_NE) {
    Tensor inner = conv1.apply(silu(norm1.apply(x_NCHW)));
    inner = inner.add(told.apply(told_NE).unsqueeze(-1).unsqueeze(-1));
    inner = conv2.apply(silu(norm2.apply(inner)));
    return inner.add(shortcut.map(conv -> conv.apply(x_NCHW)).orElse(x_NCHW));
  }
}
