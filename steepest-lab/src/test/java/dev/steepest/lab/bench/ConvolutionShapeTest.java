package dev.steepest.lab.bench;

import static dev.steepest.lab.bench.ConvolutionShape.WhiteningBias.FROZEN;
import static dev.steepest.lab.bench.ConvolutionShape.WhiteningBias.TRAINED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.lab.bench.ConvolutionShape.Filter;
import dev.steepest.lab.bench.ConvolutionShape.Pass;
import dev.steepest.lab.model.Images;
import dev.steepest.lab.model.Network;
import dev.steepest.lab.model.Networks;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConvolutionShapeTest {

  /** The filters of airbench94, whose whitening is frozen. */
  private static List<Filter> airbench(int... widths) {
    List<Filter> filters = new ArrayList<>();
    filters.add(new Filter("whiten.weight", 24, 3, 2, false));
    int in = 24;
    for (int group = 0; group < widths.length; group++) {
      String name = "layers." + (group + 1);
      filters.add(new Filter(name + ".conv1.weight", widths[group], in, 3, true));
      filters.add(new Filter(name + ".conv2.weight", widths[group], widths[group], 3, true));
      in = widths[group];
    }
    return filters;
  }

  @Test
  void shapesFollowFromTheFilters() {
    List<ConvolutionShape> shapes =
        ConvolutionShape.ofAirbench(airbench(64, 256, 256), Images.CIFAR10, 512, TRAINED);
    assertThat(shapes)
        .extracting(ConvolutionShape::pixels)
        .containsExactly(32, 31, 15, 15, 7, 7, 3);
    assertThat(shapes)
        .extracting(ConvolutionShape::outPixels)
        .containsExactly(31, 31, 15, 15, 7, 7, 3);
    assertThat(shapes)
        .extracting(ConvolutionShape::out)
        .containsExactly(24, 64, 64, 256, 256, 256, 256);
    assertThat(shapes).extracting(ConvolutionShape::name).startsWith("whiten", "layers.1.conv1");
    assertThat(shapes).allMatch(shape -> shape.images() == 512);
  }

  @Test
  void theFrozenFirstOneHasNoGradients() {
    List<ConvolutionShape> shapes =
        ConvolutionShape.ofAirbench(airbench(64, 256, 256), Images.CIFAR10, 8, TRAINED);
    assertThat(shapes.getFirst().passes()).containsExactly(Pass.FORWARD);
    assertThat(shapes.subList(1, 7)).allMatch(shape -> shape.passes().size() == 3);
  }

  @Test
  void behindAFrozenBiasNoGradientOfTheInputIsWanted() {
    List<ConvolutionShape> shapes =
        ConvolutionShape.ofAirbench(airbench(64, 256, 256), Images.CIFAR10, 8, FROZEN);
    assertThat(shapes.get(1).passes()).containsExactly(Pass.FORWARD, Pass.WEIGHT_GRADIENT);
    assertThat(shapes.subList(2, 7)).allMatch(shape -> shape.passes().size() == 3);
  }

  /** .2363 GFLOP of the forward pass, by hand: 2·Σ in·out·k²·pixels². */
  @Test
  void operationsAreThosePublished() {
    double perImage =
        ConvolutionShape.ofAirbench(airbench(64, 256, 256), Images.CIFAR10, 16, TRAINED).stream()
            .mapToDouble(shape -> shape.operations() / 16)
            .sum();
    double byHand =
        2.0
            * (3 * 24 * 4 * 31 * 31
                + 9 * 24 * 64 * 31 * 31
                + 9 * 64 * 64 * 15 * 15
                + 9 * 64 * 256 * 15 * 15
                + 2 * 9 * 256 * 256 * 7 * 7
                + 9 * 256 * 256 * 3 * 3);
    assertThat(perImage).isEqualTo(byHand);
    assertThat(perImage).isCloseTo(0.2363e9, within(0.0001e9));
  }

  @Test
  void aNetworkThatIsBuiltOtherwiseIsRefusedWithItsFilters() {
    try (Network network = Networks.named("small-cnn").create(Images.CIFAR10, Map.of(), 1)) {
      assertThatThrownBy(() -> ConvolutionShape.ofAirbench(network, Images.CIFAR10, 8, TRAINED))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("not built like airbench94")
          .hasMessageContaining("stage1.conv.weight 3→32 3×3");
    }
    assertThatThrownBy(() -> ConvolutionShape.ofAirbench(List.of(), Images.CIFAR10, 8, TRAINED))
        .hasMessageContaining("not built like airbench94");
    assertThatThrownBy(() ->
            ConvolutionShape.ofAirbench(
                airbench(64, 64, 64, 64, 64, 64), Images.CIFAR10, 8, TRAINED))
        .as("six halvings leave nothing")
        .hasMessageContaining("not built like airbench94");
  }
}
