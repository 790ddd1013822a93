package dev.steepest.lab.model;

import static org.bytedeco.pytorch.global.torch.dropout;
import static org.bytedeco.pytorch.global.torch.empty;

import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Inverted dropout (Srivastava et al. 2014): each value becomes 0 with probability p, else x/(1−p).
 * Draws from the default generator, so that reseeding it repeats the mask.
 *
 * <p>On the CPU one 64-bit draw decides four values, each by 16 bits, so that p is rounded to a
 * multiple of 2⁻¹⁶ (and the survivors scaled by exactly that p). libtorch's own kernel draws for
 * every value one after the other: 19.6 ms against 6.6 for 3.2 M values (measured, 2 Zen 4 cores),
 * which was 43 % of a training step of the small transformer.
 */
final class Dropout {
  private static final int LEVELS = 1 << 16;
  private static final int VALUES_PER_DRAW = 4;

  private final double rate;
  private final Scalar threshold;
  private final Scalar scale;
  private final LongOptional noLimit;
  private final TensorOptions int64;
  private final MemoryFormatOptional anyFormat;

  Dropout(Site site, double rate) {
    long dropped = Math.round(rate * LEVELS);
    this.rate = rate;
    threshold = site.keep(new Scalar(Short.MIN_VALUE + dropped));
    scale = site.keep(new Scalar((double) LEVELS / (LEVELS - dropped)));
    noLimit = site.keep(new LongOptional());
    int64 = site.keep(new TensorOptions(ScalarType.Long));
    anyFormat = site.keep(new MemoryFormatOptional());
  }

  Tensor apply(Tensor x, Mode mode) {
    if (mode == Mode.EVAL || rate == 0) {
      return x;
    }
    return x.is_cpu() ? x.mul(mask(x)) : dropout(x, rate, true);
  }

  /** 0 or 1/(1−p) for every value of x, in its type. */
  private Tensor mask(Tensor x) {
    try (AutoGradMode _ = new AutoGradMode(false)) {
      long values = x.numel();
      long[] count = {(values + VALUES_PER_DRAW - 1) / VALUES_PER_DRAW};
      Tensor draws = empty(count, int64, anyFormat);
      Tensor bits = draws.random_(Long.MIN_VALUE, noLimit).view(ScalarType.Short);
      Tensor kept = bits.narrow(0, 0, values).view(x.sizes()).ge(threshold);
      return kept.to(x.scalar_type()).mul_(scale);
    }
  }
}
