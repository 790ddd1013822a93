package dev.steepest.lab.distill;

import dev.steepest.lab.model.Check;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How images are distilled from a prior's score.
 *
 * @param mode whose formula
 * @param guidance s, 0–1000: how many times the way from the unconditional to the conditional
 *     prediction; 1 is no guidance
 * @param weighting the factor w
 * @param times which time steps are drawn
 * @param negative what images shall not be like: NFSD's p_neg; in the other modes it takes the
 *     place of the empty prompt, from which guidance leads away. Empty: the empty prompt
 * @param source of bridge's second stage: what the images look like until then
 * @param target of bridge's second stage: what they shall look like
 * @param stageTwo the step, counted from 0, with which bridge's second stage begins; empty for half
 *     of the run. Must lie within the run
 * @param variational VSD's own model
 */
public record DistillationSettings(
    Mode mode,
    double guidance,
    Weighting weighting,
    TimeRange times,
    Optional<PromptPattern> negative,
    PromptPattern source,
    PromptPattern target,
    OptionalLong stageTwo,
    VariationalSettings variational) {
  /** NFSD's paper and ProlificDreamer both recommend it. */
  public static final double USUAL_GUIDANCE = 7.5;

  public DistillationSettings {
    Check.range("guidance", guidance, 0, 1000);
    stageTwo.ifPresent(step -> Check.range("stage_two", step, 0, Long.MAX_VALUE));
  }

  /**
   * The defaults of a mode, with prompts of figures: the negative of NFSD is any degraded image,
   * bridge's source is the degraded figure, its target the clean one.
   */
  public static DistillationSettings of(Mode mode) {
    return new DistillationSettings(
        mode,
        USUAL_GUIDANCE,
        Weighting.NOISE,
        TimeRange.USUAL,
        mode == Mode.NFSD ? Optional.of(new PromptPattern(", degraded")) : Optional.empty(),
        new PromptPattern("{subject}, degraded"),
        new PromptPattern("{subject}, clean"),
        OptionalLong.empty(),
        VariationalSettings.USUAL);
  }

  /**
   * The step with which bridge's second stage begins.
   *
   * @param steps of the run
   * @throws IllegalArgumentException where it would not begin within the run
   */
  public long stageTwoOf(long steps) {
    long begin = stageTwo.orElse(steps / 2);
    Check.that(
        begin < steps,
        "stage_two = %d: the second stage would not begin within a run of %d steps, and all of it"
                .formatted(begin, steps)
            + " be plain sds; take a step before %d.".formatted(steps));
    return begin;
  }

  /** The same with another guidance. */
  public DistillationSettings withGuidance(double other) {
    return new DistillationSettings(
        mode, other, weighting, times, negative, source, target, stageTwo, variational);
  }

  /** The same with another φ. */
  public DistillationSettings withVariational(VariationalSettings other) {
    return new DistillationSettings(
        mode, guidance, weighting, times, negative, source, target, stageTwo, other);
  }
}
