package dev.steepest.lab.model;

import static org.bytedeco.pytorch.global.torch.cat;
import static org.bytedeco.pytorch.global.torch.embedding;
import static org.bytedeco.pytorch.global.torch.linear;

import dev.steepest.optim.Role;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/**
 * The transformer of the NanoGPT speedrun as of November 2025: 268,665,626 parameters, of which a
 * token meets 114.1 M in products. Against {@link Gpt}:
 *
 * <ul>
 *   <li>a head of its own, which begins at 0; logits 30·σ(z/7.5), so that a new network's loss is
 *       exactly ln V;
 *   <li>the embedding of the token before is added to a token's, by a gate that reads 12 of its
 *       features ({@link Smear});
 *   <li>every block begins with x ← λ₀x + λ₁x₀, where x₀ is the normalised embedding;
 *   <li>three more tables of embeddings are added to the values of attention in the first and last
 *       blocks;
 *   <li>a gate per head, again from 12 features, on what attention brings;
 *   <li>no attention in block 0 and in block 7, no feed-forward part in block 0; what block 4 left
 *       is added before block 7; .5 of what block 8 left is taken off the result ("backout");
 *   <li>q and k are normalised before the rotation, of which half of the pairs take no part;
 *       windows that grow during the run, with YaRN ({@link WindowSchedule}), hence {@link
 *       #progress} changes the result; no attention across documents.
 * </ul>
 *
 * <p>Source: {@code train_gpt.py} of KellerJordan/modded-nanogpt as it was between the records of
 * November 2025, with 2,185 + 40 updates; read in a public copy that names no commit. State names
 * are its own.
 *
 * <p>Deviations. Masters are float32, where the original keeps embeddings, head and gates in
 * bfloat16; the residual stream has autocast's type, as there. The head runs in bfloat16, not in
 * FP8; logits are float32 in training too. Rows of a batch are sequences, where the original has
 * one long row: the first token of a row is not smeared with another document's last. {@code
 * qkvo_w} is kept as four stacked matrices, {@code c_fc} as (out, in), the scalars without the
 * padding for the number of processes. A layer count other than 12 is this library's own: positions
 * move in proportion.
 *
 * <p>Legend: B batch, T tokens, H heads, d features of a head, D features.
 */
public final class GptLate2025 extends LanguageNetwork {
  private static final int EXPANSION = LateBlock.EXPANSION;
  private static final int TABLES = 3;
  private static final int GATE_FEATURES = LateBlock.GATE_FEATURES;
  private static final double MOST = 30; // of a logit, published
  private static final double WIDTH = 7.5;

  static final List<Setting> SETTINGS =
      List.of(
          vocabularySetting(50_304),
          contextSetting(2048),
          Setting.integer("layers", 12, 6, 256, "blocks, an even number"),
          Setting.integer("heads", 6, 1, 256, "attention heads"),
          Setting.integer(
              "dim", 768, GATE_FEATURES, 16_384, "features per token, a multiple of 4·heads"),
          Setting.integer(
              "unit", 128, 1, 65_536, "tokens that the windows 3, 7, 11 and 13 are multiples of"),
          Setting.integer(
              "document",
              50_256,
              -1,
              999_999,
              "token that begins a document, beyond which nothing is seen; -1 = none does"));

  static final NetworkKind<Tokens> KIND =
      new NetworkKind<>(
          "gpt-late2025",
          "the speedrun transformer of late 2025: value embeddings, gates, windows, capped logits",
          SETTINGS,
          (tokens, choice, seed) -> create(tokens.vocabulary(), choice, seed));

  private final Config config;
  private final LateScalars scalars;
  private final Tensor embed_VD;
  private final Smear smear;
  private final List<Tensor> values_VD = new ArrayList<>();
  private final List<LateBlock> blocks = new ArrayList<>();
  private final WindowSchedule windows;
  private final RmsNorm norm;
  private final Scalar document;

  /**
   * The shape of the network.
   *
   * @param vocabulary number of tokens, 2–1,000,000
   * @param context the longest sequence, 1–65,536 tokens
   * @param layers an even number, 6–256
   * @param heads attention heads, 1–256
   * @param dim features per token, 12–16,384; a multiple of four times {@code heads}
   * @param unit tokens that windows are measured in, 1–65,536
   * @param document the token that a document begins with; −1 = documents do not count
   */
  public record Config(
      int vocabulary, int context, int layers, int heads, int dim, int unit, int document) {
    public Config {
      Check.range("vocabulary", vocabulary, 2, 1_000_000);
      Check.range("context", context, 1, 65_536);
      Check.range("layers", layers, 6, 256);
      Check.range("heads", heads, 1, 256);
      Check.range("dim", dim, GATE_FEATURES, 16_384);
      Check.range("unit", unit, 1, 65_536);
      Check.range("document", document, -1, vocabulary - 1);
      Check.that(
          layers % 2 == 0,
          "layers = %d is odd; the later half of the blocks mirrors the earlier, give an even number."
              .formatted(layers));
      Check.that(
          dim % (4 * heads) == 0,
          "dim = %d is not a multiple of 4·heads = %d (half of a head's pairs are turned); change one."
              .formatted(dim, 4 * heads));
    }

    /** The published settings: GPT-2's tokens (padded), 2,048 of them, 12 layers, 6×128. */
    public static Config speedrun() {
      return new Config(50_304, 2048, 12, 6, 768, 128, 50_256);
    }

    /** The block whose result is added again before {@link #mute}: 4 of 12. */
    int source() {
      return layers / 3;
    }

    /** The block in the middle without attention: 7 of 12. */
    int mute() {
      return layers / 2 + 1;
    }

    /** The block whose result is taken off in the end: 8 of 12. */
    int returned() {
      return 2 * layers / 3;
    }

    /** Whether a block, from 1 on, has attention. */
    boolean attends(int block) {
      return block != mute();
    }

    boolean far(int block) {
      return block == source() || block == layers - 1;
    }

    /** Which of the tables of value embeddings a block reads, or −1. */
    int table(int block) {
      if (block >= layers - TABLES) {
        return block - (layers - TABLES);
      }
      return block == 1 || block == 2 ? block : -1;
    }
  }

  /** The network at its published size. */
  public static GptLate2025 speedrun(long seed) {
    return new GptLate2025(Config.speedrun(), seed);
  }

  /** The network of a choice among {@link #SETTINGS}, for data of so many tokens. */
  static GptLate2025 create(int vocabularyOfData, Choice choice, long seed) {
    return new GptLate2025(
        new Config(
            vocabulary(choice, vocabularyOfData),
            choice.integer("context"),
            choice.integer("layers"),
            choice.integer("heads"),
            choice.integer("dim"),
            choice.integer("unit"),
            choice.integer("document")),
        seed);
  }

  public GptLate2025(Config config, long seed) {
    this(config, Site.root(seed));
  }

  private GptLate2025(Config config, Site root) {
    Initializer init = root.init();
    int dim = config.dim();
    LateScalars ownScalars = new LateScalars(root, config.layers());
    Tensor embed =
        root.at("embed")
            .parameter("weight", Role.EMBEDDING, init.normal(1, config.vocabulary(), dim));
    Smear ownSmear = new Smear(root.at("smear_gate"), ownScalars, GATE_FEATURES);
    List<Tensor> tables = new ArrayList<>();
    for (int i = 0; i < TABLES; i++) {
      Tensor initial = init.normal(1, config.vocabulary(), dim);
      tables.add(root.at("value_embeds").at(i).parameter("weight", Role.EMBEDDING, initial));
    }
    List<LateBlock> ownBlocks = new ArrayList<>();
    for (int i = 1; i < config.layers(); i++) {
      ownBlocks.add(new LateBlock(root.at("blocks").at(i), config, ownScalars, i));
    }
    Tensor head =
        root.at("lm_head")
            .parameter("weight", Role.HEAD, init.constant(0, config.vocabulary(), dim));
    super(
        root.state(), new Head(root, head, LogitCap.sigmoid(root, MOST, WIDTH)), config.context());
    this.config = config;
    scalars = ownScalars;
    embed_VD = embed;
    smear = ownSmear;
    values_VD.addAll(tables);
    blocks.addAll(ownBlocks);
    windows = new WindowSchedule(root, config.context(), dim / config.heads(), config.unit());
    norm = RmsNorm.plain(root, dim);
    document = root.keep(new Scalar(config.document()));
  }

  @Override
  public SequencedMap<String, Tensor> fromOriginal(Map<String, Tensor> values) {
    var own = new LinkedHashMap<String, Tensor>();
    values.forEach((name, tensor) ->
        own.put(
            name,
            switch (name.substring(name.lastIndexOf('.') + 1)) {
              // the padding at the end belongs to no layer
              case "scalars" -> tensor.narrow(0, 0, LateScalars.count(config.layers()));
              case "qkvo_w" -> tensor.reshape(-1, config.dim());
              case "c_fc" -> tensor.t();
              default -> tensor;
            }));
    return own;
  }

  @Override
  Work work(long tokens) {
    double dim = config.dim();
    double weights = GATE_FEATURES + dim * config.vocabulary();
    double attention = 0;
    for (int i = 1; i < config.layers(); i++) {
      weights += 2 * EXPANSION * dim * dim;
      if (config.attends(i)) {
        weights += 4 * dim * dim + (double) GATE_FEATURES * config.heads();
        long window = config.far(i) ? windows.far(progress(), mode()) : windows.near(progress());
        attention += 2 * dim * Work.seen(tokens, window);
      }
    }
    return new Work(weights, attention);
  }

  @Override
  Encoded encode(Tensor tokens) {
    Tensor documents = config.document() < 0 ? null : tokens.eq(document).cumsum(1);
    WindowSchedule.Moment moment = windows.at(progress(), mode(), documents);
    Tensor first_BTD = Block.apply(embed(embed_VD, tokens), x -> norm.apply(smear.apply(x)));
    Tensor x_BTD = first_BTD;
    Tensor source_BTD = null;
    Tensor context_BTD = null;
    // Block 0 has neither attention nor a feed-forward part.
    for (int i = 1; i < config.layers(); i++) {
      LateBlock block = blocks.get(i - 1);
      Tensor skipped = i == config.mute() ? source_BTD : null;
      int table = config.attends(i) ? config.table(i) : -1;
      x_BTD =
          Block.apply(
              x_BTD,
              x -> {
                Tensor from = skipped == null ? x : x.add(skipped.mul(scalars.skip()));
                Tensor extra = table < 0 ? null : embed(values_VD.get(table), tokens);
                return block.apply(from, first_BTD, extra, moment, mode());
              });
      source_BTD = i == config.source() ? x_BTD : source_BTD;
      context_BTD = i == config.returned() ? x_BTD : context_BTD;
    }
    Tensor result_BTD = x_BTD.sub(context_BTD.mul(scalars.backout()));
    return new Encoded(norm.apply(result_BTD), List.of());
  }

  /** In autocast's type where it is on, so that the residual stream has it. */
  private static Tensor embed(Tensor table, Tensor tokens) {
    return ComputeType.cast(embedding(table, tokens));
  }

  /** Adds to every token a share of the one before: x_t + λ·σ(gate(x_t))·x_{t−1}. */
  static final class Smear {
    private final Tensor gate_1xF;
    private final LateScalars scalars;

    Smear(Site site, LateScalars scalars, int features) {
      gate_1xF = site.parameter("weight", Role.MATRIX, site.init().constant(0, 1, features));
      this.scalars = scalars;
    }

    Tensor apply(Tensor x_BTD) {
      long others = x_BTD.size(1) - 1;
      if (others == 0) {
        return x_BTD;
      }
      Tensor later = x_BTD.narrow(1, 1, others);
      Tensor gate = linear(later.narrow(2, 0, gate_1xF.size(1)), gate_1xF).sigmoid();
      Tensor smeared = later.add(x_BTD.narrow(1, 0, others).mul(gate.mul(scalars.smear())));
      return cat(new TensorVector(x_BTD.narrow(1, 0, 1), smeared), 1);
    }
  }
}
