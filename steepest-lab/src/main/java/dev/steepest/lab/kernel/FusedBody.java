package dev.steepest.lab.kernel;

import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The body of an airbench-like network on a CPU in bfloat16, forward and backward by hand:
 *
 * <pre>  convolution k×k, frozen filters → + bias → activation
 *   groups of: convolution 3×3 → max-pool 2 → batch norm → activation
 *              → convolution 3×3 → batch norm → activation
 *   max-pool 3</pre>
 *
 * <p>It computes what these operations compute under autocast to bfloat16: filters and activations
 * are bfloat16, sums and statistics are not; normalisation and activation round once instead of
 * twice. The convolutions are libtorch's. In training {@link #forward} returns a pass whose
 * features are a leaf of autograd; after {@code loss.backward()} their gradient goes into {@link
 * BodyPass#backward}.
 *
 * <p>Order of the parts is fixed: the same number of threads gives the same bits. Holds on to the
 * given tensors and does not own them; {@link #close()} ends its threads. Not thread-safe.
 *
 * <p>After Keller Jordan, <a href="https://arxiv.org/abs/2404.00498">94 % on CIFAR-10 in 3.29
 * seconds on a single GPU</a>.
 */
public final class FusedBody implements AutoCloseable {
  /**
   * Images that an evaluation takes through the whole body at once: their data stays in the cache.
   */
  private static final int EVALUATED_AT_ONCE = 128;

  private final Stem stem;
  private final List<Group> groups;
  private final Settings settings;
  private Crew crew;

  /**
   * @param activation between all layers
   * @param epsilon added to variances
   * @param momentum weight of a batch in the running statistics, 0 to 1
   */
  public record Settings(Activation activation, double epsilon, double momentum) {}

  /**
   * Wraps the tensors of a network.
   *
   * @throws IllegalArgumentException naming every tensor that is not float32, contiguous and on the
   *     CPU
   */
  public FusedBody(Stem stem, List<Group> groups, Settings settings) {
    this.stem = stem;
    this.groups = List.copyOf(groups);
    this.settings = settings;
    if (groups.isEmpty()) {
      throw new IllegalArgumentException("A body has at least one group, this one none.");
    }
    Checks.usable(stem, groups);
  }

  /**
   * Whether this JVM was started so that the kernels can run: with {@code --add-modules
   * jdk.incubator.vector}. Without it no other method of this package may be called.
   */
  public static boolean available() {
    return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
  }

  /**
   * Takes a batch through the body in training.
   *
   * @param x [N, C, H, W], any floating type and memory order; channels-last is fastest
   * @param statistics whether running statistics move
   * @return to be closed after the step
   */
  public BodyPass forward(Tensor x, Statistics statistics) {
    return new BodyPass(this, x, statistics);
  }

  /**
   * Takes images through the body with running statistics.
   *
   * @param x [N, C, H, W], any floating type and memory order
   * @return [N, C, h, w] in bfloat16, owned by the caller's scope
   */
  public Tensor evaluate(Tensor x) {
    Shape shape = shape(x);
    int images = Math.toIntExact(x.size(0));
    Extent size = shape.last().output();
    Tensor result =
        torch.empty(
            new long[] {images, size.channels(), size.height(), size.width()},
            new TensorOptions(ScalarType.BFloat16),
            new org.bytedeco.pytorch.MemoryFormatOptional(MemoryFormat.ChannelsLast));
    Cuts cuts = Cuts.of(images, 1, EVALUATED_AT_ONCE);
    Cuts division = Cuts.even(cuts.pieces(), crew().size());
    try (Volume features = Volume.of(result);
        BodyFilters filters = BodyFilters.of(stem, groups)) {
      crew()
          .run(
              division.pieces(),
              share -> {
                int from = division.from(share);
                for (int i = from; i < from + division.count(share); i++) {
                  evaluate(x, cuts.from(i), cuts.count(i), shape, filters, features);
                }
                return null;
              });
    }
    return result;
  }

  private void evaluate(
      Tensor x, int from, int count, Shape shape, BodyFilters filters, Volume features) {
    try (PointerScope _ = new PointerScope();
        BodyPart part =
            new BodyPart(
                x, from, count, shape, filters, stemBias(), activation(), Filter.Wanted.FILTER)) {
      for (int g = 0; g < groups.size(); g++) {
        part.group(g).first();
        part.group(g).second(running(groups.get(g).firstNorm()));
        part.group(g).normaliseOutput(running(groups.get(g).secondNorm()));
      }
      part.finish(features, from);
    }
  }

  private Affine running(Norm norm) {
    Normalisation normalisation = normalisation(norm);
    normalisation.byRunning();
    return normalisation.affine();
  }

  Shape shape(Tensor x) {
    Checks.images(x, stem);
    return Shape.of(
        new Extent(
            Math.toIntExact(x.size(2)), Math.toIntExact(x.size(3)), Math.toIntExact(x.size(1))),
        stem,
        groups);
  }

  /** Made when first used, because the number of threads may be set after the network is made. */
  Crew crew() {
    if (crew != null && crew.size() != torch.get_num_threads()) {
      crew.close();
      crew = null;
    }
    if (crew == null) {
      crew = Crew.likeLibtorch();
    }
    return crew;
  }

  Stem stem() {
    return stem;
  }

  float[] stemBias() {
    float[] bias = new float[Math.toIntExact(stem.bias().numel())];
    Volume.memory(stem.bias()).asByteBuffer().order(Bf16.ORDER).asFloatBuffer().get(bias);
    return bias;
  }

  List<Group> groups() {
    return groups;
  }

  Activation activation() {
    return settings.activation();
  }

  double momentum() {
    return settings.momentum();
  }

  Normalisation normalisation(Norm norm) {
    return new Normalisation(norm, settings.epsilon());
  }

  /** Ends the threads; the tensors belong to the network. */
  @Override
  public void close() {
    if (crew != null) {
      crew.close();
      crew = null;
    }
  }
}
