package dev.steepest.lab.kernel;

import java.util.Arrays;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The weight gradient of a 3×3 convolution with stride 1 that keeps the map's size.
 *
 * <p>On AVX-512 without AMX oneDNN has one kernel for it in bfloat16 ({@code jit_bf16}), which runs
 * at two thirds of the speed of the other two passes. It also multiplies the zeros of the border:
 * 40 % of all products on maps of 3×3, 18 % on 7×7. On small maps with many channels a matrix
 * product per row d of the filter and column w of the map is faster:
 *
 * <pre>dW[:, :, d, :] = Σ_w Σ_r g[r, w]ᵀ · x[r + d, w − 1 … w + 1]</pre>
 *
 * <p>The three columns lie side by side in memory; rows r and images together are the inner
 * dimension of the product, for which only the rows have to be brought to the front. Time over that
 * of the plain call, all copies included, 256→256 channels, one thread of a Zen 4, batch 512 and
 * 2000 (measured: docs/performance.md): .64 and .50 on 3×3, .97 and .90 on 7×7; on 15×15 it loses.
 */
public final class WeightGradient {

  /** The largest map that gained; measured at 3, 7 and 15 pixels. */
  private static final long MOST_PIXELS = 7;

  /** The fewest channels that gained; measured at 64 (on 15 pixels only) and 256. */
  private static final long LEAST_CHANNELS = 256;

  private static final int KERNEL = 3;
  private static final int REACH = KERNEL / 2;
  private static final DirectConvolution LIBTORCH = new DirectConvolution(REACH);

  private WeightGradient() {}

  /**
   * The gradient, by the way that is faster for these shapes; not recorded for autograd.
   *
   * <p>Within a product sums are made in float32 and rounded once to the operands' type, as
   * libtorch rounds its one sum; the products are added in float32.
   *
   * @param x_NCHW input of the convolution; copied unless it is channels-last in memory
   * @param g_NOHW gradient of its output, of the same type and device; likewise
   * @return (O, C, 3, 3) in the caller's scope; float32 for bfloat16 operands, else of their type
   * @throws IllegalArgumentException when the shapes are not those of such a convolution
   */
  public static Tensor of(Tensor x_NCHW, Tensor g_NOHW) {
    requireOneConvolution(x_NCHW, g_NOHW);
    Tensor gradient = empty(x_NCHW, g_NOHW.size(1), x_NCHW.size(1), KERNEL, KERNEL);
    try (PointerScope _ = new PointerScope();
        AutoGradMode _ = new AutoGradMode(false)) {
      gradient.copy_(
          columnsAreFaster(x_NCHW, g_NOHW)
              ? byColumns(x_NCHW, g_NOHW)
              : LIBTORCH.weightGradient(g_NOHW, x_NCHW, gradient.to(x_NCHW.scalar_type())));
    }
    return gradient;
  }

  /** Whether products by column are taken: small maps of many channels, bfloat16, a CPU. */
  static boolean columnsAreFaster(Tensor x, Tensor g) {
    return x.is_cpu()
        && x.scalar_type().intern() == ScalarType.BFloat16
        && Math.max(x.size(2), x.size(3)) <= MOST_PIXELS
        && Math.min(x.size(1), g.size(1)) >= LEAST_CHANNELS;
  }

  /** The gradient (O, C, 3, 3) by column, whatever the shapes; intermediate results stay alive. */
  static Tensor byColumns(Tensor x_NCHW, Tensor g_NOHW) {
    long images = x_NCHW.size(0);
    long in = x_NCHW.size(1);
    long out = g_NOHW.size(1);
    Tensor sum_dOwC = empty(x_NCHW, KERNEL, out, KERNEL * in).zero_();
    Tensor x_rnwC = rowsFirst(x_NCHW);
    Tensor g_rnwO = rowsFirst(g_NOHW);
    for (int d = -REACH; d <= REACH; d++) {
      long pairs = (x_NCHW.size(2) - Math.abs(d)) * images;
      if (pairs > 0) {
        addColumns(
            sum_dOwC.select(0, d + REACH).view(out, KERNEL * in),
            x_rnwC.narrow(0, Math.max(0, d) * images, pairs),
            g_rnwO.narrow(0, Math.max(0, -d) * images, pairs),
            x_NCHW.size(3));
      }
    }
    return sum_dOwC.view(KERNEL, out, KERNEL, in).permute(1, 3, 0, 2);
  }

  /**
   * Adds what one row of the filter has from all columns.
   *
   * @param sum_OwC (O, 3·C)
   * @param x_KwC (rows·images, width·C), row k being the neighbour of that of g
   * @param g_KwO (rows·images, width·O)
   */
  private static void addColumns(Tensor sum_OwC, Tensor x_KwC, Tensor g_KwO, long width) {
    long in = x_KwC.size(1) / width;
    long out = g_KwO.size(1) / width;
    for (long w = 0; w < width; w++) {
      try (PointerScope _ = new PointerScope()) {
        long first = Math.max(0, w - REACH);
        long columns = Math.min(width - 1, w + REACH) - first + 1;
        Tensor g_KO = g_KwO.narrow(1, w * out, out);
        Tensor x_KC = x_KwC.narrow(1, first * in, columns * in);
        sum_OwC.narrow(1, (first - w + REACH) * in, columns * in).add_(g_KO.t().mm(x_KC));
      }
    }
  }

  /** (N, C, H, W) as a matrix (H·N, W·C). */
  private static Tensor rowsFirst(Tensor t_NCHW) {
    return t_NCHW
        .permute(2, 0, 3, 1)
        .contiguous()
        .view(t_NCHW.size(2) * t_NCHW.size(0), t_NCHW.size(3) * t_NCHW.size(1));
  }

  /** Undefined values in the type of the result. */
  private static Tensor empty(Tensor like, long... shape) {
    ScalarType type = like.scalar_type().intern();
    TensorOptions options =
        new TensorOptions(type == ScalarType.BFloat16 ? ScalarType.Float : type)
            .device(new DeviceOptional(like.device()));
    return like.new_empty(shape, options);
  }

  private static void requireOneConvolution(Tensor x, Tensor g) {
    boolean fit =
        x.dim() == 4
            && g.dim() == 4
            && x.size(0) == g.size(0)
            && x.size(2) == g.size(2)
            && x.size(3) == g.size(3)
            && x.scalar_type().intern() == g.scalar_type().intern();
    if (!fit) {
      throw new IllegalArgumentException(
          "Input %s %s and gradient %s %s are not of one convolution: [N, C, H, W] and [N, O, H, W] of one type are needed."
              .formatted(
                  x.scalar_type().intern(),
                  Arrays.toString(x.sizes().vec().get()),
                  g.scalar_type().intern(),
                  Arrays.toString(g.sizes().vec().get())));
    }
  }
}
