package dev.steepest.lab.model;

import static org.bytedeco.pytorch.global.torch.cat;

import dev.steepest.optim.Role;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/**
 * A transformer whose feed-forward parts are mixtures of experts: 79.06 M parameters at the
 * published settings, of which a token passes through 36.6 M. Weighted RMS norms before both parts
 * and before the tied head, fused q/k/v without biases, rotary positions, embedding times √D,
 * dropout after the embedding, on attention weights, inside experts, on both branches and before
 * the head.
 *
 * <p>State names are those of Open-Superintelligence-Lab/blueberry-llm, {@code models/moe_llm.py},
 * with two differences: the tied matrix has one name, and the experts of a layer are stacked, one
 * tensor of E blocks of rows for each of their two weights. {@link #fromOriginal} stacks them.
 *
 * <p>In training the penalty of the routers is that of the tokens which go through the network
 * together: of one process's micro-batch. It therefore depends a little on {@code
 * training.accumulation} and on the number of processes, as no other part of the loss does.
 *
 * <p>Legend: B batch, T tokens, H heads, d features of a head, D features.
 */
public final class MoeGpt extends LanguageNetwork {
  private static final String TABLE = "token_embedding.weight";
  private static final String HEAD = "lm_head.weight";
  private static final double STD = 0.02; // of every matrix, published
  private static final Pattern EXPERT = Pattern.compile("(.*\\.experts)\\.\\d+\\.(linear[12].*)");

  static final List<Setting> SETTINGS =
      List.of(
          vocabularySetting(49_152),
          contextSetting(512),
          Setting.integer("layers", 6, 1, 256, "blocks of attention and experts"),
          Setting.integer("heads", 8, 1, 256, "attention heads"),
          Setting.integer("dim", 384, 2, 16_384, "features per token, an even multiple of heads"),
          Setting.integer("inner", 1536, 1, 65_536, "features inside an expert"),
          Setting.integer("experts", 8, 1, 1024, "experts of a layer"),
          Setting.integer("chosen", 2, 1, 1024, "experts that a token passes through"),
          Setting.real("dropout", 0.1, 0, 0.9, "probability of dropping a value"),
          Setting.real("noise", 0.1, 0, 10, "spread of what is added to the router's logits"));

  static final NetworkKind<Tokens> KIND =
      new NetworkKind<>(
          "moe-gpt",
          "a transformer whose feed-forward parts are mixtures of experts, 79.06 M parameters as published",
          SETTINGS,
          (tokens, choice, seed) -> create(tokens.vocabulary(), choice, seed));

  private final Config config;
  private final TokenTable table;
  private final List<Layer> layers = new ArrayList<>();
  private final RmsNorm norm;
  private final Dropout dropout;
  private final Scalar scale;

  /**
   * The shape of the network.
   *
   * @param vocabulary number of tokens, 2–1,000,000
   * @param context the longest sequence, 1–65,536 tokens
   * @param layers 1–256
   * @param heads attention heads, 1–256
   * @param dim features per token, 2–16,384; an even multiple of {@code heads}
   * @param inner features inside an expert, 1–65,536
   * @param experts of each layer, 1–1024
   * @param chosen experts that a token passes through, 1 to {@code experts}
   * @param dropout probability of dropping a value, 0–.9
   * @param noise standard deviation of what training adds to the router's logits, 0–10
   */
  public record Config(
      int vocabulary,
      int context,
      int layers,
      int heads,
      int dim,
      int inner,
      int experts,
      int chosen,
      double dropout,
      double noise) {
    public Config {
      Check.range("vocabulary", vocabulary, 2, 1_000_000);
      Check.range("context", context, 1, 65_536);
      Check.range("layers", layers, 1, 256);
      Check.range("heads", heads, 1, 256);
      Check.range("dim", dim, 2, 16_384);
      Check.range("inner", inner, 1, 65_536);
      Check.range("experts", experts, 1, 1024);
      Check.range("chosen", chosen, 1, experts);
      Check.range("dropout", dropout, 0, 0.9);
      Check.range("noise", noise, 0, 10);
      Check.that(
          dim % (2 * heads) == 0,
          "dim = %d is not an even multiple of heads = %d (rotary positions turn pairs); change one."
              .formatted(dim, heads));
    }

    /** The published settings, with the vocabulary of the SmolLM tokenizer. */
    public static Config published() {
      return new Config(49_152, 512, 6, 8, 384, 1536, 8, 2, 0.1, 0.1);
    }

    /** The same network without chance in training: no dropout, no noise in the router. */
    public Config withoutChance() {
      return new Config(vocabulary, context, layers, heads, dim, inner, experts, chosen, 0, 0);
    }
  }

  /** The network at its published size. */
  public static MoeGpt published(long seed) {
    return new MoeGpt(Config.published(), seed);
  }

  /** The network of a choice among {@link #SETTINGS}, for data of so many tokens. */
  static MoeGpt create(int vocabularyOfData, Choice choice, long seed) {
    return new MoeGpt(
        new Config(
            vocabulary(choice, vocabularyOfData),
            choice.integer("context"),
            choice.integer("layers"),
            choice.integer("heads"),
            choice.integer("dim"),
            choice.integer("inner"),
            choice.integer("experts"),
            choice.integer("chosen"),
            choice.real("dropout"),
            choice.real("noise")),
        seed);
  }

  public MoeGpt(Config config, long seed) {
    this(config, Site.root(seed));
  }

  private MoeGpt(Config config, Site root) {
    Tensor initial = root.init().normal(STD, config.vocabulary(), config.dim());
    TokenTable tied = new TokenTable(root.at("token_embedding"), initial);
    super(root.state(), tied.head(), config.context());
    this.config = config;
    table = tied;
    for (int i = 0; i < config.layers(); i++) {
      layers.add(new Layer(root.at("transformer_blocks").at(i), config));
    }
    norm = RmsNorm.weighted(root.at("norm"), config.dim());
    dropout = new Dropout(root, config.dropout());
    scale = root.keep(new Scalar(Math.sqrt(config.dim())));
  }

  @Override
  public SequencedMap<String, Tensor> fromOriginal(Map<String, Tensor> values) {
    var stacks = new LinkedHashMap<String, TensorVector>();
    TokenTable.untied(values, TABLE, HEAD)
        .forEach((name, tensor) -> {
          Matcher expert = EXPERT.matcher(name);
          String key = expert.matches() ? expert.group(1) + "." + expert.group(2) : name;
          stacks.computeIfAbsent(key, _ -> new TensorVector()).push_back(tensor);
        });
    var stacked = new LinkedHashMap<String, Tensor>();
    stacks.forEach((name, parts) -> stacked.put(name, cat(parts, 0)));
    return stacked;
  }

  @Override
  Work work(long tokens) {
    double dim = config.dim();
    double perLayer = dim * (4 * dim + 2.0 * config.chosen() * config.inner() + config.experts());
    return new Work(
        config.layers() * perLayer + dim * config.vocabulary(),
        config.layers() * 2 * dim * Work.seen(tokens, tokens));
  }

  @Override
  Encoded encode(Tensor tokens) {
    var penalties = new ArrayList<Tensor>();
    Tensor x_BTD = dropout.apply(table.embed(tokens).mul(scale), mode());
    for (Layer layer : layers) {
      Tensor in = x_BTD;
      List<Tensor> out = Block.all(() -> layer.apply(in, mode()));
      x_BTD = out.getFirst();
      penalties.addAll(out.subList(1, out.size()));
    }
    return new Encoded(dropout.apply(norm.apply(x_BTD), mode()), penalties);
  }

  /** x += drop(attention(norm1(x))); x += drop(experts(norm2(x))). */
  private static final class Layer {
    private final Attention attention;
    private final MixtureOfExperts experts;
    private final RmsNorm norm1;
    private final RmsNorm norm2;
    private final Dropout dropout;

    Layer(Site site, Config config) {
      attention = new Attention(site.at("attention"), config);
      experts = new MixtureOfExperts(site.at("feed_forward"), config, STD);
      norm1 = RmsNorm.weighted(site.at("norm1"), config.dim());
      norm2 = RmsNorm.weighted(site.at("norm2"), config.dim());
      dropout = new Dropout(site, config.dropout());
    }

    /** The features, then the penalties. */
    List<Tensor> apply(Tensor x_BTD, Mode mode) {
      x_BTD = x_BTD.add(dropout.apply(attention.apply(norm1.apply(x_BTD), mode), mode));
      MixtureOfExperts.Output output = experts.apply(norm2.apply(x_BTD), mode);
      var results = new ArrayList<Tensor>();
      results.add(x_BTD.add(dropout.apply(output.features(), mode)));
      results.addAll(output.penalties());
      return results;
    }
  }

  /** Attention with one matrix for queries, keys and values. */
  private static final class Attention {
    private final Linear in;
    private final Linear out;
    private final Rotary rotary;
    private final CausalAttention mix;
    private final int heads;

    Attention(Site site, Config config) {
      int dim = config.dim();
      heads = config.heads();
      Initializer init = site.init();
      in = Linear.fused(site.at("qkv"), Role.MATRIX, 3, init.normal(STD, 3L * dim, dim));
      out = Linear.withoutBias(site.at("w_o"), Role.MATRIX, init.normal(STD, dim, dim));
      rotary = Rotary.neighbours(site, config.context(), dim / heads);
      mix = new CausalAttention(site, config.context(), dim / heads, config.dropout());
    }

    Tensor apply(Tensor x_BTD, Mode mode) {
      // Rows of the fused matrix: q, k, v, each by heads.
      TensorVector qkv_BTHd = in.apply(x_BTD).unflatten(-1, 3L * heads, -1).chunk(3, 2);
      Tensor q_BTHd = rotary.apply(qkv_BTHd.get(0));
      Tensor k_BTHd = rotary.apply(qkv_BTHd.get(1));
      return out.apply(mix.apply(q_BTHd, k_BTHd, qkv_BTHd.get(2), mode));
    }
  }
}
