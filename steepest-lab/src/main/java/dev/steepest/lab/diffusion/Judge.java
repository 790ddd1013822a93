package dev.steepest.lab.diffusion;

import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A frozen classifier that says what images show.
 *
 * @param logits of images [N, C, H, W] in the range −1 to 1: [N, its classes]
 * @param classes the index in them of everything that an image may be asked to show: of each class
 *     that a diffusion model was told of, or of what each image of a field was asked for
 */
public record Judge(UnaryOperator<Tensor> logits, List<Integer> classes) {
  public Judge {
    classes = List.copyOf(classes);
  }

  /**
   * Sums over images.
   *
   * @param confidence of the probabilities of what was asked for
   * @param right how many are taken for what was asked for
   */
  public record Opinion(double confidence, double right) {}

  /**
   * Judges images.
   *
   * @param images [N, C, H, W]
   * @param wanted N indices in {@link #classes}
   */
  public Opinion of(Tensor images, long[] wanted) {
    try (PointerScope _ = new PointerScope()) {
      long[] told = Arrays.stream(wanted).map(i -> classes.get((int) i)).toArray();
      Tensor right = Tensor.create(told, told.length).to(images.device(), ScalarType.Long);
      Tensor probabilities = logits.apply(images).to(ScalarType.Double).softmax(1);
      Tensor said = probabilities.argmax(new LongOptional(1), false);
      return new Opinion(
          probabilities.gather(1, right.unsqueeze(1)).sum().item_double(),
          said.eq(right).sum().item_long());
    }
  }
}
