package dev.steepest.lab.train;

import static org.bytedeco.pytorch.global.torch.empty_like;

import dev.steepest.lab.data.augment.TestTimeAugmentation;
import dev.steepest.lab.model.LanguageNetwork;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Every position predicts the token behind it: cross entropy averaged over the tokens of a batch,
 * [B, T], all of which have a target in training. What a network adds to its own loss (a router's
 * penalty) is seen for each part of a batch apart.
 */
final class NextToken implements Objective {
  private final LanguageNetwork network;

  NextToken(LanguageNetwork network) {
    this.network = network;
  }

  @Override
  public long items(MiniBatch batch) {
    return batch.labels().numel();
  }

  @Override
  public double weight(MiniBatch part, Labels labels, long itemsOfBatch) {
    return (double) items(part) / itemsOfBatch;
  }

  @Override
  public Pass pass(MiniBatch part, Labels labels, double done) {
    Tensor targets = labels == Labels.DRAWN ? draw(part) : part.labels();
    Tensor loss = network.loss(part.inputs(), targets);
    return new Pass(loss, loss.detach(), Optional.empty());
  }

  /** A token for each position, as likely as the network says; sequence by sequence for memory. */
  private Tensor draw(MiniBatch part) {
    Tensor drawn = empty_like(part.labels());
    try (AutoGradMode _ = new AutoGradMode(false)) {
      for (long b = 0; b < part.size(); b++) {
        try (PointerScope _ = new PointerScope()) {
          Tensor logits_TV = network.forward(part.inputs().narrow(0, b, 1)).squeeze(0);
          Tensor tokens_T1 = logits_TV.to(ScalarType.Float).softmax(-1).multinomial(1);
          drawn.select(0, b).copy_(tokens_T1.squeeze(1));
        }
      }
    }
    torch.clear_cache(); // of autocast: weights that were cast here have no graph
    return drawn;
  }

  /** Text has one view. */
  @Override
  public Judged judge(MiniBatch batch, TestTimeAugmentation views) {
    LanguageNetwork.Judgement sums = network.evaluate(batch.inputs(), batch.labels());
    return new Judged(
        sums.loss().to(ScalarType.Double).item_double(),
        sums.hits().item_long(),
        sums.counted().item_long());
  }
}
