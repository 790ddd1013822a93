package dev.steepest.lab.distill;

import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Score distillation as a bridge: first SDS, which leaves its own traces in the images; then, named
 * in words, the way from images with such traces to images without.
 *
 * <pre>
 *   before the second stage: g as in {@link Sds}
 *   from then on:            g = w·s·(ε_{y+tgt} − ε_{y+src})
 * </pre>
 *
 * <p>Source: McAllister, Ge, Huang, Jacobs, Efros, Holynski, Kanazawa, Rethinking Score
 * Distillation as a Bridge Between Image Distributions, 2024, arXiv:2406.09417.
 *
 * @param one the first stage
 * @param stageTwo the step with which the second one begins
 */
record Bridge(Sds one, long stageTwo) implements ScoreGradient {

  @Override
  public List<Question> questions(long step) {
    return step < stageTwo ? one.questions(step) : List.of(Question.TARGET, Question.SOURCE);
  }

  @Override
  public Tensor of(Answers at) {
    if (at.step() < stageTwo) {
      return one.of(at);
    }
    // g = w·s·(ε_{y+tgt} − ε_{y+src})
    Tensor way = at.to(Question.TARGET).sub(at.to(Question.SOURCE));
    return way.mul(at.weight()).mul(new Scalar(one.s()));
  }
}
