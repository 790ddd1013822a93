package dev.steepest.lab.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

class CausalAttentionTest {

  /** Several blocks, the last one short, against the whole product under one mask. */
  @Test
  void blocksGiveTheWholeMaskedProduct() {
    long time = 600;
    try (PointerScope _ = new PointerScope()) {
      Site site = Site.root(1);
      var attention = new CausalAttention(site, 700, 4, 0);
      site.state().move(new Device("cpu"), ScalarType.Double);
      torch.manual_seed(2);
      Tensor q = torch.randn(2, time, 3, 4).to(ScalarType.Double);
      Tensor k = torch.randn(2, time, 3, 4).to(ScalarType.Double);
      Tensor v = torch.randn(2, time, 3, 4).to(ScalarType.Double);
      Tensor future = torch.ones(time, time).triu(1).to(ScalarType.Bool);
      Tensor scores =
          q.transpose(1, 2).matmul(k.transpose(1, 2).transpose(2, 3)).div(new Scalar(2.0));
      Tensor weights = scores.masked_fill(future, new Scalar(Double.NEGATIVE_INFINITY)).softmax(-1);
      Tensor expected = weights.matmul(v.transpose(1, 2)).transpose(1, 2).reshape(2, time, 12);
      Tensor actual = attention.apply(q, k, v, Mode.EVAL);
      assertThat(State.shape(actual)).containsExactly(2, time, 12);
      assertThat(actual.sub(expected).abs().max().item_double())
          .isLessThan(1e-13); // of sums of 600
      site.state().close();
    }
  }
}
