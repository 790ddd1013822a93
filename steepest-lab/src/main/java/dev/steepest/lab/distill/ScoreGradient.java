package dev.steepest.lab.distill;

import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * A formula for the direction in which an image x becomes less likely, from what a frozen diffusion
 * model says of x_t = √ᾱ_t·x + √(1−ᾱ_t)·ε. The model's own Jacobian is dropped by definition.
 *
 * <p>Letters: ε the noise, ε_∅, ε_y, … predictions of it as {@link Question} names them, s the
 * guidance, w the {@link Weighting}.
 */
sealed interface ScoreGradient permits Sds, Nfsd, Vsd, Bridge {

  /**
   * What is asked at a step, in order; the first is the prompt that the images are wanted for.
   *
   * @param step of the run, from 0
   */
  List<Question> questions(long step);

  /**
   * g, [B, C, H, W].
   *
   * @param at holds an answer to each of the step's questions
   */
  Tensor of(Answers at);

  /**
   * The formula that settings name.
   *
   * @param steps of the run
   * @param scheduleSteps T, the prior's number of time steps
   * @throws IllegalArgumentException where bridge's second stage would not begin within the run
   */
  static ScoreGradient of(DistillationSettings settings, long steps, int scheduleSteps) {
    double s = settings.guidance();
    Question away = settings.negative().isPresent() ? Question.NEGATIVE : Question.NOTHING;
    return switch (settings.mode()) {
      case SDS -> new Sds(s, away);
      case NFSD -> new Nfsd(s, scheduleSteps);
      case VSD -> new Vsd(s, away);
      case BRIDGE -> new Bridge(new Sds(s, away), settings.stageTwoOf(steps));
    };
  }

  /** The questions of {@link #guided}: at s = 1 it wants but one answer. */
  static List<Question> ofGuidance(double s, Question away) {
    return s == 1 ? List.of(Question.PROMPT) : List.of(Question.PROMPT, away);
  }

  /**
   * ε_∅ + s(ε_y − ε_∅)
   *
   * @param away what stands for ∅
   */
  static Tensor guided(Answers at, double s, Question away) {
    Tensor prompt = at.to(Question.PROMPT);
    if (s == 1) {
      return prompt;
    }
    Tensor nothing = at.to(away);
    return nothing.add(prompt.sub(nothing), new Scalar(s));
  }
}
