package dev.steepest.lab.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

class DropoutTest {
  private static final int COUNT = 1_000_003; // not a multiple of the four values per draw

  @Test
  void dropsTheAskedShareAndScalesTheRestByItsInverse() {
    try (PointerScope _ = new PointerScope()) {
      Site site = Site.root(1);
      torch.manual_seed(11);
      Tensor x = torch.ones(COUNT);
      Tensor y = new Dropout(site, 0.1).apply(x, Mode.TRAIN);
      double kept = y.count_nonzero().item_long() / (double) COUNT;
      // One standard deviation is √(.1·.9/10⁶) = 3e-4.
      assertThat(kept).isCloseTo(0.9, within(1.2e-3));
      assertThat((double) y.max().item_float()).isCloseTo(1 / 0.9, within(2e-5)); // p to 2⁻¹⁶
      site.state().close();
    }
  }

  /** The four values of one draw must be dropped independently, each at the same rate. */
  @Test
  void everyPositionWithinADrawIsDroppedAlike() {
    try (PointerScope _ = new PointerScope()) {
      Site site = Site.root(1);
      torch.manual_seed(12);
      Tensor y = new Dropout(site, 0.5).apply(torch.ones(250_000, 4), Mode.TRAIN);
      Tensor dropped = y.eq(new Scalar(0)).to(ScalarType.Double);
      for (int i = 0; i < 4; i++) {
        // One standard deviation is 1e-3.
        assertThat(dropped.select(1, i).mean().item_double()).isCloseTo(0.5, within(4e-3));
        for (int j = 0; j < i; j++) {
          double both = dropped.select(1, i).mul(dropped.select(1, j)).mean().item_double();
          assertThat(both).isCloseTo(0.25, within(4e-3));
        }
      }
      site.state().close();
    }
  }

  @Test
  void theGradientPassesWhereTheValuePassed() {
    try (PointerScope _ = new PointerScope()) {
      Site site = Site.root(1);
      Tensor x = torch.ones(64, 8).requires_grad_(true);
      Tensor y = new Dropout(site, 0.3).apply(x, Mode.TRAIN);
      y.sum().backward();
      assertThat(x.grad().equal(y)).isTrue();
      assertThat(new Dropout(site, 0.3).apply(x, Mode.EVAL)).isSameAs(x);
      site.state().close();
    }
  }
}
