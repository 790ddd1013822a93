package dev.steepest.lab.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RotaryTest {
  private static final int FEATURES = 12;
  private static final int TIME = 40;
  private PointerScope scope;
  private Site site;

  @BeforeEach
  void open() {
    scope = new PointerScope();
    site = Site.root(1);
  }

  @AfterEach
  void close() {
    site.state().close();
    scope.close();
  }

  /** The same vector at every position, turned: [T, d], double. */
  private Tensor turned(Rotary rotary, Tensor vector) {
    Tensor everywhere = vector.expand(1, TIME, 1, FEATURES);
    return rotary.apply(everywhere).select(0, 0).select(1, 0).to(ScalarType.Double);
  }

  private Tensor vector(long seed) {
    torch.manual_seed(seed);
    return torch.randn(FEATURES);
  }

  /** Largest difference between products of the same distance, over the vectors' lengths. */
  private double spreadOfProducts(Rotary rotary) {
    Tensor q = vector(1);
    Tensor k = vector(2);
    Tensor products = turned(rotary, q).matmul(turned(rotary, k).t());
    double worst = 0;
    for (int distance = -10; distance <= 10; distance++) {
      Tensor same = products.diagonal(distance, 0, 1);
      worst = Math.max(worst, same.max().item_double() - same.min().item_double());
    }
    // Another distance gives another product, or the test would see nothing.
    assertThat(products.select(0, 0).std().item_double()).isGreaterThan(0.1);
    return worst / (q.norm().item_float() * k.norm().item_float());
  }

  @Test
  void productsDependOnTheDistanceOnly() {
    // float32 angles up to 40 are off by 40·6e-8, twice.
    assertThat(spreadOfProducts(Rotary.neighbours(site, TIME, FEATURES))).isLessThan(1e-5);
    // bfloat16 tables are off by 2⁻⁹ of the cosine in each of two turns.
    assertThat(spreadOfProducts(Rotary.halves(site, TIME, FEATURES))).isLessThan(0x1p-7 * 1.5);
  }

  @Test
  void eachPairIsTurnedByItsAngle() {
    Tensor x = vector(3);
    Tensor neighbours = turned(Rotary.neighbours(site, TIME, FEATURES), x);
    Tensor halves = turned(Rotary.halves(site, TIME, FEATURES), x);
    int t = 7;
    for (int j = 0; j < FEATURES / 2; j++) {
      double angle = t * Math.pow(10_000, -2.0 * j / FEATURES);
      double cos = Math.cos(angle);
      double sin = Math.sin(angle);
      double a = at(x, 2 * j);
      double b = at(x, 2 * j + 1);
      // float32 arithmetic on values up to 3.
      assertThat(at(neighbours.select(0, t), 2 * j)).isCloseTo(a * cos - b * sin, within(3e-6));
      assertThat(at(neighbours.select(0, t), 2 * j + 1)).isCloseTo(a * sin + b * cos, within(3e-6));
      double first = at(x, j);
      double second = at(x, j + FEATURES / 2);
      double rounding = 0x1p-8 * (Math.abs(first) + Math.abs(second)); // bfloat16's
      assertThat(at(halves.select(0, t), j))
          .isCloseTo(first * cos + second * sin, within(rounding));
      assertThat(at(halves.select(0, t), j + FEATURES / 2))
          .isCloseTo(second * cos - first * sin, within(rounding));
    }
  }

  @Test
  void theFirstPositionIsLeftAsItIs() {
    Tensor x = vector(4);
    for (Rotary rotary :
        new Rotary[] {
          Rotary.neighbours(site, TIME, FEATURES), Rotary.halves(site, TIME, FEATURES)
        }) {
      assertThat(turned(rotary, x).select(0, 0).equal(x.to(ScalarType.Double))).isTrue();
    }
  }

  private static double at(Tensor vector, int index) {
    return vector.select(0, index).to(ScalarType.Double).item_double();
  }
}
