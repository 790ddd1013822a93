package dev.steepest.lab.distill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.lab.diffusion.Judge;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.assertj.core.data.Offset;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DistillationMeasuresTest {
  private static final Offset<Double> CLOSE = within(1e-9);

  private final PointerScope scope = new PointerScope();

  /** Three images of two pixels. */
  private final Tensor images = Tensor.create(new double[] {0, 0, 3, 4, .5, -1.5}, 3, 1, 1, 2);

  private final Tensor which = Tensor.create(new long[] {0, 1, 2}, 3);
  private final Map<String, Double> sums = new TreeMap<>();

  @AfterEach
  void free() {
    scope.close();
  }

  @Test
  void imagesAlone() {
    double hits =
        DistillationMeasures.PLAIN.measure(images, which, List.of("star", "star", "ring"), sums);
    assertThat(hits).isNaN();
    assertThat(sums).containsOnlyKeys("clipped", "diversity", "rms");
    // √(25/2) and √(2.5/2)
    assertThat(sums.get("rms")).isCloseTo(Math.sqrt(12.5) + Math.sqrt(1.25), CLOSE);
    assertThat(sums.get("clipped")).isCloseTo(0 + 1 + .5, CLOSE);
    // the two stars are √(25/2) apart; the ring has no other and does not count: 3 images' sum
    assertThat(sums.get("diversity")).isCloseTo(3 * Math.sqrt(12.5), CLOSE);
  }

  @Test
  void diversityIsTheMeanOverPairs() {
    DistillationMeasures.PLAIN.measure(images, which, List.of("a", "a", "a"), sums);
    double pairs = Math.sqrt(12.5) + Math.sqrt((.25 + 2.25) / 2) + Math.sqrt((6.25 + 30.25) / 2);
    assertThat(sums.get("diversity") / 3).isCloseTo(pairs / 3, CLOSE);
  }

  @Test
  void nothingIsKnownOfTheDiversityOfOne() {
    DistillationMeasures.PLAIN.measure(images, which, List.of("a", "b", "c"), sums);
    assertThat(sums).doesNotContainKey("diversity");
  }

  @Test
  void theJudgeSeesEachImagesClass() {
    // logits: the two pixels; classes of images 0, 1, 2 are 1, 1, 0
    var judge = new Judge(x -> x.flatten(1, -1), List.of(1, 1, 0));
    var measures = new DistillationMeasures(Optional.of(judge), Optional.empty());
    double hits = measures.measure(images, which, List.of("a", "b", "c"), sums);
    double confidence = .5 + 1 / (1 + Math.exp(-1)) + 1 / (1 + Math.exp(-2));
    assertThat(sums.get("confidence")).isCloseTo(confidence, CLOSE);
    assertThat(hits).isEqualTo(2); // of equal logits the first class is said

    // The same images in another place of the field have other classes.
    sums.clear();
    Tensor turned = Tensor.create(new long[] {2, 0, 1}, 3);
    measures.measure(images, turned, List.of("a", "b", "c"), sums);
    assertThat(sums.get("confidence"))
        .isCloseTo(.5 + 1 / (1 + Math.exp(-1)) + 1 / (1 + Math.exp(2)), CLOSE);
  }
}
