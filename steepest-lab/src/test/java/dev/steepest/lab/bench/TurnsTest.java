package dev.steepest.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;

class TurnsTest {
  private final StringBuilder order = new StringBuilder();
  private int asked;

  private DoubleSupplier side(char name) {
    return () -> {
      order.append(name);
      return asked++;
    };
  }

  @Test
  void everyRoundBeginsWithAnotherSideAndTheFirstDoesNotCount() {
    List<double[]> heard = new ArrayList<>();
    double[][] measured = Turns.inTurn(3, List.of(side('a'), side('b'), side('c')), heard::add);
    assertThat(order).hasToString("abc" + "bca" + "cab" + "abc");
    assertThat(measured).isDeepEqualTo(new double[][] {{5, 7, 9}, {3, 8, 10}, {4, 6, 11}});
    assertThat(heard)
        .containsExactly(new double[] {5, 3, 4}, new double[] {7, 8, 6}, new double[] {9, 10, 11});
  }

  @Test
  void withoutRoundsOrSidesNothingCanBeCompared() {
    assertThatThrownBy(() -> Turns.inTurn(0, List.of(side('a')), _ -> {}))
        .hasMessageContaining("rounds = 0");
    assertThatThrownBy(() -> Turns.inTurn(1, List.of(), _ -> {})).hasMessageContaining("0 sides");
  }

  @Test
  void ratiosAreMadeWithinRounds() {
    assertThat(Spread.ofRatios(new double[] {1, 4, 9}, new double[] {1, 2, 3}))
        .isEqualTo(new Spread(2, 1, 3));
    assertThatThrownBy(() -> Spread.ofRatios(new double[] {1}, new double[] {1, 2}))
        .hasMessageContaining("1 and 2");
  }
}
