package dev.steepest.lab.diffusion;

import dev.steepest.lab.model.Check;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * How much of an image is left at each time step: x_t = √ᾱ_t·x + √(1−ᾱ_t)·ε (Ho et al. 2020,
 * arXiv:2006.11239), with ᾱ_t the product of α_s = 1 − β_s over s up to t.
 *
 * <p>Tables are float64; index t is the time step, from {@code 0} to {@code steps() − 1}. What is
 * computed for tensors is rounded to their type at the end. Immutable.
 *
 * <p>Legend: N images.
 */
public final class NoiseSchedule {
  private final double[] beta;
  private final double[] alphaBar;

  private NoiseSchedule(double[] beta) {
    this.beta = beta;
    alphaBar = new double[beta.length];
    double logarithm = 0;
    for (int t = 0; t < beta.length; t++) {
      logarithm += Math.log1p(-beta[t]);
      alphaBar[t] = Math.exp(logarithm);
    }
  }

  /**
   * β grows evenly from the first to the last step, as in Ho et al.
   *
   * @param steps T, 2–100,000
   * @param first β of step 0, above 0 and below 1
   * @param last β of step T − 1, at least the first and below 1
   */
  public static NoiseSchedule linear(int steps, double first, double last) {
    check(steps, first, last);
    return new NoiseSchedule(even(steps, first, last, steps - 1));
  }

  /** √β grows evenly from √first to √last: the schedule of Stable Diffusion. */
  public static NoiseSchedule scaledLinear(int steps, double first, double last) {
    check(steps, first, last);
    double[] beta = even(steps, Math.sqrt(first), Math.sqrt(last), steps - 1);
    for (int t = 0; t < steps; t++) {
      beta[t] *= beta[t];
    }
    return new NoiseSchedule(beta);
  }

  /**
   * That of TeaPearce/Conditional_Diffusion_MNIST: T + 1 steps, β_t = (last − first)·t/T + first.
   * Training and sampling use 1 to T only, but ᾱ has the factor of step 0 in it.
   *
   * @param used T
   */
  public static NoiseSchedule counted(int used, double first, double last) {
    check(used, first, last);
    return new NoiseSchedule(even(used + 1, first, last, used));
  }

  private static double[] even(int count, double first, double last, int intervals) {
    double[] values = new double[count];
    for (int t = 0; t < count; t++) {
      values[t] = first + (last - first) * t / intervals;
    }
    return values;
  }

  private static void check(int steps, double first, double last) {
    Check.range("time steps", steps, 2, 100_000);
    Check.that(
        first > 0 && first <= last && last < 1,
        "β from %s to %s is no noise schedule: 0 < first ≤ last < 1 must hold."
            .formatted(Double.toString(first), Double.toString(last)));
  }

  /** T, the number of time steps. */
  public int steps() {
    return beta.length;
  }

  /** ᾱ_t, the share of the image's variance. */
  public double alphaBar(int t) {
    return alphaBar[t];
  }

  /** α_t = 1 − β_t. */
  public double alpha(int t) {
    return 1 - beta[t];
  }

  /** β_t, the variance that step t adds. */
  public double beta(int t) {
    return beta[t];
  }

  /** √ᾱ_t. */
  public double signal(int t) {
    return Math.sqrt(alphaBar[t]);
  }

  /** √(1−ᾱ_t). */
  public double noise(int t) {
    return Math.sqrt(1 - alphaBar[t]);
  }

  /**
   * √ᾱ_t of each image.
   *
   * @param t int64 [N]
   * @param like a tensor whose type and device the result has
   * @return [N, 1, 1, 1]
   */
  public Tensor signal(Tensor t, Tensor like) {
    return share(t).sqrt_().to(like.device(), like.scalar_type());
  }

  /** √(1−ᾱ_t) of each image, [N, 1, 1, 1], as {@link #signal(Tensor, Tensor)}. */
  public Tensor noise(Tensor t, Tensor like) {
    return left(t).sqrt_().to(like.device(), like.scalar_type());
  }

  /** 1 − ᾱ_t of each image, [N, 1, 1, 1], as {@link #signal(Tensor, Tensor)}. */
  public Tensor noiseVariance(Tensor t, Tensor like) {
    return left(t).to(like.device(), like.scalar_type());
  }

  private Tensor left(Tensor t) {
    return share(t).neg_().add_(new Scalar(1.0));
  }

  /** ᾱ_t, float64 [N, 1, 1, 1], on t's device. */
  private Tensor share(Tensor t) {
    return Tensor.create(alphaBar)
        .to(t.device(), ScalarType.Double)
        .index_select(0, t)
        .view(-1, 1, 1, 1);
  }

  /**
   * x_t of images and noise.
   *
   * @param x [N, C, H, W]
   * @param noise ε, as x
   * @param t int64 [N]
   */
  public Tensor addNoise(Tensor x, Tensor noise, Tensor t) {
    return x.mul(signal(t, x)).add_(noise.mul(noise(t, x)));
  }

  /** The image that x_t was made from, if ε is its noise: (x_t − √(1−ᾱ_t)·ε)/√ᾱ_t. */
  public Tensor image(Tensor xt, Tensor noise, Tensor t) {
    return xt.sub(noise.mul(noise(t, xt))).div(signal(t, xt));
  }

  /**
   * The noise that a network of velocities speaks of: ε = √ᾱ_t·v + √(1−ᾱ_t)·x_t, where v = √ᾱ_t·ε −
   * √(1−ᾱ_t)·x (Salimans and Ho 2022, arXiv:2202.00512).
   */
  public Tensor noiseOfVelocity(Tensor xt, Tensor velocity, Tensor t) {
    return velocity.mul(signal(t, xt)).add(xt.mul(noise(t, xt)));
  }

  /** v = √ᾱ_t·ε − √(1−ᾱ_t)·x: what a network of velocities is to say. */
  public Tensor velocity(Tensor x, Tensor noise, Tensor t) {
    return noise.mul(signal(t, x)).sub(x.mul(noise(t, x)));
  }
}
