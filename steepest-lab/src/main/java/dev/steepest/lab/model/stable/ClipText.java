package dev.steepest.lab.model.stable;

import static org.bytedeco.pytorch.global.torch.embedding;

import dev.steepest.lab.model.Block;
import dev.steepest.lab.model.State;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The text encoder of CLIP (Radford et al., 2021, arXiv:2103.00020): a transformer in which each
 * token sees itself and the tokens before it, norms first. Of the padding nothing is hidden, as in
 * Stable Diffusion's training.
 *
 * <p>Legend: N prompts, T tokens, D features.
 *
 * <p>Tensors have the names of Hugging Face's {@code CLIPTextModel}. Not thread-safe.
 */
public final class ClipText implements FrozenNetwork {
  private final State state = new State();
  private final ClipConfig config;
  private final Tensor tokenTable_VD;
  private final Tensor positionTable_TD;
  private final List<ClipLayer> layers = new ArrayList<>();
  private final FrozenLayerNorm finalNorm;

  /** Takes the weights of all layers. */
  public ClipText(ClipConfig config, WeightSource source) {
    this.config = config;
    Shelf shelf = Shelf.root(source, state).at("text_model");
    Shelf embeddings = shelf.at("embeddings");
    tokenTable_VD =
        embeddings.at("token_embedding").take("weight", config.vocabulary(), config.width());
    positionTable_TD =
        embeddings.at("position_embedding").take("weight", config.length(), config.width());
    for (int i = 0; i < config.layers(); i++) {
      layers.add(new ClipLayer(shelf.at("encoder").at("layers").at(i), config));
    }
    finalNorm = new FrozenLayerNorm(shelf.at("final_layer_norm"), config.width(), config.epsilon());
  }

  /** The shape of the network. */
  public ClipConfig config() {
    return config;
  }

  /**
   * What the prompts say, token by token.
   *
   * @param tokens_NT int64, T at most {@link ClipConfig#length}
   * @return [N, T, D] in the weights' type, owned by the caller's scope
   */
  public Tensor forward(Tensor tokens_NT) {
    return Block.apply(
        tokens_NT,
        tokens -> {
          Tensor x_NTD =
              embedding(tokenTable_VD, tokens).add(positionTable_TD.narrow(0, 0, tokens.size(1)));
          for (ClipLayer layer : layers) {
            x_NTD = Block.apply(x_NTD, layer::apply);
          }
          return finalNorm.apply(x_NTD);
        });
  }

  @Override
  public void to(Device device, ScalarType type) {
    state.move(device, type);
  }

  @Override
  public void close() {
    state.close();
  }
}
