package dev.steepest.lab.distill;

import dev.steepest.lab.data.decode.Raster;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;

/**
 * What is measured of distilled images besides the residual of noise prediction: that one a flat
 * grey image has small, too.
 *
 * <p>Legend: B images, C colours, H height, W width.
 *
 * @param judge who tells the images' classes, if anybody
 * @param painter makes one picture of images [B, C, H, W] in the range −1 to 1
 */
public record DistillationMeasures(
    Optional<Judge> judge, Optional<Function<Tensor, Raster>> painter) {
  /** Neither judge nor painter. */
  public static final DistillationMeasures PLAIN =
      new DistillationMeasures(Optional.empty(), Optional.empty());

  /**
   * A frozen classifier, and what it should say.
   *
   * @param logits of images [B, C, H, W] in the range −1 to 1: [B, classes]
   * @param classes that of each image of the field, in order; an index of the logits
   */
  public record Judge(UnaryOperator<Tensor> logits, List<Integer> classes) {
    public Judge {
      classes = List.copyOf(classes);
    }
  }
}
