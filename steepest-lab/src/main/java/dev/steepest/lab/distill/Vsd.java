package dev.steepest.lab.distill;

import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;

/**
 * Variational score distillation: the noise is not compared with the one that was added, but with
 * what a model φ says that has learned the images as they are now.
 *
 * <pre>
 *   g = w[ε_∅ + s(ε_y − ε_∅) − ε_φ(x_t; t, y)]
 * </pre>
 *
 * <p>Source: Wang, Lu, Wang, Bao, Li, Su, Zhu, ProlificDreamer: High-Fidelity and Diverse
 * Text-to-3D Generation with Variational Score Distillation, 2023, arXiv:2305.16213, Algorithm 1; s
 * = 7.5. Images have no camera: φ is told the prompt alone.
 *
 * @param s guidance
 * @param away what stands for ∅: nothing, or a negative prompt
 */
record Vsd(double s, Question away) implements ScoreGradient {

  @Override
  public List<Question> questions(long step) {
    return Stream.concat(ScoreGradient.ofGuidance(s, away).stream(), Stream.of(Question.OWN))
        .toList();
  }

  @Override
  public Tensor of(Answers at) {
    return ScoreGradient.guided(at, s, away).sub(at.to(Question.OWN)).mul(at.weight());
  }
}
