package dev.steepest.lab.stable;

import dev.steepest.lab.model.stable.ClipConfig;
import dev.steepest.lab.model.stable.ClipText;
import dev.steepest.lab.model.stable.DeclaredWeights;
import dev.steepest.lab.model.stable.StableUnet;
import dev.steepest.lab.model.stable.UnetConfig;
import dev.steepest.lab.model.stable.Vae;
import dev.steepest.lab.model.stable.VaeConfig;
import dev.steepest.tensor.Safetensors;
import dev.steepest.tensor.Seeds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Writes a small model of random weights in the layout of diffusers: latents of 4×8×8, images of
 * 3×16×16.
 */
final class TinyStable {
  /** Prompts are of these words. */
  static final List<String> WORDS = List.of("a", "cat", "dog", "of", "photo", "star");

  /** What the two versions of Stable Diffusion do differently. */
  enum Version {
    ONE("quick_gelu", "false", "[2, 2, 2]", "epsilon", "<|endoftext|>"),
    TWO("gelu", "true", "[1, 2, 4]", "v_prediction", "!");

    private final String activation;
    private final String linear;
    private final String heads;
    private final String prediction;
    private final String padding;

    Version(String activation, String linear, String heads, String prediction, String padding) {
      this.activation = activation;
      this.linear = linear;
      this.heads = heads;
      this.prediction = prediction;
      this.padding = padding;
    }
  }

  private final Path folder;
  private final ScalarType type;

  private TinyStable(Path folder, ScalarType type) {
    this.folder = folder;
    this.type = type;
  }

  /** Weights as they are published: float32. */
  static void write(Path folder, Version version) throws IOException {
    write(folder, version, ScalarType.Float);
  }

  static void write(Path folder, Version version, ScalarType type) throws IOException {
    TinyStable tiny = new TinyStable(folder, type);
    tiny.tokenizer(version);
    tiny.text(version);
    tiny.unet(version);
    tiny.vae();
    tiny.file(
        "scheduler/scheduler_config.json",
        """
        {"_class_name": "PNDMScheduler", "beta_end": 0.012, "beta_schedule": "scaled_linear",
         "beta_start": 0.00085, "clip_sample": false, "num_train_timesteps": 1000,
         "prediction_type": "%s", "set_alpha_to_one": false, "steps_offset": 1,
         "trained_betas": null}
        """
            .formatted(version.prediction));
  }

  private void tokenizer(Version version) throws IOException {
    StringBuilder vocabulary = new StringBuilder("{\"!\": 0");
    StringBuilder merges = new StringBuilder("#version: 0.2\n");
    Map<String, Integer> tokens = new LinkedHashMap<>(Map.of("!", 0));
    for (String word : WORDS) {
      for (int i = 1; i < word.length(); i++) {
        String last = word.charAt(i) + (i + 1 == word.length() ? "</w>" : "");
        tokens.putIfAbsent(word.substring(0, i), tokens.size());
        tokens.putIfAbsent(last, tokens.size());
        tokens.putIfAbsent(word.substring(0, i) + last, tokens.size());
        merges.append(word, 0, i).append(' ').append(last).append('\n');
      }
      tokens.putIfAbsent(word + "</w>", tokens.size());
    }
    for (String special : List.of(",</w>", "<|startoftext|>", "<|endoftext|>")) {
      tokens.putIfAbsent(special, tokens.size());
    }
    tokens.remove("!");
    tokens.forEach((word, token) -> vocabulary.append(",\n\"%s\": %d".formatted(word, token)));
    file("tokenizer/vocab.json", vocabulary.append("}").toString());
    file("tokenizer/merges.txt", merges.toString());
    file("tokenizer/tokenizer_config.json", "{\"model_max_length\": 12}");
    file("tokenizer/special_tokens_map.json", "{\"pad_token\": \"%s\"}".formatted(version.padding));
  }

  private void text(Version version) throws IOException {
    file(
        "text_encoder/config.json",
        """
        {"vocab_size": 60, "max_position_embeddings": 12, "hidden_size": 16,
         "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 32,
         "hidden_act": "%s", "layer_norm_eps": 1e-05, "model_type": "clip_text_model"}
        """
            .formatted(version.activation));
    ClipConfig config = new ClipConfig(60, 12, 16, 2, 2, 32, ClipConfig.Gelu.EXACT, 1e-5);
    weights(
        "text_encoder/model.safetensors",
        DeclaredWeights.of(source -> new ClipText(config, source)),
        Map.of("text_model.embeddings.position_ids", torch.arange(new Scalar(12))));
  }

  private void unet(Version version) throws IOException {
    file(
        "unet/config.json",
        """
        {"_class_name": "UNet2DConditionModel", "act_fn": "silu",
         "attention_head_dim": %s, "block_out_channels": [8, 16, 16],
         "center_input_sample": false, "cross_attention_dim": 16,
         "down_block_types": ["CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"],
         "up_block_types": ["UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"],
         "downsample_padding": 1, "flip_sin_to_cos": true, "freq_shift": 0,
         "in_channels": 4, "out_channels": 4, "layers_per_block": 1,
         "mid_block_scale_factor": 1, "norm_eps": 1e-05, "norm_num_groups": 4,
         "sample_size": 8, "use_linear_projection": %s}
        """
            .formatted(version.heads, version.linear));
    List<UnetConfig.Level> levels =
        List.of(
            new UnetConfig.Level(8, 1, UnetConfig.Attention.CROSS),
            new UnetConfig.Level(16, 2, UnetConfig.Attention.CROSS),
            new UnetConfig.Level(16, 4, UnetConfig.Attention.NONE));
    UnetConfig.Entry entry =
        version == Version.TWO ? UnetConfig.Entry.LINEAR : UnetConfig.Entry.CONVOLUTION;
    UnetConfig config =
        new UnetConfig(4, 4, levels, 1, 4, 1e-5, 16, entry, UnetConfig.Scores.AS_WEIGHTS);
    weights(
        "unet/diffusion_pytorch_model.safetensors",
        DeclaredWeights.of(source -> new StableUnet(config, source)),
        Map.of());
  }

  /** With the names that older versions gave its attention. */
  private void vae() throws IOException {
    file(
        "vae/config.json",
        """
        {"_class_name": "AutoencoderKL", "act_fn": "silu", "block_out_channels": [8, 12],
         "down_block_types": ["DownEncoderBlock2D", "DownEncoderBlock2D"],
         "up_block_types": ["UpDecoderBlock2D", "UpDecoderBlock2D"], "in_channels": 3,
         "out_channels": 3, "latent_channels": 4, "layers_per_block": 1, "norm_num_groups": 4,
         "sample_size": 16}
        """);
    VaeConfig config = new VaeConfig(3, 4, List.of(8, 12), 1, 4, 0.18215);
    weights(
        "vae/diffusion_pytorch_model.safetensors",
        DeclaredWeights.of(source -> new Vae(config, source)),
        Map.of());
  }

  private static String oldName(String name) {
    return name.contains("mid_block.attentions")
        ? name.replace(".to_q.", ".query.")
            .replace(".to_k.", ".key.")
            .replace(".to_v.", ".value.")
            .replace(".to_out.0.", ".proj_attn.")
        : name;
  }

  private void weights(String file, DeclaredWeights declared, Map<String, Tensor> more)
      throws IOException {
    try (PointerScope _ = new PointerScope()) {
      Map<String, Tensor> tensors = new LinkedHashMap<>(more);
      declared
          .shapes()
          .forEach((name, shape) -> {
            String stored = file.startsWith("vae") ? oldName(name) : name;
            tensors.put(stored, initial(name, shape).to(type));
          });
      Safetensors.save(folder.resolve(file), tensors, Map.of("format", "pt"));
    }
  }

  private static Tensor initial(String name, long[] shape) {
    Tensor noise = Seeds.normal(name.hashCode(), shape);
    if (shape.length > 1) {
      long fanIn = Arrays.stream(shape).skip(1).reduce(1, Math::multiplyExact);
      return noise.mul(new Scalar(1 / Math.sqrt(fanIn)));
    }
    Tensor small = noise.mul(new Scalar(0.1));
    return name.endsWith("weight") ? small.add(new Scalar(1.0)) : small;
  }

  private void file(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
