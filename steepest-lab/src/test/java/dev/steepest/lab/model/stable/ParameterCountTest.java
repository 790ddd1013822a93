package dev.steepest.lab.model.stable;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Parameters of the published models, counted of shapes alone; no weight is allocated. */
class ParameterCountTest {

  private static DeclaredWeights clip(ClipConfig config) {
    return DeclaredWeights.of(source -> new ClipText(config, source));
  }

  private static DeclaredWeights unet(UnetConfig config) {
    return DeclaredWeights.of(source -> new StableUnet(config, source));
  }

  private static final DeclaredWeights VAE =
      DeclaredWeights.of(source -> new Vae(PublishedShapes.VAE, source));

  @Test
  void the_text_encoders_have_as_many_as_published() {
    assertThat(clip(PublishedShapes.CLIP_1).count()).isEqualTo(123_060_480);
    assertThat(clip(PublishedShapes.CLIP_2).count()).isEqualTo(340_387_840);
  }

  @Test
  void the_unets_have_as_many_as_published() {
    assertThat(unet(PublishedShapes.UNET_1).count()).isEqualTo(859_520_964);
    assertThat(unet(PublishedShapes.UNET_2).count()).isEqualTo(865_910_724);
  }

  @Test
  void the_autoencoder_has_as_many_as_published() {
    assertThat(VAE.count()).isEqualTo(83_653_863);
  }

  @Test
  void tensors_are_as_many_as_in_the_published_files() {
    assertThat(clip(PublishedShapes.CLIP_1).shapes()).hasSize(196);
    assertThat(unet(PublishedShapes.UNET_1).shapes()).hasSize(686);
    assertThat(VAE.shapes()).hasSize(248);
  }

  @Test
  void some_names_and_shapes() {
    var unet = unet(PublishedShapes.UNET_1).shapes();
    assertThat(unet.get("down_blocks.1.attentions.0.proj_in.weight"))
        .containsExactly(640, 640, 1, 1);
    assertThat(unet.get("up_blocks.3.resnets.0.conv1.weight")).containsExactly(320, 960, 3, 3);
    assertThat(unet.get("mid_block.attentions.0.transformer_blocks.0.attn2.to_k.weight"))
        .containsExactly(1280, 768);
    assertThat(
            unet(PublishedShapes.UNET_2).shapes().get("up_blocks.1.attentions.2.proj_out.weight"))
        .containsExactly(1280, 1280);
    assertThat(VAE.shapes().get("decoder.up_blocks.2.resnets.0.conv_shortcut.weight"))
        .containsExactly(256, 512, 1, 1);
  }
}
