package dev.steepest.optim.linalg;

import dev.steepest.tensor.Seeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Times the orthogonalisation of a network's hidden matrices against the straightforward way, in
 * turn, in one process. The straightforward way is Muon's five iterations of {@link
 * Triples#QUINTIC} as published: one matrix after the other, one call per operation.
 */
public final class OrthogonalizationBenchmark {

  /** Hidden matrices and flattened filters of networks that Muon is used on. */
  public enum Network {
    /** One of the twelve layers of GPT-2 small: q, k, v and o apart, and the perceptron. */
    GPT_124M_LAYER(new Shape(768, 768, 4), new Shape(3072, 768, 1), new Shape(768, 3072, 1)),
    /** All filters of the 94 % CIFAR-10 network but the fixed whitening. */
    AIRBENCH94(
        new Shape(64, 216, 1),
        new Shape(64, 576, 1),
        new Shape(256, 576, 1),
        new Shape(256, 2304, 3)),
    /** The filters of ResNet-18 for CIFAR-10 but for the last two groups' repetitions. */
    RESNET18(
        new Shape(64, 27, 1),
        new Shape(64, 576, 4),
        new Shape(128, 576, 1),
        new Shape(128, 1152, 3),
        new Shape(128, 64, 1),
        new Shape(256, 1152, 1),
        new Shape(256, 2304, 3),
        new Shape(256, 128, 1));

    private final List<Shape> shapes;

    Network(Shape... shapes) {
      this.shapes = List.of(shapes);
    }

    /** Its shapes. */
    public List<Shape> shapes() {
      return shapes;
    }
  }

  /** {@code count} matrices of one shape. */
  public record Shape(long rows, long columns, int count) {}

  /**
   * Milliseconds of each round.
   *
   * @param straightforward one matrix after the other
   * @param orthogonalizer the candidate
   */
  public record Result(Shape shape, List<Double> straightforward, List<Double> orthogonalizer) {

    /** The median over rounds of straightforward over candidate: above 1 is faster. */
    public double speedup() {
      double[] ratios = new double[straightforward.size()];
      Arrays.setAll(ratios, i -> straightforward.get(i) / orthogonalizer.get(i));
      Arrays.sort(ratios);
      return ratios[ratios.length / 2];
    }
  }

  private OrthogonalizationBenchmark() {}

  /**
   * Times each shape.
   *
   * @param orthogonalizer the candidate; its precision is that of both
   * @param rounds odd, each one run of both ways, after one that is not counted
   * @param nanoseconds the clock: {@code System::nanoTime}, or the thread's processor time where
   *     other programs run and libtorch has one thread
   */
  public static List<Result> run(
      List<Shape> shapes, Orthogonalizer orthogonalizer, int rounds, LongSupplier nanoseconds) {
    if (rounds < 1) {
      throw new IllegalArgumentException("rounds is " + rounds + "; allowed is 1 and more");
    }
    List<Result> results = new ArrayList<>();
    try (AutoGradMode _ = new AutoGradMode(false)) {
      for (Shape shape : shapes) {
        results.add(time(shape, orthogonalizer, rounds, nanoseconds));
      }
    }
    return results;
  }

  private static Result time(
      Shape shape, Orthogonalizer orthogonalizer, int rounds, LongSupplier nanoseconds) {
    try (PointerScope _ = new PointerScope()) {
      ScalarType type = orthogonalizer.precision().of(ScalarType.Float);
      List<Tensor> matrices = new ArrayList<>();
      for (int i = 0; i < shape.count(); i++) {
        matrices.add(Seeds.normal(i, 1, shape.rows(), shape.columns()));
      }
      List<Double> straightforward = new ArrayList<>();
      List<Double> candidate = new ArrayList<>();
      for (int round = 0; round <= rounds; round++) {
        double one =
            milliseconds(
                nanoseconds,
                () -> matrices.forEach(m -> straightforward(m.squeeze(0), type).close()));
        double two = milliseconds(nanoseconds, () -> orthogonalizer.applyAll(matrices));
        if (round > 0) {
          straightforward.add(one);
          candidate.add(two);
        }
      }
      return new Result(shape, straightforward, candidate);
    }
  }

  private static double milliseconds(LongSupplier nanoseconds, Runnable run) {
    try (PointerScope _ = new PointerScope()) {
      long start = nanoseconds.getAsLong();
      run.run();
      return (nanoseconds.getAsLong() - start) / 1e6;
    }
  }

  /**
   * Muon's published function, but for the transposition back, which costs nothing. Intermediate
   * results are given back after each iteration, as Python does; the caller closes the result.
   *
   * @param g (rows, columns)
   * @return (shorter side, longer side)
   */
  static Tensor straightforward(Tensor g, ScalarType type) {
    Tensor x;
    try (PointerScope _ = new PointerScope()) {
      Tensor cast = g.to(type);
      Tensor wide = g.size(0) > g.size(1) ? cast.t() : cast;
      // X = X / (X.norm() + eps)
      x = wide.div(wide.norm().add(new Scalar(1e-7))).retainReference();
    }
    for (int i = 0; i < 5; i++) {
      Tensor previous = x;
      try (PointerScope _ = new PointerScope()) {
        // A = X @ X.T; B = b * A + c * A @ A; X = a * X + B @ X
        Tensor a = x.mm(x.t());
        Tensor b = a.mul(new Scalar(-4.7750)).add(a.mul(new Scalar(2.0315)).mm(a));
        x = x.mul(new Scalar(3.4445)).add(b.mm(x)).retainReference();
      }
      previous.close();
    }
    return x;
  }
}
