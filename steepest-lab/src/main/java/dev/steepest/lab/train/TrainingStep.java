package dev.steepest.lab.train;

import dev.steepest.lab.distributed.Dealing;
import dev.steepest.lab.model.Network;
import dev.steepest.lab.train.Objective.Labels;
import dev.steepest.optim.GroupSchedules;
import dev.steepest.optim.Optimizer;
import dev.steepest.optim.Schedule;
import dev.steepest.tensor.Seeds;
import java.util.Optional;
import java.util.OptionalDouble;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * One optimizer step from one batch: forward, backward, clip, update.
 *
 * <p>An optimizer may ask for more of the same batch: the gradient at a second point, or that of
 * drawn labels for its curvature. Such passes update no batch statistics and do not count as
 * training loss; a second gradient drops the values that the first one dropped. Only the gradient
 * that the rules get is clipped and judged by the loss scaler.
 */
final class TrainingStep implements AutoCloseable {
  private final Network network;
  private final Optimizer optimizer;
  private final Dealing together;
  private final Schedule schedule;
  private final GroupSchedules.Factors factors;
  private final TrainingPlan plan;
  private final Device device;
  private final Gradients gradients;
  private final BackwardPass backward;
  private final TrainingMeter meter;
  private final LossScaler scaler;
  private final Optional<Blending> blending;
  private final FreezingCourse freezing;
  private final long steps;

  /**
   * @param pace what the plan's epochs are counted in
   */
  TrainingStep(
      Network network,
      Optimizer optimizer,
      GroupSchedules schedules,
      TrainingPlan plan,
      Pace pace,
      Device device) {
    this(
        network,
        Objective.of(network, plan),
        optimizer,
        Dealing.alone(optimizer),
        schedules,
        plan,
        pace,
        device);
  }

  /**
   * @param objective of the network; the caller's
   * @param together who shares the work; it has taken the optimizer
   * @param pace what the plan's epochs are counted in
   */
  TrainingStep(
      Network network,
      Objective objective,
      Optimizer optimizer,
      Dealing together,
      GroupSchedules schedules,
      TrainingPlan plan,
      Pace pace,
      Device device) {
    this.together = together;
    plan.precision().requireNoKeptGradients(optimizer);
    plan.precision().requireOn(device);
    this.network = network;
    this.optimizer = optimizer;
    schedule = schedules.others();
    factors = schedules.of(optimizer);
    this.plan = plan;
    this.device = device;
    gradients = new Gradients(network.parameters());
    backward = new BackwardPass(network, objective, plan, device, together);
    meter = new TrainingMeter(device, together.team());
    scaler = new LossScaler(plan.precision());
    blending = Blending.of(plan.loss(), plan.seed());
    freezing = plan.freezing().of(network, pace);
    steps = plan.steps(pace);
  }

  /** Losses and hits since the last reset. */
  TrainingMeter meter() {
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
   * @param finite false when the loss or the gradient is known not to be finite; then no update was
   *     made
   * @param loss mean over the batch, when read
   * @param lrFactor of the schedule of all groups that have none of their own
   * @param gradNorm of the gradient that the rules got, before clipping, when read
   */
  record Seen(boolean finite, OptionalDouble loss, double lrFactor, OptionalDouble gradNorm) {
    /** What was not finite, in a sentence. */
    String trouble(long step) {
      return "At step %d the loss is %s and the gradient norm %s."
          .formatted(step, text(loss), text(gradNorm));
    }

    private static String text(OptionalDouble value) {
      return value.isPresent() ? Double.toString(value.getAsDouble()) : "not read";
    }
  }

  /**
   * Makes step number {@code step} (from 0).
   *
   * @param given on the device
   */
  Seen make(long step, MiniBatch given, Look asked) {
    Look look = device.is_cpu() ? Look.READ : asked;
    MiniBatch batch = blending.map(b -> b.blend(given, step)).orElse(given);
    tellProgress(step);
    freezing.begin(step);
    if (optimizer.curvatureIsDue()) {
      observeCurvature(step, batch);
    }
    seed("step", step);
    Tensor batchLoss = backward.run(batch, Labels.GIVEN, done(step), scaler.scale(), meter::add);
    double lrFactor = schedule.factor(step);
    OptionalDouble lossRead =
        look == Look.READ
            ? OptionalDouble.of(together.team().sum(batchLoss.item_float()))
            : OptionalDouble.empty();
    if (!finite(lossRead)) {
      optimizer.zeroGrad();
      return new Seen(false, lossRead, lrFactor, OptionalDouble.empty());
    }
    var norm = new Norm(asked, look);
    boolean made =
        optimizer.needsSecondGradient() ? updateTwice(step, batch, norm) : updateOnce(step, norm);
    optimizer.zeroGrad();
    scaler.update(made);
    return new Seen(made || scaler.active(), lossRead, lrFactor, norm.read);
  }

  /** The norm of the gradient that the rules get: who wants it, and what it was. */
  private final class Norm {
    private final Look asked;
    private final Look look;
    private OptionalDouble read = OptionalDouble.empty();

    Norm(Look asked, Look look) {
      this.asked = asked;
      this.look = look;
    }

    /** Takes the loss's scale away and clips as planned, in one multiplication. */
    void clip() {
      boolean clips = plan.clipNorm() > 0;
      if (!clips && !scaler.active() && asked == Look.GLANCE) {
        return; // nobody wants the norm
      }
      Tensor norm =
          gradients.clip(clips ? plan.clipNorm() : Double.POSITIVE_INFINITY, scaler.scale());
      if (look == Look.READ || scaler.active()) {
        read = OptionalDouble.of(norm.item_float());
      }
    }
  }

  /** Tells the network how far the run is after so many steps. */
  void tellProgress(long made) {
    network.progress(done(made));
  }

  /** Gives everybody rank 0's statistics of batch normalisation. */
  void shareStatistics() {
    network.buffers().values().forEach(tensor -> together.team().spread(tensor, 0));
  }

  private double done(long step) {
    return Math.min(1, (double) step / steps);
  }

  private boolean updateOnce(long step, Norm norm) {
    norm.clip();
    if (!finite(norm.read)) {
      if (scaler.active()) {
        optimizer.skip(); // the run goes on without this step
      }
      return false;
    }
    return together.step(() -> optimizer.step(factors.at(step))) == Optimizer.Outcome.STEPPED;
  }

  private boolean updateTwice(long step, MiniBatch batch, Norm norm) {
    gradients.scale(1 / scaler.scale());
    Optimizer.Outcome outcome =
        optimizer.step(
            factors.at(step),
            () -> {
              again(() -> {
                seed("step", step);
                backward.run(
                    batch, Labels.GIVEN, done(step), scaler.scale(), BackwardPass.Listener.NONE);
              });
              norm.clip();
            });
    return outcome == Optimizer.Outcome.STEPPED;
  }

  private void observeCurvature(long step, MiniBatch batch) {
    again(() -> {
      seed("curvature", step);
      backward.run(batch, Labels.DRAWN, done(step), scaler.scale(), BackwardPass.Listener.NONE);
    });
    try (PointerScope _ = new PointerScope()) {
      Tensor norm = gradients.clip(Double.POSITIVE_INFINITY, scaler.scale());
      if (Float.isFinite(norm.item_float())) {
        optimizer.observeCurvature();
      }
    }
    optimizer.zeroGrad();
  }

  /** A further pass of the same step, from cleared gradients. */
  private void again(Runnable pass) {
    optimizer.zeroGrad();
    network.repeat();
    try (PointerScope _ = new PointerScope()) {
      pass.run();
    } finally {
      network.train();
    }
  }

  /**
   * A pass has its own seed: a resumed run drops the same values as one that never stopped. Every
   * member of a team drops others.
   */
  private void seed(String what, long step) {
    String member = together.team().leads() ? "" : " rank " + together.team().rank();
    torch.manual_seed(Seeds.derive(plan.seed(), what + " " + step + member));
  }

  private static boolean finite(OptionalDouble value) {
    return value.isEmpty() || Double.isFinite(value.getAsDouble());
  }

  @Override
  public void close() {
    backward.close();
    meter.close();
  }
}
