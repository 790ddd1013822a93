package dev.steepest.lab.distill;

import static org.bytedeco.pytorch.global.torch.cdist;

import dev.steepest.lab.data.TensorMemory;
import dev.steepest.lab.data.decode.Raster;
import dev.steepest.lab.diffusion.Judge;
import dev.steepest.study.record.PictureMetric;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * What is measured of distilled images besides the residual of noise prediction: that one a flat
 * grey image has small, too. The names are those of {@link PictureMetric}.
 *
 * <p>The diversity is the mean distance of an image from the others of its prompt, as the root of
 * the mean square of their difference, over the images that have such others. It is absent where
 * none has: nothing is known of the diversity of one image.
 *
 * <p>Legend: B images, C colours, H height, W width.
 *
 * @param judge who tells what images show, if anybody; of each image of the field, in order
 * @param painter makes one picture of images [B, C, H, W] in the range −1 to 1
 */
public record DistillationMeasures(
    Optional<Judge> judge, Optional<Function<Tensor, Raster>> painter) {
  private static final long DIRECTLY = 2; // cdist: not by way of a product, which loses digits

  /** Neither judge nor painter. */
  public static final DistillationMeasures PLAIN =
      new DistillationMeasures(Optional.empty(), Optional.empty());

  /**
   * Measures a batch.
   *
   * @param images decoded, [B, C, H, W]
   * @param which int64 [B], their indices in the field
   * @param prompts of all images of the field
   * @param into where the sums over the batch's images go, by name
   * @return how many images the judge puts into their class; NaN without a judge
   */
  double measure(Tensor images, Tensor which, List<String> prompts, Map<String, Double> into) {
    Tensor values_BD = images.to(ScalarType.Double).flatten(1, -1);
    long[] indices = TensorMemory.longs(which);
    into.put(PictureMetric.RMS, sum(values_BD.square().mean(1).sqrt()));
    into.put(
        PictureMetric.CLIPPED,
        sum(values_BD.abs().gt(new Scalar(1)).to(ScalarType.Double).mean(1)));
    diversity(values_BD, Arrays.stream(indices).mapToObj(i -> prompts.get((int) i)).toList())
        .ifPresent(mean -> into.put(PictureMetric.DIVERSITY, mean * indices.length));
    return judge.map(who -> ask(who, images, indices, into)).orElse(Double.NaN);
  }

  private static double ask(Judge judge, Tensor images, long[] indices, Map<String, Double> into) {
    Judge.Opinion opinion = judge.of(images, indices);
    into.put(PictureMetric.CONFIDENCE, opinion.confidence());
    return opinion.right();
  }

  private static OptionalDouble diversity(Tensor values_BD, List<String> prompts) {
    int images = prompts.size();
    double[] pairs = new double[images * images]; // 1 where two are of one prompt
    double[] siblings = new double[images];
    for (int i = 0; i < images; i++) {
      for (int j = 0; j < images; j++) {
        if (i != j && prompts.get(i).equals(prompts.get(j))) {
          pairs[i * images + j] = 1;
          siblings[i]++;
        }
      }
    }
    long withSiblings = Arrays.stream(siblings).filter(count -> count > 0).count();
    if (withSiblings == 0) {
      return OptionalDouble.empty();
    }
    for (int i = 0; i < pairs.length; i++) {
      pairs[i] /= Math.max(1, siblings[i / images]);
    }
    Tensor distances_BB = cdist(values_BD, values_BD, 2, new LongOptional(DIRECTLY));
    double sum =
        sum(
            distances_BB.mul(
                Tensor.create(pairs, images, images).to(values_BD.device(), ScalarType.Double)));
    return OptionalDouble.of(sum / Math.sqrt(values_BD.size(1)) / withSiblings);
  }

  private static double sum(Tensor values) {
    return values.sum().item_double();
  }
}
