package dev.steepest.lab.model;

import static org.bytedeco.pytorch.global.torch.empty;
import static org.bytedeco.pytorch.global.torch.full;
import static org.bytedeco.pytorch.global.torch.make_generator_cpu;

import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Draws initial values from a generator of its own: the same seed gives the same network whatever
 * else has drawn before. All values are made on the CPU in float32.
 *
 * <p>The distributions are PyTorch's defaults (torch.nn.init and the reset_parameters methods).
 */
public final class Initializer {
  private final GeneratorOptional generator;

  public Initializer(long seed) {
    generator = new GeneratorOptional(make_generator_cpu(seed));
  }

  /**
   * U(±1/√fanIn): what kaiming_uniform with a = √5 comes to for the weights of convolutions and
   * linear layers, gain √(2/(1+5)) times √(3/fanIn), and the default of their biases.
   */
  public Tensor uniform(long fanIn, long... shape) {
    return symmetric(1 / Math.sqrt(fanIn), shape);
  }

  /**
   * N(0, 2/(out·k²)) for filters [out, in, k, k]: kaiming_normal with mode fan_out for ReLU, which
   * torchvision and timm begin the convolutions of residual networks with.
   */
  public Tensor fanOut(long out, long in, long kernel) {
    return normal(Math.sqrt(2.0 / (out * kernel * kernel)), out, in, kernel, kernel);
  }

  /** Xavier-uniform: U(±√(6/(rows + columns))), the default of a packed attention projection. */
  public Tensor xavier(long rows, long columns) {
    return symmetric(Math.sqrt(6.0 / (rows + columns)), rows, columns);
  }

  /** U(±bound). */
  public Tensor symmetric(double bound, long... shape) {
    return empty(shape).uniform_(-bound, bound, generator);
  }

  /**
   * N(0, std²). Stands for torch.nn.init.trunc_normal_ with its default cut at ±2: at the std of
   * .02 used here that is 100 standard deviations, where no float32 draw ever lies.
   */
  public Tensor normal(double std, long... shape) {
    return empty(shape).normal_(0, std, generator);
  }

  /**
   * Makes the first filters pass their input through: filter i becomes 1 at the centre of channel i
   * and 0 elsewhere, for i below both counts, as torch.nn.init.dirac_ does; the rest keep their
   * values.
   *
   * @param filters [out, in, k, k] with odd k, changed in place
   */
  public Tensor dirac(Tensor filters) {
    long passed = Math.min(filters.size(0), filters.size(1));
    long centre = filters.size(2) / 2;
    Tensor first = filters.narrow(0, 0, passed);
    first.zero_();
    first.select(2, centre).select(2, centre).diagonal().fill_(new Scalar(1));
    return filters;
  }

  public Tensor constant(double value, long... shape) {
    return full(shape, new Scalar((float) value));
  }
}
