package dev.steepest.lab.model;

import static org.bytedeco.pytorch.global.torch.max_pool2d;

import dev.steepest.lab.kernel.FusedBody;
import dev.steepest.lab.kernel.Stem;
import dev.steepest.optim.Role;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The network of airbench94 (Jordan, "94% on CIFAR-10 in 3.29 seconds", 2024, arXiv:2404.00498;
 * KellerJordan/cifar10-airbench, {@code legacy/airbench94.py} and {@code airbench94_muon.py}): a
 * whitening convolution over 2×2 patches with frozen filters, three groups of two convolutions, the
 * largest value of each map, a linear head without bias, logits times a constant.
 *
 * <p>Norms have a frozen weight of 1 and ε 1e-12; 3×3 filters begin as the identity on as many
 * channels as they take. At the defaults on CIFAR-10: 1.97 M trained parameters, 118 M
 * multiply-adds per image.
 *
 * <p>The whitening filters follow from the first training images ({@link #prepare}); until then
 * they are random. State names are those of {@code airbench94_muon.py}. Deviations: float32 masters
 * under autocast, where the original casts the weights to float16; the covariance in float64, its
 * eigenvalues falling as in the legacy file (the order permutes channels, no more).
 */
public final class Airbench94 extends Network {
  static final NetworkKind<Images> KIND =
      new NetworkKind<>(
          "airbench94",
          "whitening and three groups of convolutions, 1.97 M parameters: 94 % on CIFAR-10 in 10 epochs",
          List.of(
              Setting.word("activation", Activation.GELU, "non-linearity, the same everywhere"),
              Setting.word("pooling", Pooling.MAX, "halves the maps: max, or max and a blur"),
              Setting.word(
                  "kernels",
                  Kernels.FUSED,
                  "fused: own ones, where they fit (a CPU, bf16, pooling max)"),
              Setting.integers("widths", Config.WIDTHS, 1, 4096, "channels of the three groups"),
              Setting.real(
                  "logit_scale",
                  Config.LOGIT_SCALE,
                  1e-9,
                  1e9,
                  "factor on the logits; airbench94_muon has 1/256, one over its last width"),
              Setting.word("head_init", HeadInit.DEFAULT, "spread of the head's initial weight"),
              Setting.word(
                  "whitening_bias",
                  WhiteningBias.ZERO,
                  "initial bias behind the whitening filters"),
              Setting.real(
                  "norm_momentum",
                  Config.NORM_MOMENTUM,
                  1e-6,
                  1,
                  "weight of a batch in the norms' running statistics, in the first step"),
              Setting.real(
                  "norm_momentum_end",
                  0,
                  0,
                  1,
                  "that weight at the end, linear over the run; 0 = as norm_momentum")),
          (images, choice, seed) ->
              new Airbench94(
                  new Config(
                      images,
                      choice.constant("activation", Activation.class),
                      choice.constant("pooling", Pooling.class),
                      choice.constant("kernels", Kernels.class),
                      choice.integers("widths"),
                      choice.real("logit_scale"),
                      choice.constant("head_init", HeadInit.class),
                      choice.constant("whitening_bias", WhiteningBias.class),
                      choice.real("norm_momentum"),
                      choice.real("norm_momentum_end")),
                  seed));

  private static final int PATCH = 2;

  /** Added to the eigenvalues, as published. */
  private static final double WHITENING_EPSILON = 5e-4;

  /** The first images of the training set that the whitening is measured on, as published. */
  private static final int WHITENING_IMAGES = 5000;

  private static final double NORM_EPSILON = 1e-12;
  private static final int GROUPS = 3;

  private final Config config;
  private final Convolution whitening;
  private final List<Group> groups = new ArrayList<>();
  private final Linear head;
  private final Scalar logitScale;
  private final FusedAirbench fused;

  /** Who computes what lies between the convolutions; the same but for rounding. */
  public enum Kernels {
    /** Own kernels where they fit, see {@link FusedAirbench}; libtorch elsewhere. */
    FUSED,
    /** libtorch everywhere. */
    PLAIN
  }

  /** Initial weight of the head. */
  public enum HeadInit {
    /** PyTorch's, U(±1/√in). */
    DEFAULT,
    /** That, divided by its standard deviation (with n − 1): airbench94_muon. */
    UNIT
  }

  /** Initial bias behind the whitening filters. */
  public enum WhiteningBias {
    /** legacy airbench94 */
    ZERO,
    /** PyTorch's, U(±1/√(4·channels)): airbench94_muon. */
    UNIFORM
  }

  /**
   * The shape of the network.
   *
   * @param images input and classes; 25 to 48 pixels
   * @param activation everywhere, also behind the whitening
   * @param pooling of each group
   * @param kernels who computes what lies between the convolutions
   * @param widths channels of the three groups, 1–4096 each
   * @param logitScale factor on the logits, 1e-9 to 1e9
   * @param headInit of the head's weight
   * @param whiteningBias of the whitening's bias
   * @param normMomentum weight of the new value in the running statistics of norms, above 0 to 1
   * @param normMomentumEnd that at the end of a run, linear by {@link Network#progress(double)}; 0
   *     = as {@code normMomentum}
   */
  public record Config(
      Images images,
      Activation activation,
      Pooling pooling,
      Kernels kernels,
      List<Integer> widths,
      double logitScale,
      HeadInit headInit,
      WhiteningBias whiteningBias,
      double normMomentum,
      double normMomentumEnd) {
    static final List<Integer> WIDTHS = List.of(64, 256, 256);
    static final double LOGIT_SCALE = 1 / 9.0;
    static final double NORM_MOMENTUM = 0.4;

    /** The last pooling, over 3×3, must give one value. */
    private static final int LAST_POOL = 3;

    public Config {
      widths = List.copyOf(widths);
      Check.that(
          widths.size() == GROUPS,
          "widths = %s are %d numbers; airbench94 has %d groups, e.g. \"64 256 256\"."
              .formatted(widths, widths.size(), GROUPS));
      widths.forEach(width -> Check.range("widths", width, 1, 4096));
      // The whitening takes one pixel, each group halves: 1 pixel if 3 to 5 come to the last pool.
      int halved = 1 << GROUPS;
      int least = LAST_POOL * halved + PATCH - 1;
      int most = 2 * LAST_POOL * halved + PATCH - 2;
      Check.that(
          images.size() >= least && images.size() <= most,
          "airbench94 takes images of %d to %d pixels, for which the last map pools to one value; these have %d. Choose another data set or network."
              .formatted(least, most, images.size()));
      Check.range("logit_scale", logitScale, 1e-9, 1e9);
      Check.range("norm_momentum", normMomentum, 1e-6, 1);
      Check.range("norm_momentum_end", normMomentumEnd, 0, 1);
    }

    /** As in {@code legacy/airbench94.py}. */
    public static Config legacy(Images images) {
      return new Config(
          images,
          Activation.GELU,
          Pooling.MAX,
          Kernels.FUSED,
          WIDTHS,
          LOGIT_SCALE,
          HeadInit.DEFAULT,
          WhiteningBias.ZERO,
          NORM_MOMENTUM,
          0);
    }

    /** As in {@code airbench94_muon.py}. */
    public static Config muon(Images images) {
      return new Config(
          images,
          Activation.GELU,
          Pooling.MAX,
          Kernels.FUSED,
          WIDTHS,
          1.0 / WIDTHS.getLast(),
          HeadInit.UNIT,
          WhiteningBias.UNIFORM,
          NORM_MOMENTUM,
          0);
    }
  }

  public Airbench94(Config config, long seed) {
    this(config, Site.root(seed));
  }

  private Airbench94(Config config, Site root) {
    super(root.state());
    this.config = config;
    Initializer init = root.init();
    long fanIn = (long) config.images().channels() * PATCH * PATCH;
    long in = 2 * fanIn;
    Tensor bias =
        switch (config.whiteningBias()) {
          case ZERO -> init.constant(0, in);
          case UNIFORM -> init.uniform(fanIn, in);
        };
    Tensor filters = init.uniform(fanIn, in, config.images().channels(), PATCH, PATCH);
    whitening = Convolution.frozen(root.at("whiten"), filters, bias);
    Site layers = root.at("layers");
    for (int i = 0; i < GROUPS; i++) {
      long out = config.widths().get(i);
      groups.add(new Group(layers.at(i + 1), config, in, out));
      in = out;
    }
    Tensor weight = init.uniform(in, config.images().classes(), in);
    if (config.headInit() == HeadInit.UNIT) {
      weight.div_(weight.std());
    }
    head = Linear.withoutBias(root.at("head"), Role.HEAD, weight);
    logitScale = root.keep(new Scalar(config.logitScale()));
    fused = new FusedAirbench(() -> body(bias));
  }

  private FusedBody body(Tensor bias) {
    return new FusedBody(
        new Stem(whitening.weight(), bias),
        groups.stream().map(Group::tensors).toList(),
        new FusedBody.Settings(config.activation().kernel(), NORM_EPSILON));
  }

  @Override
  public int preparationImages() {
    return WHITENING_IMAGES;
  }

  /** Computes the whitening filters, from the uncentred covariance of all 2×2 patches. */
  @Override
  public void prepare(Tensor images) {
    Check.that(
        images.dim() == 4 && images.size(1) == config.images().channels(),
        "airbench94 prepares from images [N, %d, H, W], not %s."
            .formatted(config.images().channels(), Arrays.toString(State.shape(images))));
    try (PointerScope _ = new PointerScope();
        AutoGradMode _ = new AutoGradMode(false)) {
      whitening.weight().copy_(Whitening.of(images, PATCH).filters(WHITENING_EPSILON));
    }
  }

  @Override
  public Tensor forward(Tensor x) {
    if (mode() != Mode.EVAL) {
      fused.forget();
    }
    Tensor features = isFused(x) ? fusedFeatures(x) : features(x);
    return Block.apply(features, in -> head.apply(in.flatten(1, 3)).mul(logitScale));
  }

  @Override
  public void backward(Tensor loss) {
    super.backward(loss);
    fused.backward();
  }

  private boolean isFused(Tensor x) {
    return config.kernels() == Kernels.FUSED
        && config.pooling() == Pooling.MAX
        && groups.stream().noneMatch(Group::hasFixedNorm)
        && FusedAirbench.fit(x, whitening.weight(), mode());
  }

  @Override
  public String kernels(ScalarType type) {
    if (config.kernels() == Kernels.PLAIN) {
      return super.kernels(type);
    }
    Optional<String> missing =
        config.pooling() == Pooling.MAX
            ? FusedAirbench.missing(whitening.weight(), type)
            : Optional.of("pooling max");
    return missing
        .map(what -> super.kernels(type) + ", as the fused ones need " + what)
        .orElse("fused");
  }

  private Tensor fusedFeatures(Tensor x) {
    if (mode() == Mode.TRAIN) {
      groups.forEach(Group::count);
    }
    return fused.features(x, mode(), normMomentum());
  }

  private Tensor features(Tensor x) {
    double momentum = normMomentum();
    x = Block.apply(x, in -> config.activation().apply(whitening.apply(in)));
    for (Group group : groups) {
      x = group.apply(x, mode(), momentum);
    }
    return Block.apply(x, in -> max_pool2d(in, 3, 3));
  }

  private double normMomentum() {
    double start = config.normMomentum();
    double end = config.normMomentumEnd();
    return end == 0 ? start : start + (end - start) * progress();
  }

  /** act(norm(conv(act(norm(pool(conv(x))))))): [N, in, H, W] → [N, out, ⌊H/2⌋, ⌊W/2⌋]. */
  private static final class Group {
    private final Convolution conv1;
    private final Halving pool;
    private final BatchNorm norm1;
    private final Convolution conv2;
    private final BatchNorm norm2;
    private final Activation activation;

    Group(Site site, Config config, long in, long out) {
      conv1 = Convolution.passing(site.at("conv1"), in, out);
      pool = new Halving(site, config.pooling(), out);
      norm1 = norm(site.at("norm1"), out);
      conv2 = Convolution.passing(site.at("conv2"), out, out);
      norm2 = norm(site.at("norm2"), out);
      activation = config.activation();
    }

    /** The fused body knows no norm that keeps its statistics in training. */
    boolean hasFixedNorm() {
      return norm1.isFixed() || norm2.isFixed();
    }

    void count() {
      norm1.count();
      norm2.count();
    }

    dev.steepest.lab.kernel.Group tensors() {
      return new dev.steepest.lab.kernel.Group(
          conv1.weight(), norm1.tensors(), conv2.weight(), norm2.tensors());
    }

    private static BatchNorm norm(Site site, long channels) {
      return new BatchNorm(site, channels, BatchNorm.Weight.FROZEN, NORM_EPSILON);
    }

    Tensor apply(Tensor x, Mode mode, double momentum) {
      Tensor half =
          Block.apply(
              x, in -> activation.apply(norm1.apply(pool.apply(conv1.apply(in)), mode, momentum)));
      return Block.apply(
          half, in -> activation.apply(norm2.apply(conv2.apply(in), mode, momentum)));
    }
  }

  @Override
  public void close() {
    fused.close();
    super.close();
  }
}
