package dev.steepest.lab.model.field;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.lab.model.NetworkKind;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Beginning from given images. */
class FieldFitTest {
  private static final int SIZE = 16;

  static Stream<String> names() {
    return Fields.all().stream().map(NetworkKind::name);
  }

  /** A ring and a square with soft edges, [2, 1, S, S]. */
  private static Tensor figures() {
    Tensor centres = Coordinates.centres(SIZE);
    Tensor x = centres.select(1, 0).sub(new Scalar(0.2));
    Tensor y = centres.select(1, 1).add(new Scalar(0.1));
    Tensor ring =
        x.square().add(y.square()).sqrt().sub(new Scalar(0.5)).abs().sub(new Scalar(0.15));
    Tensor square = torch.maximum(x.abs(), y.abs()).sub(new Scalar(0.5));
    return torch
        .stack(new TensorVector(ring, square))
        .mul(new Scalar(-10.0))
        .clamp(new ScalarOptional(new Scalar(-1.0)), new ScalarOptional(new Scalar(1.0)))
        .view(2, 1, SIZE, SIZE);
  }

  @ParameterizedTest
  @MethodSource("names")
  void drawsTheGivenImagesAndSaysHowNearly(String name) {
    try (PointerScope _ = new PointerScope();
        ImageField field = Fields.named(name, new Canvas(2, 1, SIZE), Map.of(), 1)) {
      Tensor figures = figures();
      double left = field.begin(figures);
      assertThat(left).isLessThan(0.05); // figures have a root mean square of about .9
      try (AutoGradMode _ = new AutoGradMode(false)) {
        Tensor drawn = field.forward(torch.tensor(0L, 1L));
        double distance = drawn.sub(figures).square().mean().sqrt().item_double();
        assertThat(distance).isCloseTo(left, within(1e-6));
      }
      assertThat(field.parameters())
          .allMatch(p -> !p.tensor().grad().defined() && p.tensor().requires_grad());
    }
  }

  @Test
  void numbersOfTheImageItselfAreTakenOver() {
    var canvas = new Canvas(2, 1, SIZE);
    try (PointerScope _ = new PointerScope();
        ImageField image = Fields.named("pixels", canvas, Map.of("shape", "image"), 1);
        ImageField row = Fields.named("pixels", canvas, Map.of("shape", "row"), 1);
        ImageField latent =
            Fields.named("latent", canvas, Map.of("decoder", "none", "cell", 1), 1);
        AutoGradMode _ = new AutoGradMode(false)) {
      Tensor figures = figures();
      for (ImageField field : new ImageField[] {image, row, latent}) {
        assertThat(field.begin(figures)).isZero();
        assertThat(field.forward(torch.tensor(0L, 1L)).equal(figures)).isTrue();
      }
    }
  }

  @Test
  void imagesOfAnotherShapeAreRefused() {
    try (PointerScope _ = new PointerScope();
        ImageField field = Fields.named("pixels", new Canvas(3, 1, SIZE), Map.of(), 1)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> field.begin(figures()))
          .withMessageContaining("[2, 1, 16, 16]")
          .withMessageContaining("[3, 1, 16, 16]");
    }
  }
}
