package dev.steepest.lab.distill;

import static org.bytedeco.pytorch.global.torch.where;

import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Noise-free score distillation: no ε, as what is left of it only blurs.
 *
 * <pre>
 *   g = w[s(ε_y − ε_∅) + δ]
 *   δ = ε_∅           if t &lt; 200
 *       ε_∅ − ε_neg   else
 * </pre>
 *
 * <p>Source: Katzir, Patashnik, Cohen-Or, Lischinski, Noise-Free Score Distillation, 2023,
 * arXiv:2310.17590; s = 7.5. The 200 is of T = 1000 time steps; of another T it is a fifth.
 *
 * @param s guidance
 * @param scheduleSteps T
 */
record Nfsd(double s, int scheduleSteps) implements ScoreGradient {
  private static final double SMALL = .2; // share of T, as the paper has it

  @Override
  public List<Question> questions(long step) {
    return List.of(Question.PROMPT, Question.NOTHING, Question.NEGATIVE);
  }

  @Override
  public Tensor of(Answers at) {
    Tensor nothing = at.to(Question.NOTHING);
    // δ = ε_∅ if t < 200, else ε_∅ − ε_neg
    Tensor isSmall = at.t().lt(new Scalar(SMALL * scheduleSteps)).view(-1, 1, 1, 1);
    Tensor delta = where(isSmall, nothing, nothing.sub(at.to(Question.NEGATIVE)));
    // g = w[s(ε_y − ε_∅) + δ]
    return delta.add(at.to(Question.PROMPT).sub(nothing), new Scalar(s)).mul(at.weight());
  }
}
