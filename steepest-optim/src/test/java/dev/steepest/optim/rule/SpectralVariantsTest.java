package dev.steepest.optim.rule;

import static dev.steepest.optim.rule.Trial.after;
import static dev.steepest.optim.rule.Trial.distance;
import static dev.steepest.optim.rule.Trial.normal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.optim.Rule;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds of the rules around Muon whatever the gradients, and where they are one another. */
class SpectralVariantsTest {

  /** float64 through ten products of the iteration and some steps: 1e-16 times some thousand. */
  private static final double ROUNDING = 1e-12;

  /** Settings in which all rules orthogonalise alike and in full precision. */
  private static final Map<String, Object> EXACT =
      Map.of(
          "lr", 0.1,
          "precision", "parameter",
          "orthogonalization", "polar_express_speedrun",
          "scale", "none",
          "weight_decay", 0.0);

  private PointerScope scope;

  @BeforeEach
  void open() {
    scope = new PointerScope();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private static Map<String, Object> exact(Object... more) {
    Map<String, Object> given = new TreeMap<>(EXACT);
    for (int i = 0; i < more.length; i += 2) {
      given.put((String) more[i], more[i + 1]);
    }
    return given;
  }

  private static Map<String, Object> muon(Object... more) {
    Map<String, Object> given = exact(more);
    given.putIfAbsent("momentum_form", "sum");
    given.putIfAbsent("nesterov", false);
    given.putIfAbsent("eps", 1e-8);
    return given;
  }

  private static IntFunction<Tensor> gradients(long... shape) {
    return step -> normal(100 + step, shape);
  }

  /** A step of length 1 from the start with the gradient of step 0. */
  private static Tensor direction(
      Class<? extends Rule> rule, Map<String, Object> given, long... shape) {
    Tensor start = normal(1, shape);
    return start.sub(after(rule, given, start, 1, gradients(shape))).div(new Scalar(0.1));
  }

  @Test
  void a_step_of_normuon_is_as_long_as_muons() {
    for (long[] shape : new long[][] {{7, 4}, {4, 7}, {6, 6}}) {
      Tensor start = normal(1, shape);
      Map<String, Object> noMomentum = muon("momentum", 0);
      try (Trial nor = new Trial(NorMuon.class, noMomentum, start, 1);
          Trial plain = new Trial(Muon.class, noMomentum, start, 1)) {
        for (int step = 0; step < 5; step++) {
          Tensor before = nor.weight.clone();
          Tensor beforePlain = plain.weight.clone();
          nor.step(normal(100 + step, shape), 1);
          plain.step(normal(100 + step, shape), 1);
          double length = nor.weight.sub(before).norm().item_double();
          double muons = plain.weight.sub(beforePlain).norm().item_double();
          assertThat(length).isCloseTo(muons, within(ROUNDING));
        }
      }
    }
  }

  @Test
  void rows_of_normuon_are_equal_once_their_variance_has_settled() {
    // The same direction in each step: v is its rows' mean square times one number.
    Tensor g = normal(5, 7, 4);
    Tensor start = normal(1, 7, 4);
    try (Trial trial = new Trial(NorMuon.class, exact("momentum", 0), start, 1)) {
      for (int step = 0; step < 50; step++) {
        Tensor before = trial.weight.clone();
        trial.step(g, 1);
        Tensor lengths = trial.weight.sub(before).square().sum(1).sqrt();
        double most = lengths.max().item_double();
        double least = lengths.min().item_double();
        // 1e-8 beside √v, which is from .08 up: the rows' lengths near .4, from v near .05·.16.
        assertThat(most / least).isCloseTo(1, within(1e-6));
      }
    }
    Tensor muons = direction(Muon.class, muon("momentum", 0), 7, 4).square().sum(1).sqrt();
    assertThat(muons.max().item_double() / muons.min().item_double()).isGreaterThan(1.1);
  }

  @Test
  void normuon_on_one_row_is_muon() {
    Tensor start = normal(1, 1, 9);
    assertThat(
            distance(
                after(NorMuon.class, muon(), start, 6, gradients(1, 9)),
                after(Muon.class, muon(), start, 6, gradients(1, 9))))
        .isLessThan(ROUNDING);
  }

  @Test
  void dion2_on_all_slices_is_muon() {
    for (long[] shape : new long[][] {{7, 4}, {4, 7}, {6, 6}}) {
      Tensor start = normal(1, shape);
      // M ← M + G, used, then M ← μM: what is used is Muon's μM + G.
      Map<String, Object> all = exact("fraction", 1, "ef_decay", 0.9, "weight_decay", 0.2);
      Map<String, Object> same = muon("momentum", 0.9, "weight_decay", 0.2);
      assertThat(
              distance(
                  after(Dion2.class, all, start, 6, gradients(shape)),
                  after(Muon.class, same, start, 6, gradients(shape))))
          .isLessThan(ROUNDING);
    }
  }

  @Test
  void nordion2_on_all_rows_is_normuon() {
    for (long[] shape : new long[][] {{7, 4}, {4, 7}}) {
      Tensor start = normal(1, shape);
      Map<String, Object> all = exact("fraction", 1, "momentum", 0.9, "beta2", 0.7);
      Map<String, Object> same = exact("momentum", 0.9, "beta2", 0.7);
      assertThat(
              distance(
                  after(NorDion2.class, all, start, 6, gradients(shape)),
                  after(NorMuon.class, same, start, 6, gradients(shape))))
          .isLessThan(ROUNDING);
    }
  }

  @Test
  void dion2_moves_and_shrinks_the_heaviest_slices_only() {
    Tensor start = normal(1, 6, 9);
    Tensor g = normal(2, 6, 9).mul(new Scalar(0.01));
    for (int heavy : new int[] {1, 4}) {
      g.select(0, heavy).mul_(new Scalar(1000.0));
    }
    try (Trial trial = new Trial(Dion2.class, exact("fraction", 0.3, "ef_decay", 0.5), start, 1)) {
      trial.step(g, 1);
      Tensor step = trial.weight.sub(start);
      Tensor momentum = trial.state("momentum");
      for (int row = 0; row < 6; row++) {
        boolean selected = row == 1 || row == 4; // ⌈.3·6⌉ = 2
        double kept = selected ? 0.5 : 1;
        assertThat(step.select(0, row).abs().max().item_double() > 0).isEqualTo(selected);
        assertThat(distance(momentum.select(0, row), g.select(0, row).mul(new Scalar(kept))))
            .isZero();
      }
      // What moves is orthogonal: its two rows are as long as the singular values, 1 within 5 %.
      assertThat(step.norm().item_double()).isCloseTo(0.1 * Math.sqrt(2), within(0.01));
    }
  }

  @Test
  void dion2_selects_columns_where_they_are_fewer_and_nordion2_rows_always() {
    assertThat(moved(Dion2.class, 1)).isEqualTo(8);
    assertThat(moved(Dion2.class, 0)).isEqualTo(2); // ⌈.25·5⌉
    assertThat(moved(NorDion2.class, 1)).isEqualTo(2); // ⌈.25·8⌉
    assertThat(moved(NorDion2.class, 0)).isEqualTo(5);
  }

  /** How many slices of an 8×5 matrix move in a step: rows summed over columns, or columns. */
  private static long moved(Class<? extends Rule> rule, int over) {
    Tensor step = direction(rule, exact("fraction", 0.25), 8, 5);
    return step.abs().sum(over).gt(new Scalar(0.0)).sum().item_long();
  }

  @Test
  void a_stacked_filter_is_many_matrices() {
    for (Class<? extends Rule> rule :
        List.<Class<? extends Rule>>of(NorMuon.class, Dion2.class, NorDion2.class)) {
      Map<String, Object> stacked = exact("filters", "stacked", "scale", "spectral");
      Tensor start = normal(1, 3, 2, 4, 5);
      Tensor all = after(rule, stacked, start, 4, gradients(3, 2, 4, 5));
      for (int kernel = 0; kernel < 6; kernel++) {
        int o = kernel / 2;
        int i = kernel % 2;
        Tensor alone =
            after(
                rule,
                exact("scale", "spectral"),
                start.select(0, o).select(0, i),
                4,
                step -> normal(100 + step, 3, 2, 4, 5).select(0, o).select(0, i));
        assertThat(distance(all.select(0, o).select(0, i), alone)).isLessThan(ROUNDING);
      }
    }
  }

  @Test
  void kernel_rows_are_normalised_within_the_flattened_direction() {
    Tensor muons = direction(Muon.class, muon("momentum", 0), 5, 2, 3, 4);
    Tensor nor =
        direction(NorMuon.class, exact("momentum", 0, "filters", "kernel_rows"), 5, 2, 3, 4);
    for (int kernel = 0; kernel < 10; kernel++) {
      Tensor before = muons.select(0, kernel / 2).select(0, kernel % 2);
      Tensor after = nor.select(0, kernel / 2).select(0, kernel % 2);
      assertThat(after.norm().item_double())
          .isCloseTo(before.norm().item_double(), within(ROUNDING));
      // First step: v is .05 of the row's own mean square, so all rows get one length.
      Tensor rows = after.square().sum(1).sqrt();
      assertThat(rows.max().item_double()).isCloseTo(rows.min().item_double(), within(1e-6));
    }
    Tensor dion2 = direction(Dion2.class, exact("filters", "kernel_rows"), 5, 2, 3, 4);
    // ⌈.25·3⌉ of each kernel's three rows
    assertThat(dion2.abs().sum(3).gt(new Scalar(0.0)).sum(2).eq(new Scalar(1)).all().item_bool())
        .isTrue();
    // Flattened (5, 8) and made orthogonal: five singular values within the set's 5 %.
    assertThat(dion2.norm().item_double()).isCloseTo(Math.sqrt(5), within(0.15));
  }

  @ParameterizedTest
  @ValueSource(classes = {Muon.class, NorMuon.class, Dion2.class, NorDion2.class, AdaMuon.class})
  void the_scale_of_the_gradients_does_not_matter(Class<? extends Rule> rule) {
    Map<String, Object> given = new TreeMap<>(Map.of("lr", 0.1, "precision", "parameter"));
    if (rule != AdaMuon.class) {
      given.put("eps", 1e-200); // a power of two then passes through exactly
    }
    Tensor start = normal(1, 6, 4);
    Tensor once = after(rule, given, start, 5, gradients(6, 4));
    for (double c : new double[] {1024, 0x1p-20}) {
      Tensor scaled =
          after(rule, given, start, 5, step -> normal(100 + step, 6, 4).mul(new Scalar(c)));
      assertThat(distance(once, scaled)).as("gradients times %s", c).isLessThan(1e-15);
    }
  }
}
