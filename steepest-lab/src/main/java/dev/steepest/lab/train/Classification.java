package dev.steepest.lab.train;

import dev.steepest.lab.data.augment.TestTimeAugmentation;
import dev.steepest.lab.model.Network;
import dev.steepest.lab.train.LossPlan.Reduction;
import java.util.Optional;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** One label for each sample: cross entropy of logits [B, C]. */
final class Classification implements Objective {
  private final Network network;
  private final LossPlan plan;
  private final CrossEntropy loss;
  private final LongOptional classDimension = new LongOptional(1).retainReference();

  Classification(Network network, LossPlan plan) {
    this.network = network;
    this.plan = plan;
    loss = new CrossEntropy(plan.reduction());
  }

  @Override
  public long items(MiniBatch batch) {
    return batch.size();
  }

  @Override
  public double weight(MiniBatch part, Labels labels, long itemsOfBatch) {
    return isSummed(labels) ? 1 : (double) part.size() / itemsOfBatch;
  }

  private boolean isSummed(Labels labels) {
    return labels == Labels.GIVEN && plan.reduction() == Reduction.SUM;
  }

  /** Losses of given labels are reduced as planned, those of drawn ones averaged. */
  @Override
  public Pass pass(MiniBatch part, Labels labels, double done) {
    Tensor logits = network.forward(part.inputs());
    Optional<Tensor> hits = Optional.of(hits(logits, part.labels()));
    if (labels == Labels.DRAWN) {
      Tensor mean = CrossEntropy.MEAN.apply(logits, draw(logits));
      return new Pass(mean, mean.detach(), hits);
    }
    Tensor value = loss.apply(logits, part, plan.smoothingAt(done));
    Tensor seen = value.detach();
    return new Pass(
        value, isSummed(labels) ? seen.div(new Scalar((double) part.size())) : seen, hits);
  }

  /** One class for each row [B] of the logits [B, C], as likely as the network says. */
  private static Tensor draw(Tensor logits) {
    try (AutoGradMode _ = new AutoGradMode(false)) {
      return logits.to(ScalarType.Float).softmax(1).multinomial(1).squeeze(1);
    }
  }

  private Tensor hits(Tensor logits, Tensor labels) {
    try (AutoGradMode _ = new AutoGradMode(false)) {
      return logits.argmax(classDimension, false).eq(labels).sum();
    }
  }

  /** Logits are averaged over the views. */
  @Override
  public Judged judge(MiniBatch batch, TestTimeAugmentation views) {
    Tensor logits = views.logits(batch.inputs(), network::forward);
    double mean = CrossEntropy.MEAN.apply(logits, batch.labels()).item_float();
    long hits = hits(logits, batch.labels()).item_long();
    return new Judged(mean * batch.size(), hits, batch.size());
  }
}
