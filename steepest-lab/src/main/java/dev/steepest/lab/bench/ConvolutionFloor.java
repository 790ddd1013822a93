package dev.steepest.lab.bench;

import dev.steepest.lab.bench.ConvolutionShape.Pass;
import dev.steepest.lab.kernel.DirectConvolution;
import dev.steepest.lab.train.Precision;
import dev.steepest.lab.train.Stopwatch;
import dev.steepest.tensor.Seeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The least time of a training step on this machine: its convolutions alone, each pass as one call
 * of libtorch on channels-last tensors that lie ready in the precision of the network.
 */
public final class ConvolutionFloor implements AutoCloseable {

  /** One pass of one convolution. */
  public record Call(ConvolutionShape shape, Pass pass) {}

  /** Tensors of one convolution: input, weight, gradient of the output. */
  private record Operands(DirectConvolution convolution, Tensor x, Tensor w, Tensor g) {
    Tensor run(Pass pass) {
      return switch (pass) {
        case FORWARD -> convolution.forward(x, w);
        case INPUT_GRADIENT -> convolution.inputGradient(g, x, w);
        case WEIGHT_GRADIENT -> convolution.weightGradient(g, x, w);
      };
    }
  }

  private final List<Call> calls = new ArrayList<>();
  private final List<Operands> operands = new ArrayList<>();
  private final int images;
  private final int steps;
  private final Device device;

  /**
   * Prepares tensors of random numbers.
   *
   * @param shapes of one batch, at least one
   * @param steps how often each call is made in a measurement
   */
  public ConvolutionFloor(
      List<ConvolutionShape> shapes, int steps, Precision precision, Device device) {
    images = shapes.getFirst().images();
    this.steps = steps;
    this.device = device;
    ScalarType type = precision.type();
    for (ConvolutionShape shape : shapes) {
      Operands made = operands(shape, type);
      for (Pass pass : shape.passes()) {
        calls.add(new Call(shape, pass));
        operands.add(made);
      }
    }
  }

  private Operands operands(ConvolutionShape s, ScalarType type) {
    try (PointerScope _ = new PointerScope()) {
      return new Operands(
          new DirectConvolution(s.padding()),
          values(1, type, s.images(), s.in(), s.pixels(), s.pixels()),
          values(2, type, s.out(), s.in(), s.kernel(), s.kernel()),
          values(3, type, s.images(), s.out(), s.outPixels(), s.outPixels()));
    }
  }

  private Tensor values(long seed, ScalarType type, long... shape) {
    return Seeds.normal(seed, shape)
        .to(device, type)
        .contiguous(MemoryFormat.ChannelsLast)
        .retainReference();
  }

  /** What is measured, in the order of {@link #seconds}. */
  public List<Call> calls() {
    return List.copyOf(calls);
  }

  /** Seconds of each call. */
  public double[] seconds() {
    double[] seconds = new double[calls.size()];
    try (AutoGradMode _ = new AutoGradMode(false)) {
      for (int i = 0; i < seconds.length; i++) {
        Stopwatch watch = new Stopwatch(device);
        watch.start();
        for (int step = 0; step < steps; step++) {
          try (PointerScope _ = new PointerScope()) {
            operands.get(i).run(calls.get(i).pass());
          }
        }
        watch.stop();
        seconds[i] = watch.seconds() / steps;
      }
    }
    return seconds;
  }

  /** Images per second when a step takes the sum of these seconds. */
  public double perSecond(double[] seconds) {
    return images / Arrays.stream(seconds).sum();
  }

  /** Frees the tensors. */
  @Override
  public void close() {
    for (Operands made : List.copyOf(new LinkedHashSet<>(operands))) {
      made.x().close();
      made.w().close();
      made.g().close();
    }
  }
}
