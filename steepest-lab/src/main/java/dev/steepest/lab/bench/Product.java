package dev.steepest.lab.bench;

import dev.steepest.tensor.Seeds;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.javacpp.BoolPointer;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.LongArrayRefOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** A product of a network as it is made in training: forward, and for both gradients. */
public sealed interface Product {

  /** Multiply-adds of the forward pass; each gradient has as many. */
  double multiplyAdds();

  /**
   * Two factors and a gradient of the result, of random numbers, kept for the caller to close.
   *
   * @param layout of maps
   */
  List<Tensor> operands(ScalarType type, Device device, MemoryFormat layout);

  /** All passes, each as one call of libtorch; results belong to the caller's scope. */
  void run(List<Tensor> operands);

  /**
   * A convolution with a square kernel of odd size, padded so that stride 1 keeps the map's size.
   *
   * @param images of the batch
   * @param pixels height and width of the map that goes in
   * @param wantsInput whether the gradient of what goes in is computed: not in a first layer
   */
  record Filtering(
      int images, int in, int out, int kernel, int stride, int pixels, boolean wantsInput)
      implements Product {
    private static final long[] ONE = {1, 1};
    private static final long[] NONE = {0, 0};

    private int outPixels() {
      return Math.ceilDiv(pixels, stride);
    }

    @Override
    public double multiplyAdds() {
      return (double) images * in * out * kernel * kernel * outPixels() * outPixels();
    }

    @Override
    public List<Tensor> operands(ScalarType type, Device device, MemoryFormat layout) {
      return Stream.of(
              Seeds.normal(1, images, in, pixels, pixels),
              Seeds.normal(2, out, in, kernel, kernel),
              Seeds.normal(3, images, out, outPixels(), outPixels()))
          .<Tensor>map(values -> values.to(device, type).contiguous(layout).retainReference())
          .toList();
    }

    @Override
    public void run(List<Tensor> operands) {
      Tensor x = operands.get(0);
      Tensor w = operands.get(1);
      long[] strides = {stride, stride};
      long[] border = {kernel / 2, kernel / 2};
      torch.conv2d(x, w, new TensorOptional(), strides, border, ONE, 1);
      try (BoolPointer mask = new BoolPointer(3)) {
        mask.put(0, wantsInput).put(1, true).put(2, false);
        torch.convolution_backward(
            operands.get(2),
            x,
            w,
            new LongArrayRefOptional(),
            strides,
            border,
            ONE,
            false,
            NONE,
            1,
            mask);
      }
    }
  }

  /** As many products of matrices as {@code count}: rows×inner times inner×columns. */
  record Matrices(int count, int rows, int inner, int columns) implements Product {
    @Override
    public double multiplyAdds() {
      return (double) count * rows * inner * columns;
    }

    @Override
    public List<Tensor> operands(ScalarType type, Device device, MemoryFormat layout) {
      return Stream.of(
              Seeds.normal(1, count, rows, inner),
              Seeds.normal(2, count, inner, columns),
              Seeds.normal(3, count, rows, columns))
          .<Tensor>map(values -> values.to(device, type).retainReference())
          .toList();
    }

    @Override
    public void run(List<Tensor> operands) {
      Tensor a = operands.get(0);
      Tensor b = operands.get(1);
      Tensor g = operands.get(2);
      a.bmm(b);
      g.bmm(b.transpose(1, 2));
      a.transpose(1, 2).bmm(g);
    }
  }
}
