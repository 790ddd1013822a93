package dev.steepest.lab.train;

import dev.steepest.lab.model.Network;
import dev.steepest.optim.Optimizer;
import dev.steepest.optim.Schedule;
import dev.steepest.tensor.Seeds;
import java.util.OptionalDouble;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** One optimizer step from one batch: forward, backward, clip, update. */
final class TrainingStep implements AutoCloseable {
  private final Network network;
  private final Optimizer optimizer;
  private final Schedule schedule;
  private final TrainingPlan plan;
  private final Device device;
  private final Gradients gradients;
  private final CrossEntropy loss;
  private final LossMeter meter;
  private final LossScaler scaler;

  TrainingStep(
      Network network, Optimizer optimizer, Schedule schedule, TrainingPlan plan, Device device) {
    plan.precision().requireOn(device);
    this.network = network;
    this.optimizer = optimizer;
    this.schedule = schedule;
    this.plan = plan;
    this.device = device;
    gradients = new Gradients(network.parameters());
    loss = new CrossEntropy(plan.labelSmoothing());
    meter = new LossMeter(device);
    scaler = new LossScaler(plan.precision());
  }

  /** Losses since the last reset. */
  LossMeter meter() {
    return meter;
  }

  LossScaler scaler() {
    return scaler;
  }

  /** How closely a step is looked at. On a GPU, looking waits for it. */
  enum Look {
    /** Only what costs nothing. */
    GLANCE,
    /** The loss and the norm of the gradient are read. */
    READ
  }

  /**
   * What was seen of a step.
   *
   * @param finite false when the loss or the gradient is known not to be finite; the parameters
   *     were then left as they were
   * @param loss mean over the batch, when read
   * @param lrFactor of the schedule
   * @param gradNorm before clipping, when read
   */
  record Seen(boolean finite, OptionalDouble loss, double lrFactor, OptionalDouble gradNorm) {}

  /**
   * Makes step number {@code step} (from 0).
   *
   * @param batch on the device
   */
  Seen make(long step, MiniBatch batch, Look asked) {
    Look look = device.is_cpu() ? Look.READ : asked;
    // The step's own seed: a resumed run drops the same values as one that never stopped.
    torch.manual_seed(Seeds.derive(plan.seed(), "step " + step));
    Tensor batchLoss = accumulate(batch);
    double lrFactor = schedule.factor(step);
    OptionalDouble lossRead =
        look == Look.READ ? OptionalDouble.of(batchLoss.item_float()) : OptionalDouble.empty();
    if (!finite(lossRead)) {
      optimizer.zeroGrad();
      return new Seen(false, lossRead, lrFactor, OptionalDouble.empty());
    }
    gradients.scale(1 / scaler.scale());
    OptionalDouble normRead = clip(asked, look);
    boolean usable = finite(normRead);
    if (usable) {
      optimizer.step(lrFactor);
    }
    optimizer.zeroGrad();
    scaler.update(usable);
    return new Seen(usable || scaler.active(), lossRead, lrFactor, normRead);
  }

  /** Clips the gradients as planned; their norm before, where it was computed and may be read. */
  private OptionalDouble clip(Look asked, Look look) {
    boolean clips = plan.clipNorm() > 0;
    if (!clips && !scaler.active() && asked == Look.GLANCE) {
      return OptionalDouble.empty(); // nobody wants the norm
    }
    Tensor norm = clips ? gradients.clip(plan.clipNorm()) : gradients.norm();
    return look == Look.READ || scaler.active()
        ? OptionalDouble.of(norm.item_float())
        : OptionalDouble.empty();
  }

  /**
   * Leaves the gradient of the batch's mean loss in the parameters, a part of the batch at a time.
   *
   * @return the mean loss
   */
  private Tensor accumulate(MiniBatch batch) {
    long size = batch.size();
    long parts = Math.min(plan.accumulation(), size);
    Tensor total = null;
    for (long part = 0; part < parts; part++) {
      long from = part * size / parts;
      long count = (part + 1) * size / parts - from;
      Tensor mean = forward(batch, from, count);
      meter.add(mean, count);
      double weight = (double) count / size;
      backward(mean, weight * scaler.scale());
      Tensor share = weight == 1 ? mean.detach() : mean.detach().mul(new Scalar(weight));
      total = total == null ? share : total.add_(share);
    }
    return total;
  }

  private Tensor forward(MiniBatch batch, long from, long count) {
    boolean whole = count == batch.size();
    Tensor inputs = whole ? batch.inputs() : batch.inputs().narrow(0, from, count);
    Tensor labels = whole ? batch.labels() : batch.labels().narrow(0, from, count);
    try (Autocast _ = Autocast.on(device, plan.precision())) {
      return loss.apply(network.forward(inputs), labels);
    }
  }

  private static void backward(Tensor mean, double weight) {
    try (PointerScope _ = new PointerScope()) {
      (weight == 1 ? mean : mean.mul(new Scalar(weight))).backward();
    }
  }

  private static boolean finite(OptionalDouble value) {
    return value.isEmpty() || Double.isFinite(value.getAsDouble());
  }

  @Override
  public void close() {
    meter.close();
  }
}
