package dev.steepest.lab.model.stable;

import java.util.List;

/** The shapes of Stable Diffusion 1.5 and 2.1, as the config.json of their folders say them. */
final class PublishedShapes {
  static final ClipConfig CLIP_1 =
      new ClipConfig(49_408, 77, 768, 12, 12, 3072, ClipConfig.Gelu.QUICK, 1e-5);
  static final ClipConfig CLIP_2 =
      new ClipConfig(49_408, 77, 1024, 23, 16, 4096, ClipConfig.Gelu.EXACT, 1e-5);
  static final UnetConfig UNET_1 =
      unet(List.of(8, 8, 8, 8), 768, UnetConfig.Entry.CONVOLUTION, UnetConfig.Scores.AS_WEIGHTS);
  static final UnetConfig UNET_2 =
      unet(List.of(5, 10, 20, 20), 1024, UnetConfig.Entry.LINEAR, UnetConfig.Scores.UPCAST);
  static final VaeConfig VAE = new VaeConfig(3, 4, List.of(128, 256, 512, 512), 2, 32, 0.18215);

  private PublishedShapes() {}

  private static UnetConfig unet(
      List<Integer> heads, int context, UnetConfig.Entry entry, UnetConfig.Scores scores) {
    List<UnetConfig.Level> levels =
        List.of(
            new UnetConfig.Level(320, heads.get(0), UnetConfig.Attention.CROSS),
            new UnetConfig.Level(640, heads.get(1), UnetConfig.Attention.CROSS),
            new UnetConfig.Level(1280, heads.get(2), UnetConfig.Attention.CROSS),
            new UnetConfig.Level(1280, heads.get(3), UnetConfig.Attention.NONE));
    return new UnetConfig(4, 4, levels, 2, 32, 1e-5, context, entry, scores);
  }
}
