package dev.steepest.lab.model.stable;

import static org.bytedeco.pytorch.global.torch.cat;
import static org.bytedeco.pytorch.global.torch.silu;
import static org.bytedeco.pytorch.global.torch.silu_;

import dev.steepest.lab.model.Linear;
import dev.steepest.lab.model.Stage;
import dev.steepest.lab.model.State;
import dev.steepest.lab.model.denoise.Projection;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The U-Net of Stable Diffusion 1 and 2 (Rombach et al., 2022, arXiv:2112.10752): residual blocks
 * that are told the time step and transformers that see the prompt, at four resolutions.
 *
 * <p>Legend: N images, C channels of a latent, h, w its height and width, S tokens of the prompt, c
 * features of a token.
 *
 * <p>Tensors have the names of diffusers' {@code UNet2DConditionModel}. The weights are frozen; a
 * gradient goes through to the latent, the prompt and what is added to projections. Not
 * thread-safe.
 */
public final class StableUnet implements FrozenNetwork {
  private static final double LONGEST = 10_000; // published, over 2π the longest period in steps

  private final State state = new State();
  private final UnetConfig config;
  private final SequencedMap<String, Projection> projections = new LinkedHashMap<>();
  private final FrozenConvolution first;
  private final Linear time1;
  private final Linear time2;
  private final List<UnetLevel> downward = new ArrayList<>();
  private final Resnet middle1;
  private final PixelTransformer middle;
  private final Resnet middle2;
  private final List<UnetLevel> upward = new ArrayList<>();
  private final FrozenGroupNorm lastNorm;
  private final FrozenConvolution last;

  /** Takes the weights of all layers. */
  public StableUnet(UnetConfig config, WeightSource source) {
    this.config = config;
    Shelf shelf = Shelf.root(source, state);
    UnetConfig.Level finest = config.levels().getFirst();
    UnetConfig.Level coarsest = config.levels().getLast();
    int levels = config.levels().size();
    first = FrozenConvolution.same(shelf.at("conv_in"), config.in(), finest.channels());
    long features = config.timeFeatures();
    time1 = shelf.at("time_embedding.linear_1").linear(finest.channels(), features);
    time2 = shelf.at("time_embedding.linear_2").linear(features, features);
    for (int i = 0; i < levels; i++) {
      downward.add(UnetLevel.down(shelf, i, config, projections));
    }
    Shelf mid = shelf.at("mid_block");
    long channels = coarsest.channels();
    middle1 = Resnet.timed(mid.at("resnets.0"), channels, channels, config);
    middle = new PixelTransformer(mid.at("attentions.0"), coarsest, config, projections);
    middle2 = Resnet.timed(mid.at("resnets.1"), channels, channels, config);
    for (int i = 0; i < levels; i++) {
      upward.add(UnetLevel.up(shelf, i, config, projections));
    }
    lastNorm =
        new FrozenGroupNorm(
            shelf.at("conv_norm_out"), finest.channels(), config.groups(), config.epsilon());
    last = FrozenConvolution.same(shelf.at("conv_out"), finest.channels(), config.out());
  }

  /** The shape of the network. */
  public UnetConfig config() {
    return config;
  }

  /** q, k, v and out of every attention by dotted name, on the way down first. */
  public SequencedMap<String, Projection> projections() {
    return Collections.unmodifiableSequencedMap(projections);
  }

  /**
   * What the network says of noisy latents: their noise or their velocity, by its training.
   *
   * @param x_NChw in the weights' type
   * @param t_N int64, the time step of each
   * @param prompt_NSc in the weights' type
   * @return [N, C, h, w] in the weights' type, owned by the caller's scope
   */
  public Tensor apply(Tensor x_NChw, Tensor t_N, Tensor prompt_NSc) {
    return Stage.run(stages(t_N, prompt_NSc), x_NChw);
  }

  /** {@link #apply} in parts, from the latents to the answer. */
  public List<Stage> stages(Tensor t_N, Tensor prompt_NSc) {
    List<Stage> stages = new ArrayList<>();
    stages.add(in -> {
      Tensor time_NE = time2.apply(silu(time1.apply(circles(t_N, in.getFirst()))));
      return UnetPass.begin(first.apply(in.getFirst()), time_NE).list();
    });
    downward.forEach(level -> level.down(prompt_NSc, stages));
    stages.add(
        UnetPass.stage(pass -> {
          Tensor seen = middle.apply(middle1.apply(pass.x(), pass.time()), prompt_NSc);
          return pass.at(middle2.apply(seen, pass.time()));
        }));
    upward.forEach(level -> level.up(prompt_NSc, stages));
    stages.add(in -> List.of(last.apply(silu_(lastNorm.apply(in.getFirst())))));
    return stages;
  }

  /** The weights by name in the order of the shapes; a 1×1 convolution may be a matrix here. */
  public SequencedMap<String, Tensor> weights() {
    return state.tensors();
  }

  /** cos(t·f_i), then sin(t·f_i), with f_i = 10000^(−i/half), in float64: [N] → [N, 2·half]. */
  private Tensor circles(Tensor t_N, Tensor like) {
    int half = config.levels().getFirst().channels() / 2;
    double[] frequencies = new double[half];
    for (int i = 0; i < half; i++) {
      frequencies[i] = Math.exp(-Math.log(LONGEST) * i / half);
    }
    Tensor f = Tensor.create(frequencies, 1, half).to(t_N.device(), ScalarType.Double);
    Tensor angles = t_N.to(ScalarType.Double).unsqueeze(1).mul(f);
    return cat(new TensorVector(angles.cos(), angles.sin()), 1)
        .to(like.device(), like.scalar_type());
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
