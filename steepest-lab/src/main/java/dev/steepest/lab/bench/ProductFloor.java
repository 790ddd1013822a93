package dev.steepest.lab.bench;

import dev.steepest.lab.train.Precision;
import dev.steepest.lab.train.Stopwatch;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;

/**
 * The least time of a training step on this machine: its products alone, forward and for both
 * gradients, on tensors that lie ready in the precision of the network, maps channels-last.
 */
public final class ProductFloor implements AutoCloseable {
  private final List<Product> products;
  private final List<List<Tensor>> operands = new ArrayList<>();
  private final int steps;
  private final Device device;

  /**
   * Prepares tensors of random numbers.
   *
   * @param products of one batch
   * @param steps how often each is made in a measurement
   */
  public ProductFloor(List<Product> products, int steps, Precision precision, Device device) {
    this.products = List.copyOf(products);
    this.steps = steps;
    this.device = device;
    try (PointerScope _ = new PointerScope()) {
      products.forEach(product -> operands.add(product.operands(precision.type(), device)));
    }
  }

  /** Seconds of the products of a step. */
  public double seconds() {
    Stopwatch watch = new Stopwatch(device);
    watch.start();
    try (AutoGradMode _ = new AutoGradMode(false)) {
      for (int step = 0; step < steps; step++) {
        for (int i = 0; i < products.size(); i++) {
          try (PointerScope _ = new PointerScope()) {
            products.get(i).run(operands.get(i));
          }
        }
      }
    }
    watch.stop();
    return watch.seconds() / steps;
  }

  /** Frees the tensors. */
  @Override
  public void close() {
    operands.forEach(each -> each.forEach(Tensor::releaseReference));
  }
}
