package dev.steepest.lab.distill;

import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * Score distillation sampling.
 *
 * <pre>
 *   g = w[ε_∅ + s(ε_y − ε_∅) − ε]
 * </pre>
 *
 * <p>Source: Poole, Jain, Barron, Mildenhall, DreamFusion: Text-to-3D using 2D Diffusion, 2022,
 * arXiv:2209.14988, whose guidance weight ω is s − 1.
 *
 * @param s guidance
 * @param away what stands for ∅: nothing, or a negative prompt
 */
record Sds(double s, Question away) implements ScoreGradient {

  @Override
  public List<Question> questions(long step) {
    return ScoreGradient.ofGuidance(s, away);
  }

  @Override
  public Tensor of(Answers at) {
    return ScoreGradient.guided(at, s, away).sub(at.noise()).mul(at.weight());
  }
}
