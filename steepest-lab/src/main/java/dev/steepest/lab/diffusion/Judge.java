package dev.steepest.lab.diffusion;

import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;

/**
 * A frozen classifier that says what samples show.
 *
 * @param logits of images [N, C, H, W] in the range −1 to 1: [N, its classes]
 * @param classes the index in them of each class that the diffusion model was told of
 */
public record Judge(UnaryOperator<Tensor> logits, List<Integer> classes) {
  public Judge {
    classes = List.copyOf(classes);
  }
}
