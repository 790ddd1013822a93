package dev.steepest.lab.stable;

import dev.steepest.lab.diffusion.NoiseSchedule;
import dev.steepest.lab.diffusion.TunablePrior;
import dev.steepest.lab.model.Block;
import dev.steepest.lab.model.Stage;
import dev.steepest.lab.model.denoise.Projection;
import dev.steepest.lab.model.stable.ClipText;
import dev.steepest.lab.model.stable.StableUnet;
import dev.steepest.lab.model.stable.Vae;
import dev.steepest.optim.Parameter;
import dev.steepest.optim.Role;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Stable Diffusion as a prior: prompts are text, what it denoises are latents. A condition is
 * float32 [1, tokens, features].
 *
 * <p>The weights of each network are read when it is first needed. Latents and conditions are of
 * any floating type; the networks compute in {@link Options#precision}.
 *
 * <p>Legend: N images, C channels of a latent, h, w its height and width.
 */
public final class StablePrior implements TunablePrior {
  private final StableFolder folder;
  private final ScalarType type;
  private String device;
  private Optional<StableUnet> unet = Optional.empty();
  private Optional<ClipText> text = Optional.empty();
  private Optional<Vae> autoencoder = Optional.empty();

  /**
   * How the networks are held.
   *
   * @param device where they compute, as libtorch names it: {@code cpu}, {@code cuda:0}
   * @param precision in which type
   */
  public record Options(String device, Precision precision) {
    /** float32 on the CPU. */
    public static Options standard() {
      return new Options("cpu", Precision.FLOAT32);
    }
  }

  /** The type of weights and of what is computed of them. */
  public enum Precision {
    FLOAT32(ScalarType.Float),
    /** Half the memory; about two digits fewer. */
    BFLOAT16(ScalarType.BFloat16);

    private final ScalarType type;

    Precision(ScalarType type) {
      this.type = type;
    }

    ScalarType type() {
      return type;
    }
  }

  private StablePrior(StableFolder folder, String device, ScalarType type) {
    this.folder = folder;
    this.device = device;
    this.type = type;
  }

  /**
   * Opens a folder in diffusers' layout.
   *
   * @throws dev.steepest.lab.data.DataException naming everything that is wrong of it
   */
  public static StablePrior open(Path path, Options options) {
    return of(StableFolder.open(path), options);
  }

  /** Of a folder that was opened. */
  public static StablePrior of(StableFolder folder, Options options) {
    return new StablePrior(folder, options.device(), options.precision().type());
  }

  /** Moves all networks, those too that are read later; returns this. */
  public StablePrior to(Device other) {
    device = other.str().getString();
    unet.ifPresent(network -> network.to(other, type));
    text.ifPresent(network -> network.to(other, type));
    autoencoder.ifPresent(network -> network.to(other, type));
    return this;
  }

  /** Where the weights come from. */
  public StableFolder folder() {
    return folder;
  }

  private Device device() {
    return new Device(device);
  }

  @Override
  public NoiseSchedule schedule() {
    return folder.scheduler().noise();
  }

  @Override
  public long[] shape() {
    return folder.latentShape();
  }

  @Override
  public long[] imageShape() {
    return folder.imageShape();
  }

  @Override
  public Tensor condition(String prompt) {
    long[] tokens = Arrays.stream(folder.tokenizer().prompt(prompt)).asLongStream().toArray();
    ClipText encoder = text();
    try (AutoGradMode _ = new AutoGradMode(false)) {
      return Block.apply(
          Tensor.create(tokens, 1, tokens.length),
          row -> encoder.forward(row.to(device(), ScalarType.Long)).to(ScalarType.Float));
    }
  }

  private StableUnet unet() {
    if (unet.isEmpty()) {
      try (PointerScope _ = new PointerScope()) {
        unet = Optional.of(folder.unet(device(), type));
      }
    }
    return unet.get();
  }

  private ClipText text() {
    if (text.isEmpty()) {
      try (PointerScope _ = new PointerScope()) {
        text = Optional.of(folder.textEncoder(device(), type));
      }
    }
    return text.get();
  }

  /** Frees the memory of the text encoder. */
  @Override
  public void releaseText() {
    text.ifPresent(ClipText::close);
    text = Optional.empty();
  }

  @Override
  public Tensor noise(Tensor x_NChw, Tensor t_N, Tensor conditions) {
    return Stage.run(stages(t_N, conditions), x_NChw);
  }

  /** The latent is handed on to the last part, where a velocity is turned into noise. */
  @Override
  public List<Stage> stages(Tensor t_N, Tensor conditions) {
    Tensor prompt = conditions.to(device(), type);
    List<Stage> stages = new ArrayList<>();
    stages.add(in -> List.of(in.getFirst(), in.getFirst().to(device(), type)));
    for (Stage stage : unet().stages(t_N, prompt)) {
      stages.add(in -> {
        List<Tensor> out = new ArrayList<>(List.of(in.getFirst()));
        out.addAll(stage.apply(in.subList(1, in.size())));
        return out;
      });
    }
    stages.add(in -> List.of(noiseOf(in.get(1), in.get(0), t_N)));
    return stages;
  }

  private Tensor noiseOf(Tensor answer_NChw, Tensor x_NChw, Tensor t_N) {
    Tensor said = answer_NChw.to(x_NChw.device(), x_NChw.scalar_type());
    return switch (folder.scheduler().prediction()) {
      case NOISE -> said;
      case VELOCITY -> schedule().noiseOfVelocity(x_NChw, said, t_N);
    };
  }

  @Override
  public SequencedMap<String, Projection> projections() {
    return unet().projections();
  }

  @Override
  public List<Parameter> parameters() {
    return unet().weights().entrySet().stream()
        .map(entry ->
            new Parameter(entry.getKey(), role(entry.getKey(), entry.getValue()), entry.getValue()))
        .toList();
  }

  private static Role role(String name, Tensor weight) {
    if (name.equals("conv_in.weight")) {
      return Role.INPUT;
    }
    if (name.equals("conv_out.weight")) {
      return Role.HEAD;
    }
    return switch ((int) weight.dim()) {
      case 4 -> Role.CONV;
      case 2 -> Role.MATRIX;
      default -> Role.VECTOR;
    };
  }

  @Override
  public StablePrior copy() {
    StableUnet mine = unet();
    SequencedMap<String, Tensor> weights = mine.weights();
    try (PointerScope _ = new PointerScope();
        AutoGradMode _ = new AutoGradMode(false)) {
      StablePrior copy = new StablePrior(folder, device, type);
      copy.unet =
          Optional.of(
              new StableUnet(
                  mine.config(), (name, shape) -> weights.get(name).detach().clone().view(shape)));
      return copy;
    }
  }

  /** Number of the weights of the network that predicts noise; nothing is read. */
  public long unetWeights() {
    return folder.unetWeights();
  }

  /**
   * Bytes of what is still to be read for steps and looks: not of the text encoder, which is
   * smaller and away by then.
   */
  public long bytesToRead() {
    long weights =
        (unet.isEmpty() ? folder.unetWeights() : 0)
            + (autoencoder.isEmpty() ? folder.autoencoderWeights() : 0);
    return weights * (type == ScalarType.BFloat16 ? Short.BYTES : Float.BYTES);
  }

  @Override
  public Tensor decode(Tensor x_NChw) {
    Vae vae = autoencoder();
    try (AutoGradMode _ = new AutoGradMode(false)) {
      return Block.apply(x_NChw, x -> vae.decode(computed(x)).to(x.device(), x.scalar_type()));
    }
  }

  @Override
  public Tensor encode(Tensor images) {
    Vae vae = autoencoder();
    try (AutoGradMode _ = new AutoGradMode(false)) {
      return Block.apply(images, x -> vae.encode(computed(x)).to(x.device(), x.scalar_type()));
    }
  }

  private Tensor computed(Tensor x) {
    return x.to(device(), type);
  }

  private Vae autoencoder() {
    if (autoencoder.isEmpty()) {
      try (PointerScope _ = new PointerScope()) {
        autoencoder = Optional.of(folder.autoencoder(device(), type));
      }
    }
    return autoencoder.get();
  }

  @Override
  public void close() {
    releaseText();
    autoencoder.ifPresent(Vae::close);
    autoencoder = Optional.empty();
    unet.ifPresent(StableUnet::close);
    unet = Optional.empty();
  }
}
