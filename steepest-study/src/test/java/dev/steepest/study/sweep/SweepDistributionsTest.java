package dev.steepest.study.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.study.search.Distribution;
import dev.steepest.study.search.RandomSearch;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every distribution that W&B documents means what it means there: its value at a share u of the
 * probability is {@code HyperParameter.ppf(u)} of wandb/sweeps ({@code params.py}), whose formulas
 * are written beside the lines. Φ⁻¹(0.9) = 1.2815516.
 */
class SweepDistributionsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # written                                                     | u    | value
          # min + u (max − min)
          {distribution: uniform, min: 2, max: 4}                       | 0.25 | 2.5
          {min: 2.0, max: 4}                                            | 0.25 | 2.5
          {min: 2, max: 4.0}                                            | 0.25 | 2.5
          # ⌈u n⌉-th of min … max
          {min: 2, max: 5}                                              | 0.3  | 3
          {distribution: int_uniform, min: -5, max: -2}                 | 0.9  | -2
          # round(uniform / q) q
          {distribution: q_uniform, min: 0, max: 1, q: 0.2}             | 0.55 | 0.6
          {distribution: q_uniform, min: 0, max: 100, q: 8}             | 0.5  | 48
          {distribution: q_uniform, min: 0, max: 10}                    | 0.26 | 3
          # exp(min + u (max − min))
          {distribution: log_uniform, min: -4, max: 0}                  | 0.5  | 0.1353352832
          {distribution: q_log_uniform, min: 0, max: 6, q: 5}           | 0.5  | 20
          # exp(log min + u (log max − log min))
          {distribution: log_uniform_values, min: 1e-4, max: 1e-1}      | 0.3333333333333333 | 0.001
          {distribution: q_log_uniform_values, min: 32, max: 256, q: 8} | 0.5  | 88
          # exp(−(min + (1 − u) (max − min)))
          {distribution: inv_log_uniform, min: 1, max: 3}               | 0.25 | 0.0820849986
          # the same with min = −log max, max = −log min
          {distribution: inv_log_uniform_values, min: 0.01, max: 1}     | 0.25 | 0.0316227766
          # mu + sigma Φ⁻¹(u)
          {distribution: normal}                                        | 0.9  | 1.2815516
          {distribution: normal, mu: 10, sigma: 2}                      | 0.9  | 12.5631031
          {distribution: q_normal, mu: 10, sigma: 2, q: 0.5}            | 0.9  | 12.5
          {distribution: q_normal, sigma: 10}                           | 0.9  | 13
          # exp(mu + sigma Φ⁻¹(u))
          {distribution: log_normal}                                    | 0.9  | 3.6022245
          {distribution: log_normal, mu: -1, sigma: 0.5}                | 0.9  | 0.6982178
          {distribution: q_log_normal, mu: 2, sigma: 1, q: 2}           | 0.9  | 26
          # u^(1/a) where b is 1, 1 − (1 − u)^(1/b) where a is
          {distribution: beta, a: 2}                                    | 0.25 | 0.5
          {distribution: beta, b: 2}                                    | 0.75 | 0.5
          {distribution: q_beta, a: 2, b: 1, q: 0.2}                    | 0.25 | 0.4
          """)
  void numbersAreThoseOfWandb(String written, double share, double value) {
    Object found = read(written).at(share);

    assertThat(((Number) found).doubleValue()).isCloseTo(value, within(1e-7));
    // A step that is whole gives whole numbers.
    assertThat(found instanceof Long)
        .isEqualTo(
            written.contains("int_")
                || written.equals("{min: 2, max: 5}")
                || (written.contains("q_") && !written.contains("q: 0")));
  }

  @Test
  void valuesKeepTheirTypes() {
    Distribution values = read("{values: [1, 0.1, 1e-3, adam, true, False, 1_000, -.5, 1e400]}");

    assertThat(values.size()).hasValue(9);
    assertThat(List.of(0, 1, 2, 3, 4, 5, 6, 7, 8).stream().map(i -> values.point(i)))
        .containsExactly(1L, 0.1, 0.001, "adam", true, false, 1000L, -0.5, "1e400");
    assertThat(read("{value: sgd}").at(0.7)).isEqualTo("sgd");
    assertThat(read("{distribution: constant, value: 3}").at(0.7)).isEqualTo(3L);
  }

  @Test
  void probabilitiesAreShares() {
    for (String distribution : List.of("", ", distribution: categorical_w_probabilities")) {
      Distribution weighted =
          read("{values: [a, b, c, d], probabilities: [0.2, 0.5, 0, 0.3]" + distribution + "}");

      assertThat(weighted.at(0.19)).isEqualTo("a");
      assertThat(weighted.at(0.21)).isEqualTo("b");
      assertThat(weighted.at(0.69)).isEqualTo("b");
      assertThat(weighted.at(0.71)).isEqualTo("d");
      assertThat(weighted.size()).as("what has no probability is no value").hasValue(3);
    }
    assertThat(read("{distribution: categorical, values: [a, b]}").at(0.5)).isEqualTo("b");
  }

  private static Distribution read(String written) {
    Sweep sweep =
        SweepFile.read("method: random\nparameters:\n  x: " + written, "sweep.yaml", List.of());
    return ((RandomSearch) sweep.searcher()).space().parameters().getFirst().distribution();
  }
}
