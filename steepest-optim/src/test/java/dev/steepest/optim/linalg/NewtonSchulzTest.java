package dev.steepest.optim.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.steepest.optim.linalg.Orthogonalizer.Method;
import dev.steepest.tensor.Seeds;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What the forms, prescalings and precisions of the iteration leave as it is. */
class NewtonSchulzTest {

  private PointerScope scope;

  @BeforeEach
  void open() {
    scope = new PointerScope();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private static Orthogonalizer of(Method method, int iterations, Precision precision, Form form) {
    return new Orthogonalizer(method, iterations, 1e-7, NormGuard.ADD, precision).with(form);
  }

  private static double distance(Tensor a, Tensor b) {
    return a.to(ScalarType.Double).sub(b.to(ScalarType.Double)).abs().max().item_double();
  }

  @ParameterizedTest
  @CsvSource({
    "QUINTIC, 5", "QUINTIC, 10", "FIVE_TRIPLES, 5", "POLAR_EXPRESS_SPEEDRUN, 5",
    "POLAR_EXPRESS_AUTHORS, 10", "CUBIC, 1", "CUBIC, 20", "QUINTIC_CONVERGENT, 12"
  })
  void forms_agree_in_float64(Method method, int iterations) {
    for (Prescaling prescaling : Prescaling.values()) {
      Tensor g = torch.cat(vector(Spectrum.from(0.01, 24, 60), Spectrum.from(0.05, 24, 60)), 0);
      Orthogonalizer direct =
          of(method, iterations, Precision.PARAMETER, Form.DIRECT).with(prescaling);
      // Rounding of the Gram matrix times its growth: 2^-53·(P(0)P(0)…)² ≤ 1.1e-10, see the golden
      // test; repeated iterations of the quintic do not grow further once values are near 1.
      for (Tensor matrices : List.of(g, g.transpose(1, 2))) {
        assertThat(distance(direct.apply(matrices), direct.with(Form.GRAM).apply(matrices)))
            .as("%s %s", method, prescaling)
            .isLessThan(1.1e-10);
      }
    }
  }

  /** As the specification states the bands; in bfloat16 .02 wider: five of its roundings. */
  @ParameterizedTest
  @CsvSource({
    "QUINTIC, 5, 0.68, 1.135",
    "FIVE_TRIPLES, 5, 0.976, 1.033",
    "POLAR_EXPRESS_SPEEDRUN, 5, 0.858, 1.142",
    "POLAR_EXPRESS_AUTHORS, 8, 0.999, 1.001",
    "CUBIC, 20, 0.999, 1.001",
    "QUINTIC_CONVERGENT, 12, 0.999, 1.001"
  })
  void bands_hold_in_every_form_and_precision(
      Method method, int iterations, double low, double high) {
    Tensor g = Spectrum.from(0.01, 64, 256).to(ScalarType.Float);
    for (Precision precision : Precision.values()) {
      double margin = precision == Precision.BFLOAT16 ? 0.02 : 1e-3;
      for (Form form : Form.values()) {
        Tensor s = Spectrum.singularValues(of(method, iterations, precision, form).apply(g));
        assertThat(s.min().item_double())
            .as("least of %s %s %s", method, precision, form)
            .isGreaterThan(low - margin);
        assertThat(s.max().item_double())
            .as("largest of %s %s %s", method, precision, form)
            .isLessThan(high + margin);
      }
    }
  }

  /** Half of the values are zero: rounding must not grow into something. */
  @ParameterizedTest
  @EnumSource(Precision.class)
  void rank_deficient_and_zero_matrices_stay_bounded(Precision precision) {
    double[] values = new double[64];
    Arrays.fill(values, 0, 32, 1);
    Tensor g = Spectrum.of(values, 200).to(ScalarType.Float);
    for (Method method : Method.values()) {
      for (Prescaling prescaling : Prescaling.values()) {
        for (Form form : Form.values()) {
          Orthogonalizer orthogonalizer = of(method, 5, precision, form).with(prescaling);
          // Largest value of all bands, and .15 for what bfloat16 makes of zeros beside it.
          assertThat(Spectrum.singularValues(orthogonalizer.apply(g)).max().item_double())
              .as("%s %s %s", method, prescaling, form)
              .isLessThan(1.35);
          assertThat(orthogonalizer.apply(torch.zeros_like(g)).abs().max().item_double()).isZero();
        }
      }
    }
  }

  /** Against Turbo-Muon's rows written out in plain Java. */
  @Test
  void almost_orthogonal_rows_have_a_spectral_norm_of_at_most_one() {
    Tensor x = Seeds.normal(3, 1, 7, 19).to(ScalarType.Double);
    x.select(1, 2).mul_(new Scalar(1e3));
    Tensor a = x.bmm(x.transpose(1, 2));
    Tensor s = Prescaling.AOL.factor(a, 1, 1e-12, NormGuard.ADD);
    for (int i = 0; i < 7; i++) {
      double sum = 0;
      for (int j = 0; j < 7; j++) {
        double dot = 0;
        for (int k = 0; k < 19; k++) {
          dot += entry(x, i, k) * entry(x, j, k);
        }
        sum += Math.abs(dot);
      }
      assertThat(entry(s, i, 0) * Math.sqrt(sum)).isBetween(1 - 1e-10, 1 + 1e-10);
    }
    double norm = Spectrum.singularValues(x.mul(s)).max().item_double();
    double frobenius = Prescaling.FROBENIUS.factor(a, 1, 0, NormGuard.CLAMP).item_double();
    assertThat(norm).isLessThan(1 + 1e-12);
    assertThat(frobenius * x.norm().item_double()).isBetween(1 - 1e-12, 1 + 1e-12);
    // Nearer to orthogonal than the whole over its norm: that is what saves an iteration.
    assertThat(Spectrum.singularValues(x.mul(s)).min().item_double())
        .isGreaterThan(Spectrum.singularValues(x.mul(new Scalar(frobenius))).min().item_double());
  }

  private static double entry(Tensor t, long row, long column) {
    return t.select(0, 0).select(0, row).select(0, column).item_double();
  }

  /** Turbo-Muon: four iterations after rescaled rows are as near to orthogonal as five. */
  @Test
  void turbo_saves_an_iteration_on_random_matrices() {
    Tensor g = Seeds.normal(4, 1, 64, 256);
    for (Precision precision : Precision.values()) {
      Orthogonalizer five = of(Method.FIVE_TRIPLES, 5, precision, Form.AUTO);
      Orthogonalizer turbo = of(Method.FIVE_TRIPLES, 4, precision, Form.AUTO).with(Prescaling.AOL);
      Tensor s = Spectrum.singularValues(turbo.apply(g));
      assertThat(s.min().item_double()).isGreaterThan(0.96);
      assertThat(s.max().item_double()).isLessThan(1.05);
      assertThat(turbo.products(64, 256, ScalarType.Float).operations(64, 256))
          .isLessThan(five.products(64, 256, ScalarType.Float).operations(64, 256));
    }
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  void stacked_matrices_are_as_single_ones(Form form) {
    Orthogonalizer orthogonalizer = of(Method.QUINTIC, 5, Precision.PARAMETER, form);
    List<Tensor> all =
        List.of(
            Seeds.normal(5, 2, 50, 200).to(ScalarType.Double),
            Seeds.normal(6, 1, 200, 50).to(ScalarType.Double),
            Seeds.normal(7, 1, 80, 80).to(ScalarType.Double));
    List<Tensor> inputs = all.stream().map(Tensor::clone).toList();
    List<Tensor> together = orthogonalizer.applyAll(all);
    for (int i = 0; i < all.size(); i++) {
      assertThat(together.get(i).sizes().vec().get())
          .containsExactly(all.get(i).sizes().vec().get());
      assertThat(distance(together.get(i), orthogonalizer.apply(all.get(i)))).isLessThan(1e-10);
      assertThat(distance(all.get(i), inputs.get(i))).as("input is left alone").isZero();
    }
  }

  /** Block by block equals whole; one matrix and a stack take different ways to the blocks. */
  @Test
  void symmetric_products_equal_full_ones() {
    for (long matrices : new long[] {1, 3}) {
      Tensor x = Seeds.normal(8, matrices, 1024, 40).to(ScalarType.Double);
      Tensor a = x.bmm(x.transpose(1, 2));
      Tensor out = torch.empty_like(a);
      SymmetricProduct.of(out, x, x);
      // Sums of 40 products near 1.
      assertThat(distance(out, a)).isLessThan(1e-12);
      SymmetricProduct.plus(out, a, -4.775, a, a, 2.0315);
      Tensor expected = a.mul(new Scalar(-4.775)).add(a.bmm(a), new Scalar(2.0315));
      // Entries near 1e5.
      assertThat(distance(out, expected)).isLessThan(1e-8);
      assertThat(distance(out, out.transpose(1, 2))).isLessThan(1e-8);
    }
  }

  @Test
  void the_form_follows_the_shape() {
    Orthogonalizer half = of(Method.QUINTIC, 5, Precision.BFLOAT16, Form.AUTO);
    Orthogonalizer single = of(Method.QUINTIC, 5, Precision.FLOAT32, Form.AUTO);
    Products direct = new Products(10, 5);
    assertThat(half.products(768, 768, ScalarType.Float)).isEqualTo(direct);
    assertThat(half.products(24, 900, ScalarType.Float)).isEqualTo(direct);
    // Starts before the first and the fourth iteration: 3·4 − 3 and 2·4 − 3 squares.
    assertThat(half.products(3072, 768, ScalarType.Float)).isEqualTo(new Products(4, 14));
    assertThat(single.products(768, 3072, ScalarType.Float)).isEqualTo(new Products(2, 17));
    assertThat(new Products(10, 5).operations(10, 30)).isEqualTo(2 * (10 * 3000 + 5 * 1000));
  }

  @ParameterizedTest
  @CsvSource({"12, 40", "40, 12"})
  void the_benchmark_compares_equals(long rows, long columns) {
    Tensor g = Seeds.normal(9, 1, rows, columns);
    Tensor o = of(Method.QUINTIC, 5, Precision.FLOAT32, Form.AUTO).apply(g);
    Tensor wide = rows > columns ? o.transpose(1, 2) : o;
    try (Tensor expected =
        OrthogonalizationBenchmark.straightforward(g.squeeze(0), ScalarType.Float)) {
      // float32's rounding, 6e-8, times the growth of small values, some hundreds.
      assertThat(distance(wide.squeeze(0), expected)).isLessThan(3e-5);
    }
    var shape = new OrthogonalizationBenchmark.Shape(rows, columns, 2);
    var results =
        OrthogonalizationBenchmark.run(
            List.of(shape),
            of(Method.QUINTIC, 5, Precision.FLOAT32, Form.AUTO),
            3,
            System::nanoTime);
    assertThat(results).hasSize(1);
    assertThat(results.getFirst().orthogonalizer()).hasSize(3).allMatch(ms -> ms > 0);
    assertThat(results.getFirst().speedup()).isPositive();
  }

  /** Sums of squares that over- or underflow, against the published function. */
  @ParameterizedTest
  @CsvSource({"1e-30", "1e-12", "1", "1e18", "1e20", "1e30"})
  void sizes_at_the_ends_of_the_type_are_as_published(double size) {
    Tensor g = Spectrum.from(0.05, 64, 200).to(ScalarType.Float).mul(new Scalar(size));
    Tensor ordinary = Spectrum.from(0.05, 64, 200).to(ScalarType.Float);
    Tensor both = torch.cat(vector(g, ordinary), 0);
    for (Precision precision : new Precision[] {Precision.FLOAT32, Precision.BFLOAT16}) {
      try (Tensor expected =
          OrthogonalizationBenchmark.straightforward(
              g.squeeze(0), precision.of(ScalarType.Float))) {
        for (Form form : Form.values()) {
          Tensor o = of(Method.QUINTIC, 5, precision, form).apply(both);
          // As in the benchmark's test; bfloat16's rounding, 4e-3, on values near 1/√64 and its
          // growth through five iterations.
          assertThat(distance(o.narrow(0, 0, 1).squeeze(0), expected))
              .as("%s %s", precision, form)
              .isLessThan(precision == Precision.FLOAT32 ? 1e-4 : 0.1);
          // The other matrix of the stack is none the worse.
          assertThat(Spectrum.singularValues(o.narrow(0, 1, 1)).min().item_double())
              .isGreaterThan(0.6);
          Tensor aol = of(Method.FIVE_TRIPLES, 4, precision, form).with(Prescaling.AOL).apply(both);
          assertThat(aol.isfinite().all().item_bool()).isTrue();
        }
      }
    }
  }

  @Test
  void no_iteration_is_an_error() {
    assertThatThrownBy(() -> of(Method.QUINTIC, 0, Precision.PARAMETER, Form.AUTO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("iterations is 0");
  }

  private static TensorVector vector(Tensor... tensors) {
    return new TensorVector(tensors);
  }
}
