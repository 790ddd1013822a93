package dev.steepest.lab.distill;

import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * Noise at which an image was looked at, and what the models said of it.
 *
 * <p>Legend: B images, C channels, H height, W width.
 *
 * @param step of the run, from 0
 * @param t int64 [B], time steps
 * @param noise ε, [B, C, H, W]
 * @param weight w, [B, 1, 1, 1]
 * @param predicted the predicted noise by question, each [B, C, H, W]
 */
record Answers(long step, Tensor t, Tensor noise, Tensor weight, Map<Question, Tensor> predicted) {

  /** The noise that was predicted, told this. */
  Tensor to(Question question) {
    return predicted.get(question);
  }
}
