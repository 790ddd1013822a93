package dev.steepest.lab.train;

import dev.steepest.lab.model.Network;
import dev.steepest.lab.train.Objective.Labels;
import dev.steepest.lab.train.Objective.Pass;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** Forward and backward over one batch, a part of it at a time. */
final class BackwardPass {
  private final Network network;
  private final Objective objective;
  private final TrainingPlan plan;
  private final Device device;

  /** Hears of each part of a batch. */
  @FunctionalInterface
  interface Listener {
    Listener NONE = (_, _) -> {};

    /**
     * @param pass its forward pass
     * @param items in the part
     */
    void part(Pass pass, long items);
  }

  BackwardPass(Network network, Objective objective, TrainingPlan plan, Device device) {
    this.network = network;
    this.objective = objective;
    this.plan = plan;
    this.device = device;
  }

  /**
   * Leaves the gradient of the batch's loss times {@code scale} in the parameters.
   *
   * @param done share of the run's steps made before
   * @return the mean loss, without the scale
   */
  Tensor run(MiniBatch batch, Labels labels, double done, double scale, Listener listener) {
    long size = batch.size();
    long items = objective.items(batch);
    long parts = Math.min(plan.accumulation(), size);
    Tensor total = null;
    for (long i = 0; i < parts; i++) {
      long from = i * size / parts;
      MiniBatch part = batch.part(from, (i + 1) * size / parts - from);
      Pass pass = forward(part, labels, done);
      long partItems = objective.items(part);
      listener.part(pass, partItems);
      backward(pass.loss(), objective.weight(part, labels, items) * scale);
      double share = (double) partItems / items;
      Tensor mean = share == 1 ? pass.mean() : pass.mean().mul(new Scalar(share));
      total = total == null ? mean : total.add_(mean);
    }
    return total;
  }

  private Pass forward(MiniBatch part, Labels labels, double done) {
    try (Autocast _ = Autocast.on(device, plan.precision())) {
      return objective.pass(part, labels, done);
    }
  }

  private void backward(Tensor mean, double weight) {
    try (PointerScope _ = new PointerScope()) {
      network.backward(weight == 1 ? mean : mean.mul(new Scalar(weight)));
    }
  }
}
