package dev.steepest.lab.model.field;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.lab.model.State;
import dev.steepest.optim.Parameter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Representations against values that were found by hand or by a loop over points. */
class KnownFieldsTest {
  private static final Offset<Double> FLOAT = within(2e-5);

  private PointerScope scope;

  @BeforeEach
  void open() {
    scope = new PointerScope();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private static double at(Tensor tensor, long... index) {
    Tensor at = tensor;
    for (long i : index) {
      at = at.select(0, i);
    }
    return at.item_double();
  }

  @Test
  void centresRunFromLeftToRightAndFromTopToBottom() {
    Tensor centres = Coordinates.centres(4);
    assertThat(State.shape(centres)).containsExactly(16, 2);
    assertThat(at(centres, 0, 0)).isEqualTo(-0.75);
    assertThat(at(centres, 0, 1)).isEqualTo(-0.75);
    assertThat(at(centres, 1, 0)).isEqualTo(-0.25);
    assertThat(at(centres, 1, 1)).isEqualTo(-0.75);
    assertThat(at(centres, 12, 0)).isEqualTo(-0.75);
    assertThat(at(centres, 12, 1)).isEqualTo(0.75);
  }

  @Test
  void anImageOfPixelsIsAMatrixOrARow() {
    try (ImageField image = Fields.named("pixels", new Canvas(2, 4, 64), Map.of(), 1);
        ImageField row = Fields.named("pixels", new Canvas(2, 4, 64), Map.of("shape", "row"), 1)) {
      Parameter matrix = image.parameters().getFirst();
      assertThat(List.of(matrix.rows(), matrix.columns())).containsExactly(256L, 64L);
      Parameter line = row.parameters().getFirst();
      assertThat(List.of(line.rows(), line.columns())).containsExactly(1L, 16_384L);
      // One function, whatever the matrix.
      line.tensor().detach().copy_(matrix.tensor().detach().view(2, -1));
      Tensor which = torch.tensor(0L, 1L);
      assertThat(image.forward(which).equal(row.forward(which))).isTrue();
      // Standard deviation 1: 32,768 draws give ±.004.
      assertThat(matrix.tensor().std().item_double()).isCloseTo(1, within(0.015));
    }
  }

  /** γ at a pixel, by hand from the frequencies in the state. */
  @Test
  void fourierFeaturesAreCosinesAndSinesOfWholeImageFrequencies() {
    try (Fourier field = new Fourier(new Fourier.Config(new Canvas(1, 1, 8), 5, 3, 8, 1), 4);
        AutoGradMode _ = new AutoGradMode(false)) {
      Tensor frequencies = field.frozen().get("frequencies");
      Tensor features = field.features();
      assertThat(State.shape(features)).containsExactly(64, 10);
      int column = 6;
      int row = 3;
      for (int f = 0; f < 5; f++) {
        // Pixel centres as a share of the image
        double phase =
            2
                * Math.PI
                * (at(frequencies, f, 0) * (column + 0.5) / 8
                    + at(frequencies, f, 1) * (row + 0.5) / 8);
        // The middle of the image is the origin.
        phase -= Math.PI * (at(frequencies, f, 0) + at(frequencies, f, 1));
        assertThat(at(features, row * 8 + column, f)).isCloseTo(Math.cos(phase), FLOAT);
        assertThat(at(features, row * 8 + column, 5 + f)).isCloseTo(Math.sin(phase), FLOAT);
      }
    }
  }

  @Test
  void frequenciesHaveTheGivenSpreadAndAreNotTrained() {
    try (Fourier field = new Fourier(new Fourier.Config(new Canvas(1, 1, 8), 1024, 4, 8, 1), 4)) {
      // 2,048 draws: ±1.6 % is one sigma
      assertThat(field.frozen().get("frequencies").std().item_double()).isCloseTo(4, within(0.25));
      assertThat(field.parameters()).extracting(Parameter::name).doesNotContain("frequencies");
    }
  }

  /** 64 frequencies, 128 wide, 3 hidden matrices: 128·128·4 + 128·4 + 129. */
  @Test
  void perceptronOfWavesHasTheSizeOfTheStudy() {
    try (ImageField field = Fields.named("fourier", new Canvas(10, 1, 32), Map.of(), 1)) {
      assertThat(field.count()).isEqualTo(10 * (4 * 128 * 128 + 4 * 128 + 129));
      assertThat(field.depth()).isEqualTo(5);
    }
  }

  /** The second image's colours at one pixel, layer after layer in float64. */
  @Test
  void sirenIsSinesOfSinesAtEachPoint() {
    try (Siren field = new Siren(new Siren.Config(new Canvas(2, 2, 4), 20, 6, 2), 3);
        AutoGradMode _ = new AutoGradMode(false)) {
      double[] x = {-0.75 + 2 * 0.5, -0.75 + 0.5}; // pixel (row 1, column 2)
      for (String layer : List.of("first", "hidden.0", "hidden.1")) {
        x = layer(field, layer, x);
        for (int i = 0; i < x.length; i++) {
          x[i] = Math.sin(20 * x[i]);
        }
      }
      double[] colours = layer(field, "head", x);
      Tensor drawn = field.forward(torch.tensor(0L, 1L));
      assertThat(at(drawn, 1, 0, 1, 2)).isCloseTo(colours[0], FLOAT);
      assertThat(at(drawn, 1, 1, 1, 2)).isCloseTo(colours[1], FLOAT);
    }
  }

  /** W·x + b of the second of two images. */
  private static double[] layer(ImageField field, String name, double[] x) {
    Tensor weight = field.state().get(name + ".weight");
    Tensor bias = field.state().get(name + ".bias");
    int out = (int) bias.size(1);
    double[] y = new double[out];
    for (int o = 0; o < out; o++) {
      y[o] = at(bias, 1, o);
      for (int i = 0; i < x.length; i++) {
        y[o] += at(weight, out + o, i) * x[i];
      }
    }
    return y;
  }

  /** Sitzmann et al., section 3.2: inputs of the sines spread as N(0, 1) after the first layer. */
  @Test
  void sirenKeepsTheSpreadOfItsLayers() {
    try (Siren field = new Siren(new Siren.Config(new Canvas(1, 1, 32), 30, 256, 3), 3)) {
      assertThat(field.state().get("first.weight").abs().max().item_double()).isBetween(0.49, 0.5);
      double bound = Math.sqrt(6.0 / 256) / 30;
      Tensor hidden = field.state().get("hidden.1.weight");
      assertThat(hidden.abs().max().item_double()).isBetween(0.99 * bound, bound);
      // The standard deviation of U(±b) is b/√3; 65,536 draws.
      assertThat(hidden.std().item_double()).isCloseTo(bound / Math.sqrt(3), within(0.01 * bound));
      // Variance of 30·Wx over sines of variance ½: 900·256·½·b²/3 = 1 with b² = 6/(256·900)
      Tensor x = torch.randn(1000, 256).mul(new Scalar(5.0)).sin();
      assertThat(x.matmul(hidden.t()).mul(new Scalar(30.0)).std().item_double())
          .isCloseTo(1, within(0.05));
    }
  }

  /** 32 pixels: 4, 6, 9, 13, 20, 30 cells; all but the finest have a row for each corner. */
  @Test
  void gridsGrowAndShareRowsOnlyWhereTheyMust() {
    List<HashLevel> levels = HashLevel.all(6, 4, 1.5, 512);
    assertThat(levels).extracting(HashLevel::resolution).containsExactly(4, 6, 9, 13, 20, 30);
    assertThat(levels).extracting(HashLevel::rows).containsExactly(25, 49, 100, 196, 441, 512);
    assertThat(levels).extracting(HashLevel::start).containsExactly(0, 25, 74, 174, 370, 811);
    assertThat(levels).extracting(HashLevel::isHashed).endsWith(false, true);
    assertThat(levels.get(1).row(6, 6)).isEqualTo(25 + 48);
    HashLevel finest = levels.getLast();
    // 3 ⊕ 7·2654435761 = 3 ⊕ 18581050327 = 18581050324, and 18581050324 mod 512 = 468
    assertThat(finest.row(3, 7)).isEqualTo(811 + 468);
    var rows = new ArrayList<Integer>();
    for (int x = 0; x <= 30; x++) {
      for (int y = 0; y <= 30; y++) {
        rows.add(finest.row(x, y));
      }
    }
    assertThat(rows).allMatch(row -> row >= 811 && row < 811 + 512);
    // Spread thrown at random, 961 corners would leave 512·e^(−961/512) = 78 rows empty.
    assertThat(rows.stream().distinct().count()).isGreaterThan(400);
  }

  /** A table that is linear in the corners' places is read as a linear function of the pixel's. */
  @Test
  void hashFeaturesAreBilinearBetweenCorners() {
    var canvas = new Canvas(2, 1, 8);
    var config = new HashGrid.Config(canvas, 2, 12, 1, 3, 2, 8, 1);
    try (HashGrid field = new HashGrid(config, 1);
        AutoGradMode _ = new AutoGradMode(false)) {
      Tensor tables = field.state().get("tables");
      long rows = tables.size(0) / 2;
      for (HashLevel grid : config.grids()) {
        int n = grid.resolution();
        for (int x = 0; x <= n; x++) {
          for (int y = 0; y <= n; y++) {
            double value = 2.0 * x / n - 5.0 * y / n;
            tables.select(0, rows + grid.row(x, y)).fill_(new Scalar(value));
          }
        }
      }
      Tensor features = field.features(torch.tensor(1L));
      assertThat(State.shape(features)).containsExactly(1, 64, 2);
      for (int pixel : new int[] {0, 13, 42, 63}) {
        int row = pixel / 8;
        double x = (pixel % 8 + 0.5) / 8;
        double y = (row + 0.5) / 8;
        assertThat(at(features, 0, pixel, 0)).isCloseTo(2 * x - 5 * y, FLOAT);
        assertThat(at(features, 0, pixel, 1)).isCloseTo(2 * x - 5 * y, FLOAT);
      }
    }
  }

  /** Half a cell of the coarse grid lies between the centres of two pixels. */
  @Test
  void gridWithoutDecoderIsReadBetweenItsCells() {
    var config = new Latent.Config(new Canvas(1, 1, 8), 2, Latent.Decoder.NONE, 8, 32, 1);
    try (Latent field = new Latent(config, 1);
        AutoGradMode _ = new AutoGradMode(false)) {
      Tensor grid = field.state().get("grid");
      assertThat(State.shape(grid)).containsExactly(4, 4);
      Tensor drawn = field.forward(torch.tensor(0L));
      // Pixel 3 is at 1.75 − .5 = 1.25 in cells from the centre of the first.
      double expected = 0.75 * at(grid, 0, 1) + 0.25 * at(grid, 0, 2);
      assertThat(at(drawn, 0, 0, 0, 3)).isCloseTo(expected, FLOAT);
    }
  }

  @Test
  void settingsThatDoNotFitAreExplained() {
    var canvas = new Canvas(1, 1, 32);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Fields.named("latent", canvas, Map.of("cell", 3), 1))
        .withMessage("cell = 3 does not divide the image size 32; choose a divisor.");
    Map<String, Object> fine = new HashMap<>(Map.of("levels", 32, "growth", 4.0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Fields.named("hashgrid", canvas, fine, 1))
        .withMessageContaining("65536 at most");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Fields.named("siren", canvas, Map.of("omega", 0.5), 1))
        .withMessageContaining("omega = 0.5 is out of range: allowed is 1 to 300");
  }
}
