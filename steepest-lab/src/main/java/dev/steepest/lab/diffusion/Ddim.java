package dev.steepest.lab.diffusion;

import dev.steepest.lab.model.Check;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;

/**
 * Denoising diffusion implicit models (Song et al. 2021, arXiv:2010.02502): few of the time steps,
 * evenly spaced, with
 *
 * <pre>
 * x₀ = (x_t − √(1−ᾱ_t)·ε) / √ᾱ_t
 * σ² = η²·(1−ᾱ_s)/(1−ᾱ_t)·(1 − ᾱ_t/ᾱ_s)
 * x_s = √ᾱ_s·x₀ + √(1−ᾱ_s−σ²)·ε + σ·z
 * </pre>
 *
 * <p>from each t to the next, s. Where x₀ is clipped, ε is from then on the noise between it and
 * x_t: at the noisiest steps √ᾱ_t is about .006, and what the model errs by is a hundred times as
 * much in x₀. Time steps are {@code i·⌊T/steps⌋ + offset}, as in huggingface/diffusers ("leading");
 * s is t less ⌊T/steps⌋.
 *
 * @param steps how many of the time steps, 1–100,000 and at most T
 * @param eta η: 0 adds no noise, 1 as much as Ddpm would; 0–1
 * @param offset the last time step, 0–1,000
 * @param end what is left where s is below 0
 * @param bound x₀ is clipped to ± so much, above 0; infinite: it is not
 */
public record Ddim(int steps, double eta, int offset, End end, double bound) implements Sampler {

  /** ᾱ behind the last step. */
  public enum End {
    /** 1: the result is x₀. */
    CLEAN,
    /** That of step 0, as for Stable Diffusion ({@code set_alpha_to_one: false}). */
    FIRST_STEP
  }

  public Ddim {
    Check.range("steps", steps, 1, 100_000);
    Check.range("eta", eta, 0, 1);
    Check.range("offset", offset, 0, 1000);
    Check.that(bound > 0, "x₀ cannot be clipped to ±%s; the bound is above 0.".formatted(bound));
  }

  /** Without noise, to the end, and without bounds. */
  public Ddim(int steps) {
    this(steps, 0, 0, End.CLEAN, Double.POSITIVE_INFINITY);
  }

  /** The same, for images whose values are from −bound to bound. */
  public Ddim within(double bound) {
    return new Ddim(steps, eta, offset, end, bound);
  }

  /** As the configurations of Stable Diffusion have it, without noise. */
  public static Ddim stable(int steps) {
    return new Ddim(steps, 0, 1, End.FIRST_STEP, Double.POSITIVE_INFINITY);
  }

  @Override
  public int[] timeSteps(NoiseSchedule schedule) {
    int ratio = ratio(schedule);
    int[] times = new int[steps];
    for (int i = 0; i < steps; i++) {
      times[i] = (steps - 1 - i) * ratio + offset;
    }
    return times;
  }

  private int ratio(NoiseSchedule schedule) {
    int ratio = schedule.steps() / steps;
    Check.that(
        ratio > 0 && (steps - 1) * ratio + offset < schedule.steps(),
        "%d steps from %d on do not fit into the %d time steps of the model; use fewer."
            .formatted(steps, offset, schedule.steps()));
    return ratio;
  }

  /** ᾱ at the step after t. */
  double next(NoiseSchedule schedule, int t) {
    int s = t - ratio(schedule);
    if (s >= 0) {
      return schedule.alphaBar(s);
    }
    return end == End.CLEAN ? 1 : schedule.alphaBar(0);
  }

  /** σ² for η = 1. */
  double variance(NoiseSchedule schedule, int t) {
    double now = schedule.alphaBar(t);
    double next = next(schedule, t);
    return (1 - next) / (1 - now) * (1 - now / next);
  }

  /** √(1−ᾱ_s−σ²), the share of the noise that goes along. */
  double direction(NoiseSchedule schedule, int t) {
    double variance = eta * eta * variance(schedule, t);
    return Math.sqrt(Math.max(0, 1 - next(schedule, t) - variance));
  }

  @Override
  public Tensor step(NoiseSchedule schedule, Tensor x, Tensor noise, int t, NoiseSource fresh) {
    Tensor image =
        x.sub(noise.mul(new Scalar(schedule.noise(t)))).mul(new Scalar(1 / schedule.signal(t)));
    Tensor between = noise;
    if (Double.isFinite(bound)) {
      image = image.clamp(limit(-bound), limit(bound));
      between =
          x.sub(image.mul(new Scalar(schedule.signal(t)))).mul(new Scalar(1 / schedule.noise(t)));
    }
    Tensor next =
        image
            .mul(new Scalar(Math.sqrt(next(schedule, t))))
            .add_(between.mul(new Scalar(direction(schedule, t))));
    double sigma = eta * Math.sqrt(variance(schedule, t));
    return sigma == 0 ? next : next.add_(fresh.like(x).mul(new Scalar(sigma)));
  }

  private static ScalarOptional limit(double value) {
    return new ScalarOptional(new Scalar(value));
  }
}
