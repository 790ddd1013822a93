package dev.steepest.lab.bench;

import dev.steepest.lab.model.ExpertWork;
import dev.steepest.lab.model.MoeGpt;
import dev.steepest.lab.train.Autocast;
import dev.steepest.lab.train.Precision;
import dev.steepest.lab.train.Stopwatch;
import dev.steepest.tensor.Seeds;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * What it costs to send tokens to experts: forward and backward pass of a layer of the published
 * mixture against those of a dense layer of the same work.
 */
public final class DispatchCost implements AutoCloseable {
  private static final int PASSES = 3; // of a measurement: assumed, about a second on two cores

  private final ExpertWork work;
  private final Tensor x;
  private final Precision precision;
  private final Device device;

  /** Layers of the published size and random features for that many sequences. */
  public DispatchCost(int batch, Precision precision, Device device) {
    MoeGpt.Config config = MoeGpt.Config.published();
    this.precision = precision;
    this.device = device;
    work = new ExpertWork(config, device);
    try (PointerScope _ = new PointerScope()) {
      x =
          Seeds.normal(1, batch, config.context(), config.dim())
              .to(device, ScalarType.Float)
              .set_requires_grad(true)
              .retainReference();
    }
  }

  /** Seconds of a pass through the chosen experts. */
  double sparse() {
    return seconds(work::sparse);
  }

  /** Seconds of a pass through the dense layer. */
  double dense() {
    return seconds(work::dense);
  }

  private double seconds(UnaryOperator<Tensor> layer) {
    Stopwatch watch = new Stopwatch(device);
    watch.start();
    for (int i = 0; i < PASSES; i++) {
      try (PointerScope _ = new PointerScope()) {
        Tensor y;
        try (Autocast _ = Autocast.on(device, precision)) {
          y = layer.apply(x);
        }
        y.sum().backward();
        x.mutable_grad().reset();
        work.zeroGrad();
      }
    }
    watch.stop();
    return watch.seconds() / PASSES;
  }

  @Override
  public void close() {
    work.close();
    x.close();
  }
}
