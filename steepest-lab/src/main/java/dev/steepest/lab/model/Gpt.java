package dev.steepest.lab.model;

import static org.bytedeco.pytorch.global.torch.relu;

import dev.steepest.optim.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;

/**
 * The transformer of record #5 ("ModernArch") of the NanoGPT speedrun: 123.57 M parameters, all of
 * them matrices. Pre-norm without weights, rotary positions, q and k normalised after the rotation,
 * ReLU² in the feed-forward part, tied head, no biases, no dropout, no norm after the embedding.
 * Both projections back into the residual stream begin at 0, so that a new network says W·norm(w)
 * for a token with the embedding w.
 *
 * <p>State names are those of KellerJordan/modded-nanogpt, {@code
 * records/track_1_short/2024-10-14_ModernArch/train_gpt2.py}, except that the tied matrix has one
 * name.
 *
 * <p>Legend: B batch, T tokens, H heads, d features of a head, D features.
 */
public final class Gpt extends LanguageNetwork {
  private static final String TABLE = "transformer.wte.weight";
  private static final String HEAD = "lm_head.weight";
  private static final int EXPANSION = 4; // of the feed-forward part, published

  static final List<Setting> SETTINGS =
      List.of(
          vocabularySetting(50_304),
          contextSetting(1024),
          Setting.integer("layers", 12, 1, 256, "blocks of attention and feed-forward"),
          Setting.integer("heads", 6, 1, 256, "attention heads"),
          Setting.integer("dim", 768, 2, 16_384, "features per token, an even multiple of heads"),
          Setting.word(
              "activations",
              Activations.KEPT,
              "recomputed: less memory in training, for more time: forward passes twice"));

  static final NetworkKind<Tokens> KIND =
      new NetworkKind<>(
          "gpt",
          "the transformer of record 5 of the NanoGPT speedrun, 123.57 M parameters as published",
          SETTINGS,
          (tokens, choice, seed) -> create(tokens.vocabulary(), choice, seed));

  private final Config config;
  private final TokenTable table;
  private final List<Layer> layers = new ArrayList<>();
  private final RmsNorm norm;
  private final Recomputation recomputation;

  /** What of the forward pass lies in memory until the backward pass. */
  public enum Activations {
    /** All that gradients need. */
    KEPT,
    /**
     * What goes into each layer but the last; its inside is computed again. The way back is {@link
     * Gpt#backward}, for the last forward pass only.
     */
    RECOMPUTED
  }

  /**
   * The shape of the network.
   *
   * @param vocabulary number of tokens, 2–1,000,000
   * @param context the longest sequence, 1–65,536 tokens
   * @param layers 1–256
   * @param heads attention heads, 1–256
   * @param dim features per token, 2–16,384; an even multiple of {@code heads}
   * @param activations what is kept for the backward pass
   */
  public record Config(
      int vocabulary, int context, int layers, int heads, int dim, Activations activations) {
    /** A shape whose activations are kept. */
    public Config(int vocabulary, int context, int layers, int heads, int dim) {
      this(vocabulary, context, layers, heads, dim, Activations.KEPT);
    }

    public Config {
      Check.range("vocabulary", vocabulary, 2, 1_000_000);
      Check.range("context", context, 1, 65_536);
      Check.range("layers", layers, 1, 256);
      Check.range("heads", heads, 1, 256);
      Check.range("dim", dim, 2, 16_384);
      Check.that(
          dim % (2 * heads) == 0,
          "dim = %d is not an even multiple of heads = %d (rotary positions turn pairs); change one."
              .formatted(dim, heads));
    }

    /**
     * The published settings: GPT-2's tokens (padded), 1,024 of them, 12 layers, 6×128 features.
     */
    public static Config speedrun() {
      return new Config(50_304, 1024, 12, 6, 768);
    }
  }

  /** The network at its published size. */
  public static Gpt speedrun(long seed) {
    return new Gpt(Config.speedrun(), seed);
  }

  /** The network of a choice among {@link #SETTINGS}, for data of so many tokens. */
  static Gpt create(int vocabularyOfData, Choice choice, long seed) {
    return new Gpt(
        new Config(
            vocabulary(choice, vocabularyOfData),
            choice.integer("context"),
            choice.integer("layers"),
            choice.integer("heads"),
            choice.integer("dim"),
            choice.constant("activations", Activations.class)),
        seed);
  }

  public Gpt(Config config, long seed) {
    this(config, Site.root(seed));
  }

  private Gpt(Config config, Site root) {
    // The matrix is drawn as a linear layer's: the original ties it that way round.
    Tensor initial = root.init().uniform(config.dim(), config.vocabulary(), config.dim());
    TokenTable tied = new TokenTable(root.at("transformer").at("wte"), initial);
    super(root.state(), tied.head(), config.context());
    this.config = config;
    table = tied;
    for (int i = 0; i < config.layers(); i++) {
      layers.add(new Layer(root.at("transformer").at("h").at(i), config));
    }
    norm = RmsNorm.plain(root, config.dim());
    recomputation = config.activations() == Activations.RECOMPUTED ? new Recomputation(root) : null;
  }

  @Override
  public SequencedMap<String, Tensor> fromOriginal(Map<String, Tensor> values) {
    return TokenTable.untied(values, TABLE, HEAD);
  }

  @Override
  Work work(long tokens) {
    double dim = config.dim();
    double perLayer = (4 + 2 * EXPANSION) * dim * dim;
    return new Work(
        config.layers() * perLayer + dim * config.vocabulary(),
        config.layers() * 2 * dim * Work.seen(tokens, tokens));
  }

  @Override
  public void backward(Tensor loss) {
    super.backward(loss);
    if (recomputation != null) {
      recomputation.back();
    }
  }

  @Override
  public void close() {
    if (recomputation != null) {
      recomputation.release();
    }
    super.close();
  }

  @Override
  Encoded encode(Tensor tokens) {
    Tensor x_BTD = table.embed(tokens);
    List<UnaryOperator<Tensor>> through = new ArrayList<>();
    for (Layer layer : layers) {
      through.add(x -> layer.apply(x, mode()));
    }
    if (recomputation != null) {
      // The way back begins with the last layer: forgetting it would save nothing.
      int last = through.size() - 1;
      x_BTD = recomputation.apply(x_BTD, through.subList(0, last));
      through = through.subList(last, last + 1);
    }
    for (UnaryOperator<Tensor> layer : through) {
      x_BTD = Block.apply(x_BTD, layer);
    }
    return new Encoded(norm.apply(x_BTD), List.of());
  }

  /** x += attention(norm(x)); x += proj(relu(fc(norm(x)))²). */
  private static final class Layer {
    private final Attention attention;
    private final Linear expand;
    private final Linear project;
    private final RmsNorm norm;

    Layer(Site site, Config config) {
      int dim = config.dim();
      int inner = EXPANSION * dim;
      Initializer init = site.init();
      norm = RmsNorm.plain(site, dim);
      attention = new Attention(site.at("attn"), config);
      Site mlp = site.at("mlp");
      expand = Linear.withoutBias(mlp.at("c_fc"), Role.MATRIX, init.uniform(dim, inner, dim));
      project = Linear.withoutBias(mlp.at("c_proj"), Role.MATRIX, init.constant(0, dim, inner));
    }

    Tensor apply(Tensor x_BTD, Mode mode) {
      x_BTD = x_BTD.add(attention.apply(ComputeType.cast(norm.apply(x_BTD)), mode));
      return x_BTD.add(project.apply(relu(expand.apply(norm.apply(x_BTD))).square()));
    }
  }

  /** Attention whose queries and keys have length √d. */
  private static final class Attention {
    private final Linear queries;
    private final Linear keys;
    private final Linear values;
    private final Linear out;
    private final Rotary rotary;
    private final RmsNorm norm;
    private final CausalAttention mix;
    private final int heads;

    Attention(Site site, Config config) {
      int dim = config.dim();
      Initializer init = site.init();
      heads = config.heads();
      queries = Linear.withoutBias(site.at("c_q"), Role.MATRIX, init.uniform(dim, dim, dim));
      keys = Linear.withoutBias(site.at("c_k"), Role.MATRIX, init.uniform(dim, dim, dim));
      values = Linear.withoutBias(site.at("c_v"), Role.MATRIX, init.uniform(dim, dim, dim));
      out = Linear.withoutBias(site.at("c_proj"), Role.MATRIX, init.constant(0, dim, dim));
      rotary = Rotary.halves(site, config.context(), dim / heads);
      norm = RmsNorm.plain(site, dim / heads);
      mix = new CausalAttention(site, config.context(), dim / heads, 0);
    }

    Tensor apply(Tensor x_BTD, Mode mode) {
      Tensor q_BTHd = norm.apply(rotary.apply(split(queries.apply(x_BTD))));
      Tensor k_BTHd = norm.apply(rotary.apply(split(keys.apply(x_BTD))));
      return out.apply(mix.apply(q_BTHd, k_BTHd, split(values.apply(x_BTD)), mode));
    }

    private Tensor split(Tensor x_BTD) {
      return x_BTD.unflatten(-1, heads, -1);
    }
  }
}
