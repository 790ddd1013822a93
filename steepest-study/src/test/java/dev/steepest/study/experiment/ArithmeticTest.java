package dev.steepest.study.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArithmeticTest {
  private static double value(String formula) {
    return Arithmetic.parse(formula)
        .value(
            Map.of(
                "lr", new BigDecimal("11.5"),
                "momentum", new BigDecimal("0.85"),
                "wd", new BigDecimal("0.0153"),
                "e", new BigDecimal("7"),
                "LR", new BigDecimal("3")))
        .doubleValue();
  }

  /**
   * Exact rational arithmetic, rounded once:
   *
   * <pre>
   * python3 -c 'from fractions import Fraction as F
   * l,m,w=F("11.5"),F("0.85"),F("0.0153"); k=1024*(1+1/(1-m))
   * print(*map(repr,map(float,[l/k, 64*l/k, w*1024/k, w*1024/l, F(1,3), F("0.1")+F("0.2"), F("0.1")*3, 1-F("0.9"), F("1.1")**2])))'
   * </pre>
   */
  @ParameterizedTest
  @CsvSource({
    "lr / (1024 * (1 + 1 / (1 - momentum))), 0.00146484375",
    "64 * lr / (1024 * (1 + 1 / (1 - momentum))), 0.09375",
    "wd * 1024 / (1024 * (1 + 1 / (1 - momentum))), 0.0019956521739130434",
    "wd * 1024 / lr, 1.3623652173913043",
    "1 / 3, 0.3333333333333333",
    "0.1 + 0.2, 0.3",
    "0.1 * 3, 0.3",
    "1 - 0.9, 0.1",
    "1.1 ^ 2, 1.21",
  })
  void theNearestDoubleOfTheRealValue(String formula, double expected) {
    assertThat(value(formula)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "min(3, lr, 2); 2",
        "max(3, lr); 11.5",
        "abs(-lr); 11.5",
        "floor(lr) + ceiling(lr); 23",
        "sqrt(2); 1.4142135623730951",
        "2 ^ 0.5; 1.4142135623730951",
        "2 ^ (-1); 0.5",
        "2 ^ 2 ^ 3; 256",
        "-2 ^ 2; -4",
        "2 - 3 - 4; -5",
        "8 / 4 / 2; 1",
        "1e-3 * lr; 0.0115",
        "e + 1; 8",
        "lr + LR; 14.5",
      })
  void meansWhatMathematiciansMean(String formula, double expected) {
    assertThat(value(formula)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "2 lr",
        "lr +",
        "(lr",
        "lr, 1",
        "lr == 1",
        "lr # 2",
        "lr[0]",
        "\"a\"",
        "min()",
        "IF(1, 2, 3)",
        "random()",
        "3 % 2",
        "2 ^ -1"
      })
  void whatIsNoArithmeticIsRefused(String formula) {
    assertThatThrownBy(() -> Arithmetic.parse(formula))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .containsAnyOf("cannot be read", "there is no function");
  }

  @ParameterizedTest
  @CsvSource({
    "1 / (lr - lr), division by zero",
    "0 / (1 - 1), division by zero",
    "sqrt(-lr), sqrt: parameter must not be negative",
    "(-8) ^ (1 / 3), no finite real value",
    "0 ^ (-1), division by zero",
    "10 ^ 1000000000, beyond all numbers",
  })
  void whatHasNoResultSaysSo(String formula, String expected) {
    assertThatThrownBy(() -> value(formula))
        .isInstanceOf(ArithmeticException.class)
        .hasMessageContaining(expected);
  }

  @Test
  void namesAreAsTheyAreWritten() {
    assertThat(Arithmetic.parse("lr * LR + max(lr, wd)").names()).containsExactly("lr", "LR", "wd");
  }
}
