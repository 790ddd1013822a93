package dev.steepest.lab.data.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TestTimeAugmentationTest {
  private static final int COUNT = 2;
  private static final int CHANNELS = 3;
  private static final int HEIGHT = 5;
  private static final int WIDTH = 6;
  private static final int SIZE = CHANNELS * HEIGHT * WIDTH;

  private PointerScope scope;

  @BeforeEach
  void open() {
    scope = new PointerScope();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private static Tensor images() {
    torch.manual_seed(8);
    return torch.randn(COUNT, CHANNELS, HEIGHT, WIDTH).to(ScalarType.Double);
  }

  /** Not linear, and every pixel counts differently. */
  private static UnaryOperator<Tensor> network() {
    torch.manual_seed(9);
    Tensor weight = torch.randn(SIZE, 4).to(ScalarType.Double);
    return x -> x.reshape(x.size(0), -1).mm(weight).tanh();
  }

  private static double[] doubles(Tensor tensor) {
    double[] values = new double[(int) tensor.numel()];
    new DoublePointer(tensor.to(ScalarType.Double).contiguous().data_ptr()).get(values);
    return values;
  }

  /** A view by plain indices: pixel (y, x) of the window is pixel (y + shift, x + shift). */
  private static Tensor view(double[] images, int shift, boolean mirrored) {
    double[] view = new double[images.length];
    for (int i = 0; i < view.length; i++) {
      int plane = i / (HEIGHT * WIDTH);
      int y = reflect(i / WIDTH % HEIGHT + shift, HEIGHT);
      int column = i % WIDTH;
      int x = reflect((mirrored ? WIDTH - 1 - column : column) + shift, WIDTH);
      view[i] = images[(plane * HEIGHT + y) * WIDTH + x];
    }
    return Tensor.create(view, COUNT, CHANNELS, HEIGHT, WIDTH);
  }

  private static int reflect(int at, int size) {
    return at < 0 ? -at : at >= size ? 2 * (size - 1) - at : at;
  }

  @Test
  void viewsAreTheDocumentedOnes() {
    UnaryOperator<Tensor> f = network();
    double[] images = doubles(images());
    double[] expected = new double[COUNT * 4];
    double[] weights = {0.25, 0.125, 0.125};
    int[] shifts = {0, -1, 1};
    for (int v = 0; v < shifts.length; v++) {
      double[] given = doubles(f.apply(view(images, shifts[v], false)));
      double[] mirrored = doubles(f.apply(view(images, shifts[v], true)));
      for (int i = 0; i < expected.length; i++) {
        expected[i] += weights[v] * (given[i] + mirrored[i]);
      }
    }
    assertThat(doubles(TestTimeAugmentation.TRANSLATE.logits(images(), f)))
        .containsExactly(expected, within(1e-14));
  }

  @Test
  void noneIsTheNetworkItself() {
    UnaryOperator<Tensor> f = network();
    assertThat(TestTimeAugmentation.NONE.logits(images(), f).equal(f.apply(images()))).isTrue();
  }

  @Test
  void mirroringTheInputChangesNothing() {
    UnaryOperator<Tensor> f = network();
    Tensor logits = TestTimeAugmentation.MIRROR.logits(images(), f);
    Tensor mirrored = TestTimeAugmentation.MIRROR.logits(images().flip(3), f);
    assertThat(doubles(mirrored)).containsExactly(doubles(logits), within(1e-12));
    assertThat(f.apply(images().flip(3)).sub(f.apply(images())).abs().max().item_double())
        .isGreaterThan(0.1); // the network alone does tell the sides apart
  }

  @ParameterizedTest
  @EnumSource(TestTimeAugmentation.class)
  void viewsKeepShapeAndLayoutAndOneIsFreedBeforeTheNext(TestTimeAugmentation level) {
    UnaryOperator<Tensor> f = network();
    Tensor images = images().contiguous(MemoryFormat.ChannelsLast);
    List<Tensor> seen = new ArrayList<>();
    Tensor logits =
        level.logits(
            images,
            x -> {
              assertThat(x.is_contiguous(MemoryFormat.ChannelsLast)).isTrue();
              assertThat(x.size(2)).isEqualTo(HEIGHT);
              assertThat(x.size(3)).isEqualTo(WIDTH);
              assertThat(seen).allMatch(former -> former.isNull());
              Tensor out = f.apply(x);
              seen.add(out);
              return out;
            });
    assertThat(seen).hasSize(level.passes());
    assertThat(logits.isNull()).isFalse();
  }

  @Test
  void resultBelongsToTheCallersScopeAndIsAtLeastFloat() {
    UnaryOperator<Tensor> f = network();
    Tensor logits;
    try (PointerScope _ = new PointerScope()) {
      logits =
          TestTimeAugmentation.MIRROR.logits(images(), x -> f.apply(x).to(ScalarType.BFloat16));
      assertThat(logits.scalar_type().intern()).isEqualTo(ScalarType.Float);
    }
    assertThat(logits.isNull()).isTrue();
  }
}
