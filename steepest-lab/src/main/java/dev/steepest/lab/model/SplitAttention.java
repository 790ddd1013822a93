package dev.steepest.lab.model;

import static org.bytedeco.pytorch.global.torch.avg_pool2d;

import dev.steepest.optim.Role;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;

/**
 * Split attention of ResNeSt (Zhang et al. 2020, arXiv:2004.08955, section 3.1) with one cardinal
 * group and two splits: a 3×3 convolution gives R = 2 candidates for each channel, and a small
 * network on their mean over the image says in which shares they are added. [N, C, H, W] → [N, C,
 * ⌈H/stride⌉, ⌈W/stride⌉]; the image is halved by averaging behind it.
 *
 * <p>State names are those of {@code timm/layers/split_attn.py}.
 */
final class SplitAttention {
  private static final long RADIX = 2;

  /** Published: the small network has a quarter of the candidates' channels, but at least 32. */
  private static final long REDUCTION = 4;

  private static final long LEAST_ATTENTION = 32;

  /** Its channels are rounded to a multiple of it. */
  private static final long DIVISOR = 8;

  private static final long[] THREE = {3, 3};
  private static final long[] TWO = {2, 2};
  private static final long[] ONE = {1, 1};

  private final boolean halves;
  private final Convolution conv;
  private final BatchNorm norm0;
  private final Convolution fc1;
  private final BatchNorm norm1;
  private final Convolution fc2;

  SplitAttention(Site site, long channels, long stride) {
    halves = stride == 2;
    long candidates = RADIX * channels;
    long attention = attention(candidates);
    conv = Convolution.grouped(site.at("conv"), Role.CONV, channels, candidates, 3, 1, RADIX);
    norm0 = new BatchNorm(site.at("bn0"), candidates);
    fc1 = Convolution.pointwise(site.at("fc1"), channels, attention);
    norm1 = new BatchNorm(site.at("bn1"), attention);
    fc2 = Convolution.pointwise(site.at("fc2"), attention, candidates);
  }

  /** timm's make_divisible: to the nearest multiple, but not down by more than a tenth. */
  private static long attention(long candidates) {
    long wanted = candidates / REDUCTION;
    long nearest = (wanted + DIVISOR / 2) / DIVISOR * DIVISOR;
    long least = Math.max(LEAST_ATTENTION, nearest);
    return least < 0.9 * wanted ? least + DIVISOR : least;
  }

  Tensor apply(Tensor x, Mode mode) {
    Tensor candidates = norm0.apply(conv.apply(x), mode).relu_();
    // [N, R·C, H, W] → [N, R, C, H, W]
    Tensor x_NRCHW = candidates.unflatten(1, RADIX, -1);
    Tensor mean_NC11 = x_NRCHW.sum(1).mean(2, 3).unsqueeze(2).unsqueeze(3);
    Tensor hidden = norm1.apply(fc1.apply(mean_NC11), mode).relu_();
    Tensor shares_NRC11 = fc2.apply(hidden).unflatten(1, RADIX, -1).softmax(1);
    Tensor y = x_NRCHW.mul(shares_NRC11).sum(1);
    // The border's zeros count in the mean, as in timm.
    return halves ? avg_pool2d(y, THREE, TWO, ONE, false, true, new LongOptional()) : y;
  }
}
