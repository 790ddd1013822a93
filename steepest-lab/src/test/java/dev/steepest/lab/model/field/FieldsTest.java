package dev.steepest.lab.model.field;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.steepest.lab.model.NetworkKind;
import dev.steepest.lab.model.Setting;
import dev.steepest.lab.model.State;
import dev.steepest.optim.Parameter;
import dev.steepest.optim.Role;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every representation promises. */
class FieldsTest {
  private static final Canvas COLOURED = new Canvas(3, 2, 8);

  private PointerScope scope;

  static Stream<String> names() {
    return Fields.all().stream().map(NetworkKind::name);
  }

  private static ImageField field(String name, Canvas canvas, long seed) {
    return Fields.named(name, canvas, Map.of(), seed);
  }

  private static Tensor which(long... images) {
    return torch.tensor(images);
  }

  @BeforeEach
  void open() {
    scope = new PointerScope();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  @ParameterizedTest
  @MethodSource("names")
  void drawsTheImagesThatAreAskedForInTheirOrder(String name) {
    try (ImageField field = field(name, COLOURED, 1);
        AutoGradMode _ = new AutoGradMode(false)) {
      Tensor all = field.forward(which(0, 1, 2));
      assertThat(State.shape(all)).containsExactly(3, 2, 8, 8);
      Tensor two = field.forward(which(2, 0));
      assertThat(two.select(0, 0).allclose(all.select(0, 2))).isTrue();
      assertThat(two.select(0, 1).allclose(all.select(0, 0))).isTrue();
      assertThat(all.select(0, 0).allclose(all.select(0, 1))).isFalse();
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void theGradientOfAnImageTouchesItsOwnParametersAlone(String name) {
    try (ImageField field = field(name, COLOURED, 2)) {
      field.forward(which(0, 1, 2)).select(0, 1).square().sum().backward();
      for (Parameter p : field.parameters()) {
        Tensor byImage = p.matrices(p.tensor().grad()).abs().sum(1, 2);
        assertThat(byImage.select(0, 0).item_double()).as(p.name()).isZero();
        assertThat(byImage.select(0, 1).item_double()).as(p.name()).isPositive();
        assertThat(byImage.select(0, 2).item_double()).as(p.name()).isZero();
      }
    }
  }

  /**
   * Central differences along the gradient itself, so short that they meet no corner of a ReLU even
   * where features begin at 1e-4; rounding of the loss, some 1e-13, is divided by h.
   */
  @ParameterizedTest
  @MethodSource("names")
  void gradientIsThatOfTheFunction(String name) {
    double h = 2e-8;
    try (ImageField field = field(name, COLOURED, 3);
        Device cpu = new Device("cpu")) {
      field.to(cpu, ScalarType.Double);
      torch.manual_seed(7);
      Tensor weights = torch.randn(3, 2, 8, 8).to(ScalarType.Double);
      loss(field, weights).backward();
      for (Parameter p : field.parameters()) {
        Tensor g = p.tensor().grad();
        Tensor direction = g.div(g.norm());
        double expected = g.norm().item_double();
        double numeric =
            (moved(field, weights, p.tensor(), direction, h)
                    - moved(field, weights, p.tensor(), direction, -h))
                / (2 * h);
        assertThat(Math.abs(numeric - expected) / expected).as(p.name()).isLessThan(1e-5);
      }
    }
  }

  private static Tensor loss(ImageField field, Tensor weights) {
    Tensor x = field.forward(which(0, 1, 2));
    return x.mul(weights).sum().add(x.square().sum());
  }

  private static double moved(
      ImageField field, Tensor weights, Tensor parameter, Tensor direction, double by) {
    try (AutoGradMode _ = new AutoGradMode(false)) {
      parameter.add_(direction, new Scalar(by));
      double value = loss(field, weights).item_double();
      parameter.sub_(direction, new Scalar(by));
      return value;
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void anImageBeginsTheSameAmongMoreOfThem(String name) {
    try (ImageField few = field(name, new Canvas(2, 1, 8), 5);
        ImageField many = field(name, new Canvas(4, 1, 8), 5);
        ImageField other = field(name, new Canvas(2, 1, 8), 6);
        AutoGradMode _ = new AutoGradMode(false)) {
      Tensor image = few.forward(which(1));
      assertThat(image.allclose(many.forward(which(1)))).isTrue();
      assertThat(image.allclose(other.forward(which(1)))).isFalse();
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void stateLoadsIntoAnother(String name) {
    try (ImageField a = field(name, COLOURED, 1);
        ImageField b = field(name, COLOURED, 2);
        AutoGradMode _ = new AutoGradMode(false)) {
      b.load(a.state());
      assertThat(a.forward(which(0, 1, 2)).equal(b.forward(which(0, 1, 2)))).isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyImageIsAMatrixOfItsOwnInEveryParameter(String name) {
    try (ImageField field = field(name, COLOURED, 1)) {
      assertThat(field.parameters()).allMatch(p -> p.blocks() == 3 && p.isMatrix());
      assertThat(field.parameters()).anyMatch(p -> p.role() == Role.MATRIX);
      assertThat(field.parameters())
          .allSatisfy(
              p -> assertThat(p.role() == Role.VECTOR).isEqualTo(p.name().endsWith("bias")));
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void autocastDrawsNearlyTheSame(String name) {
    try (ImageField field = field(name, COLOURED, 1);
        AutoGradMode _ = new AutoGradMode(false)) {
      Tensor exact = field.forward(which(0, 1));
      torch.set_autocast_dtype(DeviceType.CPU, ScalarType.BFloat16);
      torch.set_autocast_enabled(DeviceType.CPU, true);
      Tensor rounded = field.forward(which(0, 1)).to(ScalarType.Float);
      torch.set_autocast_enabled(DeviceType.CPU, false);
      torch.clear_cache();
      double error = rounded.sub(exact).norm().item_double();
      assertThat(error / exact.norm().item_double()).isLessThan(0.05); // 8 bits, five layers
    }
  }

  @Test
  void registryNamesItsEntriesAndTheirSettings() {
    assertThat(Fields.all()).extracting(NetworkKind::name).doesNotHaveDuplicates();
    assertThat(Fields.all())
        .flatExtracting(NetworkKind::settings)
        .allSatisfy(
            setting -> assertThat(setting.check(setting.standard())).isEqualTo(setting.standard()));
    assertThat(Fields.all())
        .allSatisfy(
            kind -> assertThat(kind.settings()).extracting(Setting::key).doesNotHaveDuplicates());
    assertThat(Fields.isField("pixels")).isTrue();
    assertThat(Fields.isField("resnet18")).isFalse();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> field("pixel", COLOURED, 1))
        .withMessageContaining(
            "Unknown representation 'pixel'; known are [pixels, latent, fourier");
  }
}
