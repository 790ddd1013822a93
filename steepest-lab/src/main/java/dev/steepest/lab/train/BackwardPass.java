package dev.steepest.lab.train;

import dev.steepest.lab.distributed.Dealing;
import dev.steepest.lab.distributed.GradientSync;
import dev.steepest.lab.model.Network;
import dev.steepest.lab.train.Objective.Labels;
import dev.steepest.lab.train.Objective.Pass;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Forward and backward over one batch, a part of it at a time. Each member of a team goes over its
 * own share of the batch; the gradient that is left is that of the whole.
 */
final class BackwardPass implements AutoCloseable {
  private final Network network;
  private final Objective objective;
  private final TrainingPlan plan;
  private final Device device;
  private final Dealing together;
  private final GradientSync gradients;

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

  BackwardPass(
      Network network, Objective objective, TrainingPlan plan, Device device, Dealing together) {
    this.together = together;
    gradients = new GradientSync(together.team(), network.parameters());
    this.network = network;
    this.objective = objective;
    this.plan = plan;
    this.device = device;
  }

  /**
   * Leaves the gradient of the batch's loss times {@code scale} in the parameters.
   *
   * @param batch of all members
   * @param done share of the run's steps made before
   * @return the mean loss, without the scale: what this member's share adds to it
   */
  Tensor run(MiniBatch batch, Labels labels, double done, double scale, Listener listener) {
    long items = objective.items(batch);
    MiniBatch own = batch.share(together.team().rank(), together.team().size());
    // A batch may have fewer samples than the team members: then some have none.
    long parts = Math.min(Math.ceilDiv(plan.accumulation(), together.team().size()), own.size());
    Tensor total = torch.zeros(new long[0]).to(device, ScalarType.Float);
    together.begin();
    for (long i = 0; i < parts; i++) {
      if (i == parts - 1) {
        gradients.expect();
      }
      // What a part has computed is gone before the next one: that is what parts are for.
      try (PointerScope _ = new PointerScope()) {
        MiniBatch part = own.share(i, parts);
        long partItems = objective.items(part);
        Pass pass = forward(part, labels, done);
        listener.part(pass, partItems);
        backward(pass.loss(), objective.weight(part, labels, items) * scale);
        total.add_(pass.mean().mul(new Scalar((double) partItems / items)));
      }
    }
    if (parts == 0) {
      gradients.expect();
    }
    gradients.finish();
    return total;
  }

  private Pass forward(MiniBatch part, Labels labels, double done) {
    try (Autocast _ = Autocast.on(device, plan.precision())) {
      return objective.pass(part, labels, done);
    }
  }

  private void backward(Tensor loss, double weight) {
    network.backward(weight == 1 ? loss : loss.mul(new Scalar(weight)));
  }

  /** Lets go of the network. */
  @Override
  public void close() {
    gradients.close();
  }
}
