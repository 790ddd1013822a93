package dev.steepest.lab.model.denoise;

import static org.bytedeco.pytorch.global.torch.avg_pool2d;
import static org.bytedeco.pytorch.global.torch.cat;
import static org.bytedeco.pytorch.global.torch.gelu;
import static org.bytedeco.pytorch.global.torch.max_pool2d;

import dev.steepest.lab.model.BatchNorm;
import dev.steepest.lab.model.Block;
import dev.steepest.lab.model.Check;
import dev.steepest.lab.model.Convolution;
import dev.steepest.lab.model.GroupNorm;
import dev.steepest.lab.model.Linear;
import dev.steepest.lab.model.Mode;
import dev.steepest.lab.model.NetworkKind;
import dev.steepest.lab.model.Setting;
import dev.steepest.lab.model.Site;
import dev.steepest.lab.model.TransposedConvolution;
import dev.steepest.optim.Role;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/**
 * The U-Net of TeaPearce/Conditional_Diffusion_MNIST ({@code script.py}, commit 657b498): 6.6 M
 * parameters for 28×28 grey images, convolutions with batch norm, down to one vector and back up.
 * State names and order are the original's.
 *
 * <p>As published: the class enters as <em>minus</em> its one-hot vector, no class as zeros; what
 * is told multiplies and shifts the maps on the way up; a residual sum is divided by 1.414. The
 * original is built for 28×28; other multiples of 4 change the size of the smallest map, and so of
 * one filter. Quality is not told: it has no place in the original.
 *
 * <p>Legend: N images, C channels, H height, W width, K classes, F features.
 */
public final class ContextUnet extends DenoisingNetwork {
  private static final long GROUPS = 8; // published
  private static final double ROOT = 1.414; // published, for √2
  private static final int HALVINGS = 4; // the map before the vector has this part of a side

  static final NetworkKind<Conditions> KIND =
      new NetworkKind<>(
          "context-unet",
          "TeaPearce's U-Net for MNIST with batch norm, 6.6 M parameters as published",
          List.of(
              Setting.integer("features", 128, 8, 1024, "of the first level, a multiple of 8"),
              Setting.integer(
                  "time_steps", 1000, 1, 100_000, "it is told the time step divided by this")),
          (conditions, choice, seed) ->
              new ContextUnet(
                  new Config(conditions, choice.integer("features"), choice.integer("time_steps")),
                  seed));

  private final Config config;
  private final Residual initial;
  private final Pair down1;
  private final Pair down2;
  private final Embedding time1;
  private final Embedding time2;
  private final Embedding context1;
  private final Embedding context2;
  private final TransposedConvolution unfold;
  private final GroupNorm unfoldNorm;
  private final Up up1;
  private final Up up2;
  private final Convolution out0;
  private final GroupNorm outNorm;
  private final Convolution out3;
  private final Tensor contexts;
  private final Scalar clock;
  private final long[] smallest;

  /**
   * The shape of the network.
   *
   * @param conditions what it sees and is told; the size a multiple of 4
   * @param features of the first level, 8–1,024, a multiple of 8
   * @param timeSteps what the time step is divided by, 1–100,000; 400 as published
   */
  public record Config(Conditions conditions, int features, int timeSteps) {
    public Config {
      Check.range("features", features, 8, 1024);
      Check.range("time_steps", timeSteps, 1, 100_000);
      Check.that(
          features % GROUPS == 0,
          "features = %d is not a multiple of %d, the groups of its norms; use %d."
              .formatted(features, GROUPS, Math.ceilDiv(features, GROUPS) * GROUPS));
      Check.that(
          conditions.size() % HALVINGS == 0,
          "Images of %d×%d pixels cannot be halved twice; context-unet takes sizes that are a multiple of %d."
              .formatted(conditions.size(), conditions.size(), HALVINGS));
    }
  }

  public ContextUnet(Config config, long seed) {
    this(config, Site.root(seed));
  }

  private ContextUnet(Config config, Site root) {
    super(root.state(), config.conditions());
    this.config = config;
    Conditions conditions = config.conditions();
    long f = config.features();
    long side = conditions.size() / HALVINGS;
    long channels = conditions.channels();
    long classes = conditions.classes();
    initial = new Residual(root.at("init_conv"), channels, f);
    down1 = new Pair(root.at("down1").at("model").at(0), Role.CONV, f, f);
    down2 = new Pair(root.at("down2").at("model").at(0), Role.CONV, f, 2 * f);
    time1 = new Embedding(root.at("timeembed1"), 1, 2 * f);
    time2 = new Embedding(root.at("timeembed2"), 1, f);
    context1 = new Embedding(root.at("contextembed1"), classes, 2 * f);
    context2 = new Embedding(root.at("contextembed2"), classes, f);
    unfold = new TransposedConvolution(root.at("up0").at(0), 2 * f, 2 * f, side);
    unfoldNorm = new GroupNorm(root.at("up0").at(1), GROUPS, 2 * f);
    up1 = new Up(root.at("up1").at("model"), 4 * f, f);
    up2 = new Up(root.at("up2").at("model"), 2 * f, f);
    out0 = Convolution.standard(root.at("out").at(0), Role.CONV, 2 * f, f, 3, 1);
    outNorm = new GroupNorm(root.at("out").at(1), GROUPS, f);
    out3 = Convolution.standard(root.at("out").at(3), Role.HEAD, f, channels, 3, 1);
    contexts = root.constant(contexts(root, classes));
    clock = root.keep(new Scalar((double) config.timeSteps()));
    smallest = new long[] {side, side};
  }

  /** A row for each class, minus its one-hot vector, and zeros for none: [K + 1, K]. */
  private static Tensor contexts(Site root, long classes) {
    Tensor rows = root.init().constant(0, classes + 1, classes);
    rows.diagonal().fill_(new Scalar(-1));
    return rows;
  }

  @Override
  public Tensor noise(Tensor x_NCHW, Tensor t, Tensor labels) {
    Tensor moment_N1 = t.to(contexts.scalar_type()).div(clock).unsqueeze(1);
    Tensor context_NK = contexts.index_select(0, labels.select(1, 0));
    Tensor first = initial.apply(x_NCHW, mode());
    Tensor half = max_pool2d(down1.apply(first, mode()), 2);
    Tensor quarter = max_pool2d(down2.apply(half, mode()), 2);
    Tensor vector = gelu(avg_pool2d(quarter, smallest));
    Tensor y = unfoldNorm.apply(unfold.apply(vector)).relu_();
    y = up1.apply(told(y, context1.apply(context_NK), time1.apply(moment_N1)), quarter, mode());
    y = up2.apply(told(y, context2.apply(context_NK), time2.apply(moment_N1)), half, mode());
    y = out0.apply(cat(new TensorVector(y, first), 1));
    return out3.apply(outNorm.apply(y).relu_());
  }

  @Override
  public ContextUnet another() {
    return new ContextUnet(config, 0);
  }

  private static Tensor told(Tensor y_NFHW, Tensor context_NF11, Tensor moment_NF11) {
    return y_NFHW.mul(context_NF11).add_(moment_NF11);
  }

  /** gelu(norm(conv(x))). */
  private static final class Stage {
    private final Convolution conv;
    private final BatchNorm norm;

    Stage(Site site, Role role, long in, long out) {
      conv = Convolution.standard(site.at(0), role, in, out, 3, 1);
      norm = new BatchNorm(site.at(1), out);
    }

    Tensor apply(Tensor x, Mode mode) {
      return Block.apply(x, in -> gelu(norm.apply(conv.apply(in), mode)));
    }
  }

  /** Two stages, one after the other. */
  private static final class Pair {
    private final Stage first;
    private final Stage second;

    Pair(Site site, Role role, long in, long out) {
      first = new Stage(site.at("conv1"), role, in, out);
      second = new Stage(site.at("conv2"), Role.CONV, out, out);
    }

    Tensor apply(Tensor x, Mode mode) {
      return second.apply(first.apply(x, mode), mode);
    }
  }

  /** Two stages whose results are added: where channels are as many, x stands for the first's. */
  private static final class Residual {
    private final Pair stages;
    private final boolean same;
    private final Scalar root;

    Residual(Site site, long in, long out) {
      stages = new Pair(site, Role.INPUT, in, out);
      same = in == out;
      root = site.keep(new Scalar(ROOT));
    }

    Tensor apply(Tensor x, Mode mode) {
      Tensor once = stages.first.apply(x, mode);
      return (same ? x : once).add(stages.second.apply(once, mode)).div(root);
    }
  }

  /** Doubles what comes up together with what went down. */
  private static final class Up {
    private final TransposedConvolution grow;
    private final Pair first;
    private final Pair second;

    Up(Site site, long in, long out) {
      grow = new TransposedConvolution(site.at(0), in, out, 2);
      first = new Pair(site.at(1), Role.CONV, out, out);
      second = new Pair(site.at(2), Role.CONV, out, out);
    }

    Tensor apply(Tensor x, Tensor skip, Mode mode) {
      Tensor grown = grow.apply(cat(new TensorVector(x, skip), 1));
      return second.apply(first.apply(grown, mode), mode);
    }
  }

  /** Two linear layers with GELU between: [N, in] → [N, out, 1, 1]. */
  private static final class Embedding {
    private final Linear first;
    private final Linear second;

    Embedding(Site site, long in, long out) {
      first = Linear.standard(site.at("model").at(0), Role.MATRIX, in, out);
      second = Linear.standard(site.at("model").at(2), Role.MATRIX, out, out);
    }

    Tensor apply(Tensor x) {
      return second.apply(gelu(first.apply(x))).unsqueeze(-1).unsqueeze(-1);
    }
  }
}
