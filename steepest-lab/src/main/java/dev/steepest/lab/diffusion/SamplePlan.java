package dev.steepest.lab.diffusion;

import dev.steepest.lab.model.Check;
import java.util.Optional;
import java.util.SortedMap;

/**
 * What is drawn to see how far a model is: of every class so many images, of the first quality.
 *
 * @param perClass images of each class, 0–1000; 0 for none
 * @param steps of DDIM, 1–100,000
 * @param guidance s of classifier-free guidance, 0–1000; 1 = none
 * @param when at which looks
 */
public record SamplePlan(int perClass, int steps, double guidance, When when) {

  /** At which looks samples are drawn. */
  public enum When {
    /** The last one alone. */
    END,
    /** Each. */
    LOOKS
  }

  /** A sheet of eight rows at the end, by DDIM-50 under guidance 2. */
  public static final SamplePlan USUAL = new SamplePlan(8, 50, 2, When.END);

  public SamplePlan {
    Check.range("samples", perClass, 0, 1000);
    Check.range("sampling_steps", steps, 1, 100_000);
    Check.range("guidance", guidance, 0, 1000);
  }

  /**
   * What a judge says of samples.
   *
   * @param confidence mean probability that it gives to what was asked for
   * @param right share of the samples that it takes for that
   */
  public record Shares(double confidence, double right) {}

  /**
   * What a look's other measures say of samples.
   *
   * @param others means over the items of a set, as {@link NoisePrediction} sums them
   * @return empty where no sample was judged
   */
  public static Optional<Shares> shares(SortedMap<String, Double> others) {
    double samples = others.getOrDefault(SampleSheet.SAMPLES, 0.0);
    return samples == 0
        ? Optional.empty()
        : Optional.of(
            new Shares(
                others.get(SampleSheet.CONFIDENCE) / samples,
                others.get(SampleSheet.RIGHT) / samples));
  }
}
