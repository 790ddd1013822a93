package dev.steepest.lab.model;

import static org.bytedeco.pytorch.global.torch.conv2d;

import dev.steepest.optim.Role;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;

/** 2-D convolution with a square kernel: [N, in, H, W] → [N, out, H', W']. */
public final class Convolution {
  private static final long[] NO_DILATION = {1, 1};

  private final Tensor weight;
  private final TensorOptional bias;
  private final long[] stride;
  private final long[] padding;

  private final long groups;

  private Convolution(Tensor weight, TensorOptional bias, long stride, long padding) {
    this(weight, bias, stride, padding, 1);
  }

  private Convolution(Tensor weight, TensorOptional bias, long stride, long padding, long groups) {
    this.groups = groups;
    this.weight = weight;
    this.bias = bias;
    this.stride = new long[] {stride, stride};
    this.padding = new long[] {padding, padding};
  }

  /** Without bias, padded so that stride 1 keeps the image size; a norm is meant to follow. */
  public static Convolution same(
      Site site, Role role, long in, long out, long kernel, long stride) {
    Tensor weight =
        site.parameter(
            "weight", role, site.init().uniform(in * kernel * kernel, out, in, kernel, kernel));
    return new Convolution(weight, site.keep(new TensorOptional()), stride, kernel / 2);
  }

  /** As {@link #same}, with the initial values of {@link Initializer#fanOut}. */
  public static Convolution residual(
      Site site, Role role, long in, long out, long kernel, long stride) {
    return grouped(site, role, in, out, kernel, stride, 1);
  }

  /**
   * As {@link #residual}, in groups: each of {@code groups} equal parts of the output sees its part
   * of the input.
   */
  public static Convolution grouped(
      Site site, Role role, long in, long out, long kernel, long stride, long groups) {
    Tensor weight = site.parameter("weight", role, site.init().fanOut(out, in / groups, kernel));
    return new Convolution(weight, site.keep(new TensorOptional()), stride, kernel / 2, groups);
  }

  /** 1×1 with bias: weight of {@link Initializer#fanOut}, bias with PyTorch's default. */
  public static Convolution pointwise(Site site, long in, long out) {
    Tensor weight = site.parameter("weight", Role.CONV, site.init().fanOut(out, in, 1));
    Tensor bias = site.parameter("bias", Role.VECTOR, site.init().uniform(in, out));
    return new Convolution(weight, site.optional(bias), 1, 0);
  }

  /**
   * With bias, padded so that stride 1 keeps the image size of an odd kernel; PyTorch's default
   * initial values, U(±1/√fanIn).
   */
  public static Convolution standard(
      Site site, Role role, long in, long out, long kernel, long stride) {
    long fanIn = in * kernel * kernel;
    Initializer init = site.init();
    Tensor weight = site.parameter("weight", role, init.uniform(fanIn, out, in, kernel, kernel));
    Tensor bias = site.parameter("bias", Role.VECTOR, init.uniform(fanIn, out));
    return new Convolution(weight, site.optional(bias), stride, kernel / 2);
  }

  /**
   * As {@link #standard} with stride 1, but it begins as 0: a branch that says nothing at first.
   */
  public static Convolution silent(Site site, Role role, long in, long out, long kernel) {
    Initializer init = site.init();
    Tensor weight = site.parameter("weight", role, init.constant(0, out, in, kernel, kernel));
    Tensor bias = site.parameter("bias", Role.VECTOR, init.constant(0, out));
    return new Convolution(weight, site.optional(bias), 1, kernel / 2);
  }

  /**
   * Without bias, 3×3, keeping the image size; the first filters begin as the identity, the rest
   * with PyTorch's default.
   */
  public static Convolution passing(Site site, long in, long out) {
    Initializer init = site.init();
    Tensor initial = init.dirac(init.uniform(in * 9, out, in, 3, 3));
    Tensor weight = site.parameter("weight", Role.CONV, initial);
    return new Convolution(weight, site.keep(new TensorOptional()), 1, 1);
  }

  /**
   * Stride 1 without padding, of filters that are not trained; the bias is, and has the role of the
   * first layer's weight, as it is all that is trained there.
   */
  public static Convolution frozen(Site site, Tensor filters, Tensor bias) {
    Tensor weight = site.frozen("weight", filters);
    return new Convolution(weight, site.optional(site.parameter("bias", Role.INPUT, bias)), 1, 0);
  }

  /** With bias and stride = kernel: cuts the image into patches and projects each. */
  public static Convolution patches(Site site, long in, long out, long patch) {
    long fanIn = in * patch * patch;
    Tensor weight =
        site.parameter("weight", Role.INPUT, site.init().uniform(fanIn, out, in, patch, patch));
    Tensor bias = site.parameter("bias", Role.VECTOR, site.init().uniform(fanIn, out));
    return new Convolution(weight, site.optional(bias), patch, 0);
  }

  /** The filters, [out, in, kernel, kernel]. */
  public Tensor weight() {
    return weight;
  }

  public Tensor apply(Tensor x) {
    return conv2d(x, weight, bias, stride, padding, NO_DILATION, groups);
  }
}
