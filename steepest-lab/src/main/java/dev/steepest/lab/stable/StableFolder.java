package dev.steepest.lab.stable;

import dev.steepest.lab.data.DataException;
import dev.steepest.lab.data.text.tokenizer.ClipTokenizer;
import dev.steepest.lab.data.text.tokenizer.ClipVocabulary;
import dev.steepest.lab.model.stable.ClipConfig;
import dev.steepest.lab.model.stable.ClipText;
import dev.steepest.lab.model.stable.DeclaredWeights;
import dev.steepest.lab.model.stable.StableUnet;
import dev.steepest.lab.model.stable.UnetConfig;
import dev.steepest.lab.model.stable.Vae;
import dev.steepest.lab.model.stable.VaeConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A model folder in diffusers' layout, checked as a whole: {@code tokenizer}, {@code text_encoder},
 * {@code unet}, {@code vae} and {@code scheduler}. Opening reads settings and headers; weights are
 * read when a network is made of them.
 */
public final class StableFolder {
  private static final List<String> DIFFUSERS =
      List.of(
          "diffusion_pytorch_model.safetensors",
          "diffusion_pytorch_model.fp16.safetensors",
          "diffusion_pytorch_model.bf16.safetensors");
  private static final List<String> TRANSFORMERS =
      List.of("model.safetensors", "model.fp16.safetensors", "model.bf16.safetensors");

  private final Path path;
  private final Parts parts;

  private StableFolder(Path path, Parts parts) {
    this.path = path;
    this.parts = parts;
  }

  private record Parts(
      ClipTokenizer tokenizer,
      ClipConfig clip,
      StableConfigs.Unet unet,
      VaeConfig vae,
      Scheduler scheduler,
      Component clipWeights,
      Component unetWeights,
      Component vaeWeights) {}

  /**
   * Reads and compares everything but the weights themselves.
   *
   * @throws DataException naming every problem: missing files, settings that are not supported or
   *     do not go together, tensors that are missing, misshapen or unexpected
   */
  public static StableFolder open(Path path) {
    List<String> problems = new ArrayList<>();
    if (!Files.isDirectory(path)) {
      problems.add(path + ": there is no such folder");
      throw refusal(path, problems);
    }
    Optional<ClipTokenizer> tokenizer = tokenizer(path.resolve("tokenizer"), problems);
    Path text = path.resolve("text_encoder");
    Optional<ClipConfig> clip = StableConfigs.clip(text.resolve("config.json"), problems);
    Optional<Component> clipWeights =
        clip.flatMap(config ->
            Component.compare(
                text,
                TRANSFORMERS,
                DeclaredWeights.of(source -> new ClipText(config, source)),
                problems));
    Path unetFolder = path.resolve("unet");
    Optional<StableConfigs.Unet> unet =
        StableConfigs.unet(unetFolder.resolve("config.json"), problems);
    Optional<Component> unetWeights =
        unet.flatMap(config ->
            Component.compare(
                unetFolder,
                DIFFUSERS,
                DeclaredWeights.of(source -> new StableUnet(config.config(), source)),
                problems));
    Path vaeFolder = path.resolve("vae");
    Optional<VaeConfig> vae = StableConfigs.vae(vaeFolder.resolve("config.json"), problems);
    Optional<Component> vaeWeights =
        vae.flatMap(config ->
            Component.compare(
                vaeFolder,
                DIFFUSERS,
                DeclaredWeights.of(source -> new Vae(config, source)),
                problems));
    Optional<Scheduler> scheduler =
        Scheduler.read(path.resolve("scheduler").resolve("scheduler_config.json"), problems);
    if (tokenizer.isPresent() && clip.isPresent() && unet.isPresent() && vae.isPresent()) {
      compare(tokenizer.get(), clip.get(), unet.get().config(), vae.get(), problems);
    }
    if (!problems.isEmpty()) {
      throw refusal(path, problems);
    }
    return new StableFolder(
        path,
        new Parts(
            tokenizer.orElseThrow(),
            clip.orElseThrow(),
            unet.orElseThrow(),
            vae.orElseThrow(),
            scheduler.orElseThrow(),
            clipWeights.orElseThrow(),
            unetWeights.orElseThrow(),
            vaeWeights.orElseThrow()));
  }

  private static Optional<ClipTokenizer> tokenizer(Path folder, List<String> problems) {
    try {
      return Optional.of(new ClipTokenizer(ClipVocabulary.read(folder)));
    } catch (DataException e) {
      problems.addAll(e.problems());
      return Optional.empty();
    }
  }

  private static void compare(
      ClipTokenizer tokenizer,
      ClipConfig clip,
      UnetConfig unet,
      VaeConfig vae,
      List<String> problems) {
    if (tokenizer.vocabulary() > clip.vocabulary()) {
      problems.add(
          "tokenizer has %d tokens, but text_encoder knows %d (vocab_size)"
              .formatted(tokenizer.vocabulary(), clip.vocabulary()));
    }
    if (tokenizer.length() > clip.length()) {
      problems.add(
          "tokenizer makes prompts of %d tokens (model_max_length), but text_encoder reads %d"
                  .formatted(tokenizer.length(), clip.length())
              + " (max_position_embeddings)");
    }
    if (clip.width() != unet.context()) {
      problems.add(
          "text_encoder says %d features of a token (hidden_size), but unet expects %d"
                  .formatted(clip.width(), unet.context())
              + " (cross_attention_dim)");
    }
    if (vae.latent() != unet.in() || unet.in() != unet.out()) {
      problems.add(
          "vae has latents of %d channels, but unet takes %d and answers %d: they must be equal"
              .formatted(vae.latent(), unet.in(), unet.out()));
    }
  }

  private static DataException refusal(Path path, List<String> problems) {
    return new DataException(
        "Cannot use the model folder " + path,
        problems,
        "It must be a Stable Diffusion 1 or 2 model as diffusers saves it, with safetensors:"
            + " tokenizer, text_encoder, unet, vae and scheduler.");
  }

  /** The folder. */
  public Path path() {
    return path;
  }

  /** What its training says of noise. */
  public Scheduler scheduler() {
    return parts.scheduler();
  }

  /** Of its prompts. */
  public ClipTokenizer tokenizer() {
    return parts.tokenizer();
  }

  /** C, height and width of a latent. */
  public long[] latentShape() {
    return new long[] {parts.vae().latent(), parts.unet().size(), parts.unet().size()};
  }

  /** C, height and width of an image. */
  public long[] imageShape() {
    long size = (long) parts.unet().size() * parts.vae().shrinkage();
    return new long[] {parts.vae().colours(), size, size};
  }

  /** Reads the text encoder's weights; the caller closes it. */
  public ClipText textEncoder(Device device, ScalarType type) {
    try (StoredWeights weights = StoredWeights.open(parts.clipWeights(), device, type)) {
      return new ClipText(parts.clip(), weights);
    }
  }

  /** Reads the U-Net's weights; the caller closes it. */
  public StableUnet unet(Device device, ScalarType type) {
    try (StoredWeights weights = StoredWeights.open(parts.unetWeights(), device, type)) {
      return new StableUnet(parts.unet().config(), weights);
    }
  }

  /** Reads the autoencoder's weights; the caller closes it. */
  public Vae autoencoder(Device device, ScalarType type) {
    try (StoredWeights weights = StoredWeights.open(parts.vaeWeights(), device, type)) {
      return new Vae(parts.vae(), weights);
    }
  }

  /** Where the weights of each network are, by its name. */
  public SortedMap<String, Path> weights() {
    SortedMap<String, Path> weights = new TreeMap<>();
    for (Component component :
        List.of(parts.clipWeights(), parts.unetWeights(), parts.vaeWeights())) {
      weights.put(component.name(), component.file());
    }
    return weights;
  }

  /** Number of the U-Net's weights. */
  long unetWeights() {
    return parts.unetWeights().declared().count();
  }

  /** Number of the autoencoder's weights. */
  long autoencoderWeights() {
    return parts.vaeWeights().declared().count();
  }

  /** What is there, a line each: networks with their numbers of parameters, and the rest. */
  public List<String> describe() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "tokenizer     %,d tokens, prompts of %d"
            .formatted(parts.tokenizer().vocabulary(), parts.tokenizer().length()));
    lines.add(
        line(
            parts.clipWeights(),
            "%d layers of %d".formatted(parts.clip().layers(), parts.clip().width())));
    lines.add(
        line(
            parts.unetWeights(),
            "channels %s"
                .formatted(
                    String.join(
                        "/",
                        parts.unet().config().levels().stream()
                            .map(level -> String.valueOf(level.channels()))
                            .toList()))));
    lines.add(line(parts.vaeWeights(), "scaling %s".formatted(parts.vae().scaling())));
    long[] image = imageShape();
    long[] latent = latentShape();
    lines.add(
        "scheduler     %d time steps, the U-Net says %s"
            .formatted(
                parts.scheduler().noise().steps(),
                parts.scheduler().prediction().name().toLowerCase(Locale.ROOT)));
    lines.add(
        "images        %d×%d pixels of latents %d×%d×%d"
            .formatted(image[1], image[2], latent[0], latent[1], latent[2]));
    return lines;
  }

  private static String line(Component component, String shape) {
    return String.format(
        Locale.ROOT,
        "%-12s  %,11d parameters in %d tensors of %s, %s",
        component.name(),
        component.declared().count(),
        component.declared().shapes().size(),
        String.join(", ", component.types()),
        shape);
  }
}
