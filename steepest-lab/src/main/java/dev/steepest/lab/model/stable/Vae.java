package dev.steepest.lab.model.stable;

import static org.bytedeco.pytorch.global.torch.cat;

import dev.steepest.lab.model.Block;
import dev.steepest.lab.model.State;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The autoencoder of Stable Diffusion (Kingma and Welling, 2014; Rombach et al., 2022): images of
 * −1 to 1 to latents an eighth as high and wide, and back.
 *
 * <p>Images go through one by one: a map of the full resolution is a hundred times as large as the
 * image.
 *
 * <p>Legend: N images, C channels of a latent, h, w its height and width, H, W those of an image.
 *
 * <p>Tensors have the names of diffusers' {@code AutoencoderKL}. Not thread-safe.
 */
public final class Vae implements FrozenNetwork {
  private final State state = new State();
  private final VaeConfig config;
  private final VaeEncoder encoder;
  private final FrozenConvolution moments;
  private final FrozenConvolution entry;
  private final VaeDecoder decoder;
  private final Scalar scaling;
  private final Scalar unscaling;

  /** Takes the weights of all layers. */
  public Vae(VaeConfig config, WeightSource source) {
    this.config = config;
    Shelf shelf = Shelf.root(source, state);
    encoder = new VaeEncoder(shelf.at("encoder"), config);
    moments =
        FrozenConvolution.pointwise(
            shelf.at("quant_conv"), 2L * config.latent(), 2L * config.latent());
    entry =
        FrozenConvolution.pointwise(shelf.at("post_quant_conv"), config.latent(), config.latent());
    decoder = new VaeDecoder(shelf.at("decoder"), config);
    scaling = state.keep(new Scalar(config.scaling()));
    unscaling = state.keep(new Scalar(1 / config.scaling()));
  }

  /** The shape of the network. */
  public VaeConfig config() {
    return config;
  }

  /**
   * The means of the images' latents, scaled: no noise is drawn.
   *
   * @param images [N, colours, H, W] in the weights' type; H and W multiples of {@link
   *     VaeConfig#shrinkage}
   * @return [N, C, h, w], owned by the caller's scope
   */
  public Tensor encode(Tensor images) {
    return each(
        images,
        image -> moments.apply(encoder.apply(image)).narrow(1, 0, config.latent()).mul(scaling));
  }

  /**
   * The images of scaled latents.
   *
   * @param latents_NChw in the weights' type
   * @return [N, colours, H, W], owned by the caller's scope
   */
  public Tensor decode(Tensor latents_NChw) {
    return each(latents_NChw, latent -> decoder.apply(entry.apply(latent.mul(unscaling))));
  }

  private static Tensor each(Tensor rows, UnaryOperator<Tensor> body) {
    return Block.apply(
        rows,
        all -> {
          TensorVector results = new TensorVector(all.size(0));
          for (long i = 0; i < all.size(0); i++) {
            results.put(i, Block.apply(all.narrow(0, i, 1), body));
          }
          return cat(results, 0);
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
