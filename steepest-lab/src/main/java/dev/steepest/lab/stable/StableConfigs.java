package dev.steepest.lab.stable;

import dev.steepest.lab.model.stable.ClipConfig;
import dev.steepest.lab.model.stable.UnetConfig;
import dev.steepest.lab.model.stable.VaeConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The shapes of networks as their {@code config.json} tells them, in the words and with the
 * standard values of diffusers and transformers. What the networks here cannot do is a problem; so
 * is what makes no sense.
 */
final class StableConfigs {
  private static final String CROSS_DOWN = "CrossAttnDownBlock2D";
  private static final String PLAIN_DOWN = "DownBlock2D";
  private static final String CROSS_UP = "CrossAttnUpBlock2D";
  private static final String PLAIN_UP = "UpBlock2D";

  private StableConfigs() {}

  /** Empty where there are problems. */
  static Optional<ClipConfig> clip(Path file, List<String> problems) {
    return checked(
        file,
        problems,
        config ->
            new ClipConfig(
                config.integer("vocab_size", 49_408),
                config.integer("max_position_embeddings", 77),
                config.integer("hidden_size", 512),
                config.integer("num_hidden_layers", 12),
                config.integer("num_attention_heads", 8),
                config.integer("intermediate_size", 2048),
                config
                        .word("hidden_act", "quick_gelu", List.of("quick_gelu", "gelu"))
                        .equals("gelu")
                    ? ClipConfig.Gelu.EXACT
                    : ClipConfig.Gelu.QUICK,
                config.number("layer_norm_eps", 1e-5)));
  }

  /**
   * A U-Net and the latents it was trained on.
   *
   * @param size height and width of a latent
   */
  record Unet(UnetConfig config, int size) {}

  /** Empty where there are problems. */
  static Optional<Unet> unet(Path file, List<String> problems) {
    return checked(
        file,
        problems,
        config -> {
          config.require("act_fn", "silu");
          config.require("mid_block_type", "UNetMidBlock2DCrossAttn");
          config.require("flip_sin_to_cos", true);
          config.require("freq_shift", 0);
          config.require("downsample_padding", 1);
          config.require("mid_block_scale_factor", 1);
          config.require("transformer_layers_per_block", 1);
          config.require("resnet_time_scale_shift", "default");
          config.require("time_embedding_type", "positional");
          config.require("conv_in_kernel", 3);
          config.require("conv_out_kernel", 3);
          config.forbid(
              "center_input_sample",
              "only_cross_attention",
              "dual_cross_attention",
              "class_embed_type",
              "num_class_embeds",
              "addition_embed_type",
              "encoder_hid_dim",
              "time_cond_proj_dim",
              "resnet_skip_time_act");
          int size = config.integer("sample_size", 64);
          return new Unet(unet(config), size);
        });
  }

  private static UnetConfig unet(ConfigFile config) {
    int count = config.length("block_out_channels", 4);
    List<Integer> channels =
        config.integers("block_out_channels", List.of(320, 640, 1280, 1280), count);
    // diffusers' attention_head_dim is the number of heads here, a name that was kept by mistake.
    List<Integer> heads =
        config.integers(
            "num_attention_heads",
            config.integers("attention_head_dim", List.of(8, 8, 8, 8), count),
            count);
    List<String> down =
        config.words(
            "down_block_types",
            List.of(CROSS_DOWN, CROSS_DOWN, CROSS_DOWN, PLAIN_DOWN),
            List.of(CROSS_DOWN, PLAIN_DOWN));
    List<String> up =
        config.words(
            "up_block_types",
            List.of(PLAIN_UP, CROSS_UP, CROSS_UP, CROSS_UP),
            List.of(CROSS_UP, PLAIN_UP));
    List<String> mirrored =
        down.reversed().stream()
            .map(word -> word.equals(CROSS_DOWN) ? CROSS_UP : PLAIN_UP)
            .toList();
    if (down.size() != channels.size() || heads.size() != channels.size()) {
      config.problem(
          "down_block_types has %d entries and the heads %d, but there are %d block_out_channels"
              .formatted(down.size(), heads.size(), channels.size()));
    }
    if (!up.equals(mirrored)) {
      config.problem("up_block_types = %s are not the mirror of down_block_types".formatted(up));
    }
    List<UnetConfig.Level> levels = new ArrayList<>();
    for (int i = 0; i < Math.min(channels.size(), Math.min(heads.size(), down.size())); i++) {
      levels.add(
          new UnetConfig.Level(
              channels.get(i),
              heads.get(i),
              down.get(i).equals(CROSS_DOWN)
                  ? UnetConfig.Attention.CROSS
                  : UnetConfig.Attention.NONE));
    }
    return new UnetConfig(
        config.integer("in_channels", 4),
        config.integer("out_channels", 4),
        levels,
        config.integer("layers_per_block", 2),
        config.integer("norm_num_groups", 32),
        config.number("norm_eps", 1e-5),
        config.integer("cross_attention_dim", 1280),
        config.flag("use_linear_projection", false)
            ? UnetConfig.Entry.LINEAR
            : UnetConfig.Entry.CONVOLUTION,
        config.flag("upcast_attention", false)
            ? UnetConfig.Scores.UPCAST
            : UnetConfig.Scores.AS_WEIGHTS);
  }

  /** Empty where there are problems. */
  static Optional<VaeConfig> vae(Path file, List<String> problems) {
    return checked(
        file,
        problems,
        config -> {
          config.require("act_fn", "silu");
          config.require("mid_block_add_attention", true);
          config.require("use_quant_conv", true);
          config.require("use_post_quant_conv", true);
          config.forbid("shift_factor", "latents_mean", "latents_std");
          config.words("down_block_types", List.of(), List.of("DownEncoderBlock2D"));
          config.words("up_block_types", List.of(), List.of("UpDecoderBlock2D"));
          config.require("out_channels", config.integer("in_channels", 3));
          return new VaeConfig(
              config.integer("in_channels", 3),
              config.integer("latent_channels", 4),
              config.integers(
                  "block_out_channels",
                  List.of(128, 256, 512, 512),
                  config.length("block_out_channels", 4)),
              config.integer("layers_per_block", 2),
              config.integer("norm_num_groups", 32),
              config.number("scaling_factor", 0.18215));
        });
  }

  private static <C> Optional<C> checked(
      Path file, List<String> problems, Function<ConfigFile, C> reader) {
    int before = problems.size();
    ConfigFile config = ConfigFile.read(file, problems);
    if (problems.size() > before) {
      return Optional.empty();
    }
    try {
      C result = reader.apply(config);
      return problems.size() == before ? Optional.of(result) : Optional.empty();
    } catch (IllegalArgumentException e) {
      config.problem(e.getMessage());
      return Optional.empty();
    }
  }
}
