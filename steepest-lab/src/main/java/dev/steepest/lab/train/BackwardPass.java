package dev.steepest.lab.train;

import dev.steepest.lab.model.Network;
import dev.steepest.lab.train.LossPlan.Reduction;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Forward and backward over one batch, a part of it at a time. */
final class BackwardPass {
  private final Network network;
  private final TrainingPlan plan;
  private final Device device;
  private final CrossEntropy loss;

  /** Which labels the loss is of. */
  enum Labels {
    /** Those of the batch, smoothed as planned. */
    GIVEN,
    /**
     * Drawn from the network's own predictions: the loss whose gradient estimates the curvature.
     */
    DRAWN
  }

  /** Hears of each part of a batch. */
  @FunctionalInterface
  interface Listener {
    Listener NONE = (_, _, _) -> {};

    /**
     * @param meanLoss over the part's samples
     * @param logits [B, C]
     * @param labels [B]
     */
    void part(Tensor meanLoss, Tensor logits, Tensor labels);
  }

  BackwardPass(Network network, TrainingPlan plan, Device device) {
    this.network = network;
    this.plan = plan;
    this.device = device;
    loss = new CrossEntropy(plan.loss().reduction());
  }

  /**
   * Leaves the gradient of the batch's loss times {@code scale} in the parameters. Losses of given
   * labels are reduced as planned, those of drawn ones averaged.
   *
   * @param done share of the run's steps made before
   * @return the mean loss, without the scale
   */
  Tensor run(MiniBatch batch, Labels labels, double done, double scale, Listener listener) {
    boolean summed = labels == Labels.GIVEN && plan.loss().reduction() == Reduction.SUM;
    long size = batch.size();
    long parts = Math.min(plan.accumulation(), size);
    Tensor total = null;
    for (long i = 0; i < parts; i++) {
      long from = i * size / parts;
      long count = (i + 1) * size / parts - from;
      MiniBatch part = batch.part(from, count);
      Forward forward = forward(part, labels, done);
      double weight = (double) count / size;
      Tensor value = forward.loss.detach();
      Tensor mean = summed ? value.div(new Scalar((double) count)) : value;
      listener.part(mean, forward.logits, part.labels());
      backward(forward.loss, (summed ? 1 : weight) * scale);
      Tensor share = weight == 1 ? mean : mean.mul(new Scalar(weight));
      total = total == null ? share : total.add_(share);
    }
    return total;
  }

  private record Forward(Tensor logits, Tensor loss) {}

  private Forward forward(MiniBatch part, Labels wanted, double done) {
    try (Autocast _ = Autocast.on(device, plan.precision())) {
      Tensor logits = network.forward(part.inputs());
      return new Forward(
          logits,
          switch (wanted) {
            case GIVEN -> loss.apply(logits, part, plan.loss().smoothingAt(done));
            case DRAWN -> CrossEntropy.MEAN.apply(logits, draw(logits));
          });
    }
  }

  /** One class for each row [B] of the logits [B, C], as likely as the network says. */
  private static Tensor draw(Tensor logits) {
    try (AutoGradMode _ = new AutoGradMode(false)) {
      return logits.to(ScalarType.Float).softmax(1).multinomial(1).squeeze(1);
    }
  }

  private void backward(Tensor mean, double weight) {
    try (PointerScope _ = new PointerScope()) {
      network.backward(weight == 1 ? mean : mean.mul(new Scalar(weight)));
    }
  }
}
