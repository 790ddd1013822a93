package dev.steepest.lab.bench;

import dev.steepest.lab.train.Precision;
import dev.steepest.lab.train.Stopwatch;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.MemoryFormat;

/**
 * The least time of a training step on this machine: its products alone, forward and for both
 * gradients, on tensors that lie ready in the precision of the network, each map in the layout in
 * which its product is the faster.
 */
public final class ProductFloor implements AutoCloseable {
  private static final List<MemoryFormat> LAYOUTS =
      List.of(MemoryFormat.Contiguous, MemoryFormat.ChannelsLast);

  /** Assumed: the first finds its kernel; the least of the others is near enough to rank two. */
  private static final int TRIALS = 4;

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
      products.forEach(product -> operands.add(fastest(product, precision)));
    }
  }

  /** Its operands in the faster layout. */
  private List<Tensor> fastest(Product product, Precision precision) {
    List<Tensor> best = List.of();
    double least = Double.POSITIVE_INFINITY;
    for (MemoryFormat layout : LAYOUTS) {
      List<Tensor> operands = product.operands(precision.type(), device, layout);
      double seconds =
          IntStream.range(0, TRIALS)
              .mapToDouble(_ -> seconds(List.of(product), List.of(operands), 1))
              .skip(1)
              .min()
              .orElseThrow();
      boolean better = seconds < least;
      (better ? best : operands).forEach(Tensor::releaseReference);
      if (better) {
        best = operands;
        least = seconds;
      }
    }
    return best;
  }

  /** Seconds of the products of a step. */
  public double seconds() {
    return seconds(products, operands, steps);
  }

  private double seconds(List<Product> products, List<List<Tensor>> operands, int steps) {
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
