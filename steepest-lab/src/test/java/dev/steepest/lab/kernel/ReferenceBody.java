package dev.steepest.lab.kernel;

import static org.bytedeco.pytorch.global.torch.batch_norm;
import static org.bytedeco.pytorch.global.torch.conv2d;
import static org.bytedeco.pytorch.global.torch.max_pool2d;

import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** The body by libtorch's operations and autograd. */
final class ReferenceBody {
  /** In what numbers. */
  enum Numbers {
    /** float64 throughout: the truth. */
    EXACT,
    /**
     * float64, with values rounded to bfloat16 where the kernels store them and gradients not at
     * all; rounding counts as the identity in the backward pass. As long as few values round the
     * other way, the same pixels are the largest of their windows.
     */
    ROUNDED,
    /** float32 under autocast to bfloat16: what the kernels stand in for. */
    AUTOCAST
  }

  private static final long[] ONE = {1, 1};
  private static final long[] NONE = {0, 0};

  private final SampleBody body;
  private final Activation activation;
  private final Numbers numbers;
  private final ScalarType type;
  private final Map<Tensor, Tensor> leaves = new LinkedHashMap<>();

  /** Call it, and use what it returns, inside one scope. */
  ReferenceBody(SampleBody body, Activation activation, Numbers numbers) {
    this.body = body;
    this.activation = activation;
    this.numbers = numbers;
    type = numbers == Numbers.AUTOCAST ? ScalarType.Float : ScalarType.Double;
  }

  /** A leaf with the values of one of the body's tensors. */
  Tensor leaf(Tensor tensor) {
    return leaves.computeIfAbsent(
        tensor, t -> t.detach().to(type).clone().set_requires_grad(t.requires_grad()));
  }

  /** Makes all leaves at once, so that they outlive the scopes of single passes. */
  void prepare() {
    body.tensors().forEach(this::leaf);
  }

  void clearGradients() {
    leaves.values().forEach(tensor -> tensor.mutable_grad().reset());
  }

  /**
   * Computes the features.
   *
   * @param x [N, C, H, W]
   * @param training whether by batch statistics
   */
  Tensor features(Tensor x, boolean training) {
    boolean autocast = numbers == Numbers.AUTOCAST;
    torch.set_autocast_dtype(DeviceType.CPU, ScalarType.BFloat16);
    torch.set_autocast_enabled(DeviceType.CPU, autocast);
    try {
      return forward(x, training);
    } finally {
      torch.set_autocast_enabled(DeviceType.CPU, false);
      torch.clear_cache();
    }
  }

  private Tensor forward(Tensor x, boolean training) {
    Tensor bias = leaf(body.stem().bias()).view(1, -1, 1, 1);
    Tensor at = convolve(round(x.to(type)), body.stem().weight(), 0);
    at = round(activate(at.add(numbers == Numbers.AUTOCAST ? bias.to(ScalarType.BFloat16) : bias)));
    for (Group group : body.groups()) {
      at = pool(convolve(at, group.first(), 1), 2);
      at = round(activate(normalise(at, group.firstNorm(), training)));
      at = convolve(at, group.second(), 1);
      at = round(activate(normalise(at, group.secondNorm(), training)));
    }
    return pool(at, 3);
  }

  private Tensor convolve(Tensor x, Tensor weight, long padding) {
    return round(
        conv2d(
            x,
            round(leaf(weight)),
            new TensorOptional(),
            ONE,
            new long[] {padding, padding},
            ONE,
            1));
  }

  private static Tensor pool(Tensor x, long window) {
    long[] size = {window, window};
    return max_pool2d(x, size, size, NONE, ONE, false);
  }

  private Tensor normalise(Tensor x, Norm norm, boolean training) {
    return batch_norm(
        x,
        new TensorOptional(leaf(norm.weight())),
        new TensorOptional(leaf(norm.bias())),
        new TensorOptional(leaf(norm.runningMean())),
        new TensorOptional(leaf(norm.runningVariance())),
        training,
        SampleBody.MOMENTUM,
        SampleBody.EPSILON,
        false);
  }

  private Tensor activate(Tensor x) {
    return switch (activation) {
      case GELU -> torch.gelu(x);
      case HARDSWISH -> torch.hardswish(x);
      case SILU -> torch.silu(x);
      case MISH -> torch.mish(x);
      case RELU -> torch.relu(x);
    };
  }

  private Tensor round(Tensor x) {
    if (numbers != Numbers.ROUNDED) {
      return x;
    }
    Tensor error = x.detach().to(ScalarType.BFloat16).to(ScalarType.Double).sub(x.detach());
    return x.add(error);
  }
}
