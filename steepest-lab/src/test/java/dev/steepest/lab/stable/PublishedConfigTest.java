package dev.steepest.lab.stable;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steepest.lab.model.stable.ClipText;
import dev.steepest.lab.model.stable.DeclaredWeights;
import dev.steepest.lab.model.stable.StableUnet;
import dev.steepest.lab.model.stable.UnetConfig;
import dev.steepest.lab.model.stable.Vae;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settings as the published folders hold them, and how many parameters follow from them. */
class PublishedConfigTest {
  private static final String UNET_1 =
      """
      {"_class_name": "UNet2DConditionModel", "_diffusers_version": "0.6.0", "act_fn": "silu",
       "attention_head_dim": 8, "block_out_channels": [320, 640, 1280, 1280],
       "center_input_sample": false, "cross_attention_dim": 768,
       "down_block_types": ["CrossAttnDownBlock2D", "CrossAttnDownBlock2D",
        "CrossAttnDownBlock2D", "DownBlock2D"],
       "downsample_padding": 1, "flip_sin_to_cos": true, "freq_shift": 0, "in_channels": 4,
       "layers_per_block": 2, "mid_block_scale_factor": 1, "norm_eps": 1e-05,
       "norm_num_groups": 32, "out_channels": 4, "sample_size": 64,
       "up_block_types": ["UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D",
        "CrossAttnUpBlock2D"]}
      """;

  private static final String UNET_2 =
      UNET_1
          .replace("\"attention_head_dim\": 8", "\"attention_head_dim\": [5, 10, 20, 20]")
          .replace("\"cross_attention_dim\": 768", "\"cross_attention_dim\": 1024")
          .replace("\"sample_size\": 64", "\"sample_size\": 96")
          .replace(
              "\"act_fn\"",
              """
              "dual_cross_attention": false, "num_class_embeds": null,
              "only_cross_attention": false, "upcast_attention": true,
              "use_linear_projection": true, "act_fn"\
              """);

  private static final String CLIP_1 =
      """
      {"architectures": ["CLIPTextModel"], "attention_dropout": 0.0, "bos_token_id": 0,
       "dropout": 0.0, "eos_token_id": 2, "hidden_act": "quick_gelu", "hidden_size": 768,
       "initializer_factor": 1.0, "intermediate_size": 3072, "layer_norm_eps": 1e-05,
       "max_position_embeddings": 77, "model_type": "clip_text_model",
       "num_attention_heads": 12, "num_hidden_layers": 12, "pad_token_id": 1,
       "projection_dim": 768, "torch_dtype": "float32", "vocab_size": 49408}
      """;

  private static final String CLIP_2 =
      CLIP_1
          .replace("quick_gelu", "gelu")
          .replace("\"hidden_size\": 768", "\"hidden_size\": 1024")
          .replace("\"intermediate_size\": 3072", "\"intermediate_size\": 4096")
          .replace("\"num_attention_heads\": 12", "\"num_attention_heads\": 16")
          .replace("\"num_hidden_layers\": 12", "\"num_hidden_layers\": 23");

  private static final String VAE =
      """
      {"_class_name": "AutoencoderKL", "act_fn": "silu", "block_out_channels": [128, 256, 512, 512],
       "down_block_types": ["DownEncoderBlock2D", "DownEncoderBlock2D", "DownEncoderBlock2D",
        "DownEncoderBlock2D"],
       "in_channels": 3, "latent_channels": 4, "layers_per_block": 2, "norm_num_groups": 32,
       "out_channels": 3, "sample_size": 512,
       "up_block_types": ["UpDecoderBlock2D", "UpDecoderBlock2D", "UpDecoderBlock2D",
        "UpDecoderBlock2D"]}
      """;

  @TempDir Path folder;
  private final List<String> problems = new ArrayList<>();

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("config.json"), text);
  }

  private StableConfigs.Unet unet(String text) throws IOException {
    var config = StableConfigs.unet(file(text), problems);
    assertThat(problems).isEmpty();
    return config.orElseThrow();
  }

  private static long count(UnetConfig config) {
    return DeclaredWeights.of(source -> new StableUnet(config, source)).count();
  }

  private long clip(String text) throws IOException {
    var config = StableConfigs.clip(file(text), problems);
    assertThat(problems).isEmpty();
    return DeclaredWeights.of(source -> new ClipText(config.orElseThrow(), source)).count();
  }

  @Test
  void unets() throws IOException {
    StableConfigs.Unet first = unet(UNET_1);
    assertThat(count(first.config())).isEqualTo(859_520_964);
    assertThat(first.size()).isEqualTo(64);
    assertThat(first.config().levels()).extracting(UnetConfig.Level::heads).containsOnly(8);
    StableConfigs.Unet second = unet(UNET_2);
    assertThat(count(second.config())).isEqualTo(865_910_724);
    assertThat(second.size()).isEqualTo(96);
    assertThat(second.config().levels())
        .extracting(UnetConfig.Level::heads)
        .containsExactly(5, 10, 20, 20);
    assertThat(second.config().scores()).isEqualTo(UnetConfig.Scores.UPCAST);
  }

  @Test
  void text_encoders() throws IOException {
    assertThat(clip(CLIP_1)).isEqualTo(123_060_480);
    assertThat(clip(CLIP_2)).isEqualTo(340_387_840);
  }

  @Test
  void the_autoencoder() throws IOException {
    var config = StableConfigs.vae(file(VAE), problems);
    assertThat(problems).isEmpty();
    assertThat(config.orElseThrow().scaling()).isEqualTo(.18215);
    assertThat(config.orElseThrow().shrinkage()).isEqualTo(8);
    assertThat(DeclaredWeights.of(source -> new Vae(config.orElseThrow(), source)).count())
        .isEqualTo(83_653_863);
  }

  @Test
  void other_shapes_are_refused() throws IOException {
    StableConfigs.unet(
        file(UNET_1.replace("[320, 640, 1280, 1280]", "[320, 640, 1280]")), problems);
    StableConfigs.unet(file(UNET_1.replace("[\"UpBlock2D\"", "[\"CrossAttnUpBlock2D\"")), problems);
    StableConfigs.unet(
        file(UNET_1.replace("\"norm_num_groups\": 32", "\"norm_num_groups\": 33")), problems);
    StableConfigs.vae(
        file(VAE.replace("\"latent_channels\": 4", "\"latent_channels\": \"x\"")), problems);
    assertThat(problems)
        .anyMatch(line -> line.contains("3 block_out_channels"))
        .anyMatch(line -> line.contains("not the mirror of down_block_types"))
        .anyMatch(line -> line.contains("320 channels of a level are no multiple of 33 groups"))
        .anyMatch(line -> line.contains("latent_channels = \"x\" is no whole number"));
  }
}
