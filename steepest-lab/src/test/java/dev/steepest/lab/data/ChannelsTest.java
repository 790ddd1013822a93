package dev.steepest.lab.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChannelsTest {

  @Test
  void greyBecomesThreeTimesTheSame() {
    try (ImageSet grey = TestImages.noise(3, 1, 2, 5, 2);
        ImageSet rgb = Channels.RGB.applied(grey)) {
      assertThat(rgb).hasToString("noise: 3 images of 3×2×5, 2 classes");
      assertThat(rgb.labelArray()).isEqualTo(grey.labelArray());
      byte[] one = bytes(grey);
      byte[] three = bytes(rgb);
      for (int n = 0; n < 3; n++) {
        for (int i = 0; i < 30; i++) {
          assertThat(three[n * 30 + i]).isEqualTo(one[n * 10 + i % 10]);
        }
      }
    }
  }

  /** What Pillow's convert("L") gives for these colours, from its integer formula. */
  @Test
  void colourBecomesLuma() {
    int[][] colours = {
      {0, 0, 0, 0},
      {255, 255, 255, 255},
      {255, 0, 0, 76},
      {0, 255, 0, 150},
      {0, 0, 255, 29},
      {1, 2, 3, 2},
      {200, 100, 50, 124}
    };
    byte[] pixels = new byte[3 * colours.length];
    for (int i = 0; i < colours.length; i++) {
      for (int c = 0; c < 3; c++) {
        pixels[c * colours.length + i] = (byte) colours[i][c];
      }
    }
    try (ImageSet rgb =
            ImageSet.of("x", pixels, new long[] {0}, List.of("a"), 3, 1, colours.length);
        ImageSet grey = Channels.GREY.applied(rgb)) {
      byte[] found = bytes(grey);
      for (int i = 0; i < colours.length; i++) {
        assertThat(found[i] & 0xFF).isEqualTo(colours[i][3]);
        assertThat((double) (found[i] & 0xFF))
            .isCloseTo(
                0.299 * colours[i][0] + 0.587 * colours[i][1] + 0.114 * colours[i][2],
                within(0.51));
      }
    }
  }

  @Test
  void whatIsThereAlreadyIsNotCopied() {
    try (ImageSet grey = TestImages.noise(3, 1, 2, 2, 2);
        ImageSet two = TestImages.noise(3, 2, 2, 2, 2)) {
      assertThat(Channels.GREY.applied(grey)).isSameAs(grey);
      assertThat(Channels.AS_IS.applied(two)).isSameAs(two);
      assertThatThrownBy(() -> Channels.RGB.applied(two))
          .hasMessage("noise has 2 channels; only one or three can become 3");
    }
  }

  @Test
  void aNormalizationFollowsItsChannels() {
    Normalization grey = Normalization.gray(0.1307f, 0.3081f);
    assertThat(grey.forChannels(1)).isSameAs(grey);
    assertThat(grey.forChannels(3))
        .isEqualTo(
            new Normalization(
                List.of(0.1307f, 0.1307f, 0.1307f), List.of(0.3081f, 0.3081f, 0.3081f)));
    Normalization luma = Normalization.IMAGENET.forChannels(1);
    assertThat(luma.mean().getFirst())
        .isCloseTo(0.299f * 0.485f + 0.587f * 0.456f + 0.114f * 0.406f, within(1e-6f));
    assertThatThrownBy(() -> grey.forChannels(2)).isInstanceOf(IllegalArgumentException.class);
  }

  private static byte[] bytes(ImageSet set) {
    return TensorMemory.segment(set.images()).toArray(ValueLayout.JAVA_BYTE);
  }
}
