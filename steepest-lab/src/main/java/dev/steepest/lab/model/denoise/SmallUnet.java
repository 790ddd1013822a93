package dev.steepest.lab.model.denoise;

import static org.bytedeco.pytorch.global.torch.cat;
import static org.bytedeco.pytorch.global.torch.embedding;
import static org.bytedeco.pytorch.global.torch.pixel_shuffle;
import static org.bytedeco.pytorch.global.torch.pixel_unshuffle;
import static org.bytedeco.pytorch.global.torch.silu;

import dev.steepest.lab.model.Check;
import dev.steepest.lab.model.Convolution;
import dev.steepest.lab.model.GroupNorm;
import dev.steepest.lab.model.Linear;
import dev.steepest.lab.model.NetworkKind;
import dev.steepest.lab.model.Setting;
import dev.steepest.lab.model.Site;
import dev.steepest.lab.model.Stage;
import dev.steepest.optim.Role;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/**
 * A small U-Net that finds noise, for 32×32 images on a few cores: 558 k parameters and 55 M
 * multiply-adds for one grey image at the defaults. Own design.
 *
 * <p>Squares of 2×2 pixels become channels, so that the body works at half the image's size: blocks
 * of {@code width} channels, then as many of twice the width at half the size again, with attention
 * after all but the first, then as many back at the first size, of which the first sees also what
 * the way down ended with. Time step, class and quality are each a vector; their sum goes to every
 * block.
 *
 * <p>Legend: N images, C channels, E = 4·width features of what is told.
 */
public final class SmallUnet extends DenoisingNetwork {
  private static final int SQUARE = 2; // pixels of a side that become channels
  private static final int LEVELS = 2;
  private static final long GROUPS = 8; // assumed: 4 and 8 channels each
  private static final int HEAD =
      64; // least features of an attention head; 32: 18 ms for one attention, 64: 10

  static final NetworkKind<Conditions> KIND =
      new NetworkKind<>(
          "small-unet",
          "a U-Net for noise in small images, 558 k parameters: minutes to train on a laptop",
          List.of(
              Setting.integer(
                  "width", 32, 8, 512, "channels of the first level, a multiple of 8; then twice"),
              Setting.integer("blocks", 3, 1, 8, "residual blocks of each level")),
          (conditions, choice, seed) ->
              new SmallUnet(
                  new Config(conditions, choice.integer("width"), choice.integer("blocks")), seed));

  private final Config config;
  private final TimeEmbedding time;
  private final Linear time1;
  private final Linear time2;
  private final Tensor classes;
  private final Tensor qualities;
  private final Convolution stem;
  private final List<ResidualBlock> down = new ArrayList<>();
  private final Convolution halve;
  private final List<ResidualBlock> middle = new ArrayList<>();
  private final List<PixelAttention> attentions = new ArrayList<>();
  private final Convolution grow;
  private final List<ResidualBlock> up = new ArrayList<>();
  private final GroupNorm norm;
  private final Convolution out;
  private final SequencedMap<String, Projection> projections = new LinkedHashMap<>();

  /**
   * The shape of the network.
   *
   * @param conditions what it sees and is told; the size a multiple of 4
   * @param width channels of the first level, 8–512, a multiple of 8
   * @param blocks residual blocks of each level, 1–8
   */
  public record Config(Conditions conditions, int width, int blocks) {
    public Config {
      Check.range("width", width, 8, 512);
      Check.range("blocks", blocks, 1, 8);
      Check.that(
          width % GROUPS == 0,
          "width = %d is not a multiple of %d, the groups of its norms; use %d."
              .formatted(width, GROUPS, Math.ceilDiv(width, GROUPS) * GROUPS));
      int step = SQUARE * LEVELS;
      Check.that(
          conditions.size() % step == 0,
          "Images of %d×%d pixels cannot be halved twice; small-unet takes sizes that are a multiple of %d."
              .formatted(conditions.size(), conditions.size(), step));
    }

    /** Width 32, three blocks. */
    public static Config of(Conditions conditions) {
      return new Config(conditions, 32, 3);
    }
  }

  public SmallUnet(Config config, long seed) {
    this(config, Site.root(seed));
  }

  private SmallUnet(Config config, Site root) {
    super(root.state(), config.conditions());
    this.config = config;
    Conditions conditions = config.conditions();
    int first = config.width();
    int second = 2 * first;
    int told = 4 * first;
    long pixels = (long) SQUARE * SQUARE * conditions.channels();
    time = new TimeEmbedding(root, told);
    time1 = Linear.standard(root.at("time1"), Role.MATRIX, told, told);
    time2 = Linear.standard(root.at("time2"), Role.MATRIX, told, told);
    classes = table(root, "class", conditions.classes() + 1, told);
    qualities = table(root, "quality", conditions.qualities() + 1, told);
    stem = Convolution.standard(root.at("stem"), Role.INPUT, pixels, first, 3, 1);
    for (int i = 0; i < config.blocks(); i++) {
      down.add(new ResidualBlock(root.at("down").at(i), first, first, GROUPS, told));
    }
    halve = Convolution.standard(root.at("halve"), Role.CONV, first, second, 3, 2);
    for (int i = 0; i < config.blocks(); i++) {
      middle.add(new ResidualBlock(root.at("middle").at(i), second, second, GROUPS, told));
      if (i > 0 || config.blocks() == 1) {
        attend(root.at("attention").at(i), second);
      }
    }
    grow =
        Convolution.standard(
            root.at("grow"), Role.CONV, second, (long) SQUARE * SQUARE * first, 3, 1);
    for (int i = 0; i < config.blocks(); i++) {
      up.add(new ResidualBlock(root.at("up").at(i), i == 0 ? second : first, first, GROUPS, told));
    }
    norm = new GroupNorm(root.at("norm"), GROUPS, first);
    out = Convolution.silent(root.at("out"), Role.HEAD, first, pixels, 3);
  }

  /** Attention heads of a map with so many channels: as many equal ones of at least 64 as fit. */
  public static int heads(int channels) {
    int heads = Math.max(1, channels / HEAD);
    while (channels % heads != 0) {
      heads--;
    }
    return heads;
  }

  private static Tensor table(Site root, String name, long rows, long features) {
    Tensor initial = root.init().normal(1, rows, features); // as torch.nn.Embedding
    return root.at(name).parameter("weight", Role.EMBEDDING, initial);
  }

  private void attend(Site site, int channels) {
    var attention = new PixelAttention(site, channels, GROUPS, heads(channels));
    attentions.add(attention);
    attention
        .projections()
        .forEach((name, projection) -> projections.put(site.prefix() + name, projection));
  }

  @Override
  public SequencedMap<String, Projection> projections() {
    return Collections.unmodifiableSequencedMap(projections);
  }

  @Override
  public Tensor noise(Tensor x_NCHW, Tensor t, Tensor labels) {
    return Stage.run(stages(t, labels), x_NCHW);
  }

  /** What is handed on: the image as it is now, what blocks are told, and the finer image. */
  @Override
  public List<Stage> stages(Tensor t, Tensor labels) {
    List<Stage> stages = new ArrayList<>();
    stages.add(in -> List.of(stem.apply(pixel_unshuffle(in.getFirst(), SQUARE)), tell(t, labels)));
    for (ResidualBlock block : down) {
      stages.add(in -> List.of(block.apply(in.get(0), in.get(1)), in.get(1)));
    }
    stages.add(in -> List.of(halve.apply(in.get(0)), in.get(1), in.get(0)));
    int plain = middle.size() - attentions.size();
    for (int i = 0; i < middle.size(); i++) {
      ResidualBlock block = middle.get(i);
      stages.add(in -> List.of(block.apply(in.get(0), in.get(1)), in.get(1), in.get(2)));
      if (i >= plain) {
        PixelAttention attention = attentions.get(i - plain);
        stages.add(in -> List.of(attention.apply(in.get(0)), in.get(1), in.get(2)));
      }
    }
    stages.add(in -> List.of(join(grow.apply(in.get(0)), in.get(2)), in.get(1)));
    for (ResidualBlock block : up) {
      stages.add(in -> List.of(block.apply(in.get(0), in.get(1)), in.get(1)));
    }
    stages.add(in -> List.of(pixel_shuffle(out.apply(silu(norm.apply(in.getFirst()))), SQUARE)));
    return stages;
  }

  private static Tensor join(Tensor coarse, Tensor fine) {
    return cat(new TensorVector(pixel_shuffle(coarse, SQUARE), fine), 1);
  }

  @Override
  public SmallUnet another() {
    return new SmallUnet(config, 0);
  }

  /** What every block is told of each image, [N, E]. */
  private Tensor tell(Tensor t, Tensor labels) {
    Tensor moment = time2.apply(silu(time1.apply(time.apply(t))));
    Tensor label = embedding(classes, labels.select(1, 0));
    return silu(moment.add(label).add(embedding(qualities, labels.select(1, 1))));
  }
}
