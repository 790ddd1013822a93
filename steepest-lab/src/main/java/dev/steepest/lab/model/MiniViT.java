package dev.steepest.lab.model;

import static org.bytedeco.pytorch.global.torch.cat;

import dev.steepest.optim.Role;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/**
 * A small vision transformer (after Dosovitskiy et al. 2020, arXiv:2010.11929): patches and a class
 * token with learned positions, pre-norm encoder layers with a ReLU feed-forward part, no final
 * norm, linear head on the class token. 1.81 M parameters at the published settings.
 *
 * <p>State names are those of leonardotonelli/optimizers-CIFAR10, {@code models/MiniViT.py}.
 * Deviation: there every encoder layer began as a copy of one layer; here each has its own initial
 * values.
 */
public final class MiniViT extends Network {
  static final NetworkKind<Images> KIND =
      new NetworkKind<>(
          "mini-vit",
          "small vision transformer, 1.81 M parameters at dim 192, depth 6",
          List.of(
              Setting.integer("patch", 4, 1, 64, "patch size in pixels; must divide the image"),
              Setting.integer("dim", 192, 8, 2048, "features per token; a multiple of heads"),
              Setting.integer("depth", 6, 1, 64, "encoder layers"),
              Setting.integer("heads", 6, 1, 64, "attention heads"),
              Setting.integer("mlp_dim", 384, 8, 8192, "features inside the feed-forward part"),
              Setting.real("dropout", 0.1, 0, 0.9, "probability of dropping a value")),
          (images, choice, seed) ->
              new MiniViT(
                  new Config(
                      images,
                      choice.integer("patch"),
                      choice.integer("dim"),
                      choice.integer("depth"),
                      choice.integer("heads"),
                      choice.integer("mlp_dim"),
                      choice.real("dropout")),
                  seed));

  private static final double TOKEN_STD = 0.02; // published: trunc-normal .02

  private final Tensor classToken;
  private final Tensor positions;
  private final Convolution patches;
  private final List<EncoderLayer> layers = new ArrayList<>();
  private final Linear head;

  /**
   * The shape of the network.
   *
   * @param images input and classes
   * @param patch patch size in pixels; divides the image size
   * @param dim features per token; a multiple of {@code heads}
   * @param depth encoder layers
   * @param heads attention heads
   * @param mlpDim features inside the feed-forward part
   * @param dropout probability of dropping a value, 0–.9: of attention weights, inside the
   *     feed-forward part and on both branch outputs
   */
  public record Config(
      Images images, int patch, int dim, int depth, int heads, int mlpDim, double dropout) {
    public Config {
      Check.range("patch", patch, 1, 64);
      Check.range("dim", dim, 8, 2048);
      Check.range("depth", depth, 1, 64);
      Check.range("heads", heads, 1, 64);
      Check.range("mlp_dim", mlpDim, 8, 8192);
      Check.range("dropout", dropout, 0, 0.9);
      Check.that(
          images.size() % patch == 0,
          "patch = %d does not divide the image size %d; choose a divisor."
              .formatted(patch, images.size()));
      Check.that(
          dim % heads == 0,
          "dim = %d is not a multiple of heads = %d; change one.".formatted(dim, heads));
    }

    /** The published settings. */
    public static Config of(Images images) {
      return new Config(images, 4, 192, 6, 6, 384, 0.1);
    }

    public Config withDropout(double rate) {
      return new Config(images, patch, dim, depth, heads, mlpDim, rate);
    }

    private int tokens() {
      int side = images.size() / patch;
      return side * side + 1;
    }
  }

  public MiniViT(Config config, long seed) {
    this(config, Site.root(seed));
  }

  private MiniViT(Config config, Site root) {
    super(root.state());
    Initializer init = root.init();
    int dim = config.dim();
    classToken = root.parameter("cls_token", Role.EMBEDDING, init.normal(TOKEN_STD, 1, 1, dim));
    positions =
        root.parameter(
            "pos_embed", Role.EMBEDDING, init.normal(TOKEN_STD, 1, config.tokens(), dim));
    patches =
        Convolution.patches(
            root.at("patch_embed").at("proj"), config.images().channels(), dim, config.patch());
    for (int i = 0; i < config.depth(); i++) {
      layers.add(new EncoderLayer(root.at("encoder").at("layers").at(i), config));
    }
    head = Linear.standard(root.at("head"), Role.HEAD, dim, config.images().classes());
  }

  @Override
  public Tensor forward(Tensor x) {
    // [B, D, h, w] → [B, h·w, D]
    Tensor patches_BND = patches.apply(x).flatten(2, 3).transpose(1, 2);
    Tensor class_B1D = classToken.expand(x.size(0), -1, -1);
    Tensor x_BTD = cat(new TensorVector(class_B1D, patches_BND), 1).add(positions);
    for (EncoderLayer layer : layers) {
      x_BTD = Block.apply(x_BTD, in -> layer.apply(in, mode()));
    }
    return head.apply(x_BTD.select(1, 0));
  }

  /** x += drop(attention(norm1(x))); x += drop(linear2(drop(relu(linear1(norm2(x)))))). */
  private static final class EncoderLayer {
    private final SelfAttention attention;
    private final Linear linear1;
    private final Linear linear2;
    private final LayerNorm norm1;
    private final LayerNorm norm2;
    private final Dropout dropout;

    EncoderLayer(Site site, Config config) {
      int dim = config.dim();
      attention = new SelfAttention(site.at("self_attn"), dim, config.heads(), config.dropout());
      linear1 = Linear.standard(site.at("linear1"), Role.MATRIX, dim, config.mlpDim());
      linear2 = Linear.standard(site.at("linear2"), Role.MATRIX, config.mlpDim(), dim);
      norm1 = new LayerNorm(site.at("norm1"), dim);
      norm2 = new LayerNorm(site.at("norm2"), dim);
      dropout = new Dropout(site, config.dropout());
    }

    Tensor apply(Tensor x_BTD, Mode mode) {
      x_BTD = x_BTD.add(dropout.apply(attention.apply(norm1.apply(x_BTD), mode), mode));
      Tensor hidden = dropout.apply(linear1.apply(norm2.apply(x_BTD)).relu_(), mode);
      return x_BTD.add(dropout.apply(linear2.apply(hidden), mode));
    }
  }
}
