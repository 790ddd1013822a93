package dev.steepest.lab.bench;

import static org.bytedeco.pytorch.global.torch.mse_loss;
import static org.bytedeco.pytorch.global.torch.randint;
import static org.bytedeco.pytorch.global.torch.randn_like;

import dev.steepest.lab.diffusion.NoiseSchedule;
import dev.steepest.lab.model.denoise.Conditions;
import dev.steepest.lab.model.denoise.DenoisingNetwork;
import dev.steepest.lab.train.Autocast;
import dev.steepest.lab.train.Precision;
import dev.steepest.lab.train.Stopwatch;
import dev.steepest.optim.Optimizer;
import dev.steepest.tensor.Seeds;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Training steps of a diffusion model over one batch of random images that lies ready in memory:
 * noise drawn and added, forward, loss, backward, optimizer.
 */
public final class NoiseStep implements AutoCloseable {
  private static final NoiseSchedule SCHEDULE = NoiseSchedule.linear(1000, 1e-4, .02);

  private final DenoisingNetwork network;
  private final Optimizer optimizer;
  private final Precision precision;
  private final int steps;
  private final Device device;
  private final Tensor images;
  private final Tensor labels;

  /**
   * Prepares a batch.
   *
   * @param network moved to the device, and changed by every measurement
   * @param optimizer of its parameters
   * @param batch images per step
   * @param steps of a measurement
   */
  public NoiseStep(
      DenoisingNetwork network,
      Optimizer optimizer,
      int batch,
      int steps,
      Precision precision,
      Device device) {
    precision.requireOn(device);
    this.network = network;
    this.optimizer = optimizer;
    this.precision = precision;
    this.steps = steps;
    this.device = device;
    network.to(device, ScalarType.Float);
    network.train();
    Conditions told = network.conditions();
    try (PointerScope _ = new PointerScope()) {
      images =
          Seeds.normal(1, batch, told.channels(), told.size(), told.size())
              .to(device, ScalarType.Float)
              .retainReference();
      Tensor classes = randint(0, told.classes(), new long[] {batch}).unsqueeze(1);
      Tensor qualities = randint(0, told.qualities(), new long[] {batch}).unsqueeze(1);
      labels =
          torch
              .cat(new TensorVector(classes, qualities), 1)
              .to(device, ScalarType.Long)
              .retainReference();
    }
  }

  /** Seconds of a step. */
  public double seconds() {
    Stopwatch watch = new Stopwatch(device);
    watch.start();
    for (int i = 0; i < steps; i++) {
      step();
    }
    watch.stop();
    return watch.seconds() / steps;
  }

  private void step() {
    try (PointerScope _ = new PointerScope()) {
      Tensor t =
          randint(0, SCHEDULE.steps(), new long[] {images.size(0)}).to(device, ScalarType.Long);
      Tensor noise = randn_like(images);
      Tensor noisy = SCHEDULE.addNoise(images, noise, t);
      Tensor loss;
      try (Autocast _ = Autocast.on(device, precision)) {
        loss = mse_loss(network.noise(noisy, t, labels).to(ScalarType.Float), noise);
      }
      network.backward(loss);
      optimizer.step();
      optimizer.zeroGrad();
    }
  }

  /** Frees the batch; network and optimizer stay the caller's. */
  @Override
  public void close() {
    images.close();
    labels.close();
  }
}
