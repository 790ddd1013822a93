package dev.steepest.lab.train;

import dev.steepest.lab.model.Network;
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
  private final CrossEntropy plainLoss = new CrossEntropy(0);

  /** Which labels the loss is of. */
  enum Labels {
    /** Those of the batch, smoothed as planned. */
    GIVEN,
    /**
     * Drawn from the network's own predictions: the loss whose gradient estimates the curvature.
     */
    DRAWN
  }

  /** Hears the mean loss of each part. */
  @FunctionalInterface
  interface Listener {
    Listener NONE = (_, _) -> {};

    void part(Tensor meanLoss, long count);
  }

  BackwardPass(Network network, TrainingPlan plan, Device device) {
    this.network = network;
    this.plan = plan;
    this.device = device;
    loss = new CrossEntropy(plan.labelSmoothing());
  }

  /**
   * Leaves the gradient of the batch's mean loss, times {@code scale}, in the parameters.
   *
   * @return the mean loss, without the scale
   */
  Tensor run(MiniBatch batch, Labels labels, double scale, Listener listener) {
    long size = batch.size();
    long parts = Math.min(plan.accumulation(), size);
    Tensor total = null;
    for (long part = 0; part < parts; part++) {
      long from = part * size / parts;
      long count = (part + 1) * size / parts - from;
      Tensor mean = forward(batch, labels, from, count);
      listener.part(mean, count);
      double weight = (double) count / size;
      backward(mean, weight * scale);
      Tensor share = weight == 1 ? mean.detach() : mean.detach().mul(new Scalar(weight));
      total = total == null ? share : total.add_(share);
    }
    return total;
  }

  private Tensor forward(MiniBatch batch, Labels wanted, long from, long count) {
    boolean whole = count == batch.size();
    Tensor inputs = whole ? batch.inputs() : batch.inputs().narrow(0, from, count);
    Tensor labels = whole ? batch.labels() : batch.labels().narrow(0, from, count);
    try (Autocast _ = Autocast.on(device, plan.precision())) {
      Tensor logits = network.forward(inputs);
      return switch (wanted) {
        case GIVEN -> loss.apply(logits, labels);
        case DRAWN -> plainLoss.apply(logits, draw(logits));
      };
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
