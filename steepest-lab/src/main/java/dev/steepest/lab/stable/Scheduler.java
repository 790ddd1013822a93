package dev.steepest.lab.stable;

import dev.steepest.lab.diffusion.NoiseSchedule;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a model's training says of noise: its {@code scheduler_config.json}. Which sampler the file
 * names is of no meaning here.
 *
 * @param noise how much there is at each time step
 * @param prediction what the network was trained to say
 * @param offset what samplers add to time steps
 */
public record Scheduler(NoiseSchedule noise, Prediction prediction, int offset) {

  /** What a network says of a noisy latent. */
  public enum Prediction {
    /** The noise ε in it: Stable Diffusion 1 and 2-base. */
    NOISE,
    /** The velocity √ᾱ·ε − √(1−ᾱ)·x: Stable Diffusion 2 of 768 pixels. */
    VELOCITY
  }

  private static final String SCALED = "scaled_linear";

  /** Empty where there are problems. */
  static Optional<Scheduler> read(Path file, List<String> problems) {
    int before = problems.size();
    ConfigFile config = ConfigFile.read(file, problems);
    int steps = config.integer("num_train_timesteps", 1000);
    double first = config.number("beta_start", 0.00085);
    double last = config.number("beta_end", 0.012);
    String growth = config.word("beta_schedule", SCALED, List.of(SCALED, "linear"));
    String prediction =
        config.word("prediction_type", "epsilon", List.of("epsilon", "v_prediction"));
    int offset = config.integer("steps_offset", 0);
    config.forbid("trained_betas", "rescale_betas_zero_snr");
    try {
      NoiseSchedule noise =
          growth.equals(SCALED)
              ? NoiseSchedule.scaledLinear(steps, first, last)
              : NoiseSchedule.linear(steps, first, last);
      Scheduler scheduler =
          new Scheduler(
              noise, prediction.equals("epsilon") ? Prediction.NOISE : Prediction.VELOCITY, offset);
      return problems.size() == before ? Optional.of(scheduler) : Optional.empty();
    } catch (IllegalArgumentException e) {
      config.problem(e.getMessage());
      return Optional.empty();
    }
  }
}
