package dev.steepest.lab.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

class ImageSetTest {

  @Test
  void outlivesTheScopeThatItWasMadeIn() {
    ImageSet set;
    try (PointerScope _ = new PointerScope()) {
      set = TestImages.labelled(0, 1, 2);
    }
    assertThat(set.labelArray()).containsExactly(0, 1, 2);
    assertThat(set.images().isNull()).isFalse();
    set.close();
    assertThat(set.images().isNull()).isTrue();
    assertThat(set.labels().isNull()).isTrue();
  }

  @Test
  void checksumIsTheSha256OfImagesThenLabels() throws NoSuchAlgorithmException {
    byte[] pixels = {1, 2, 3, 4, 5, 6, 7, 8};
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    digest.update(pixels);
    digest.update(
        ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putLong(1).putLong(0).array());
    try (ImageSet set = ImageSet.of("s", pixels, new long[] {1, 0}, List.of("a", "b"), 1, 2, 2)) {
      assertThat(set.checksum()).isEqualTo(HexFormat.of().formatHex(digest.digest()));
    }
  }

  @Test
  void subsetTakesImagesAndLabelsInTheGivenOrder() {
    try (ImageSet set = TestImages.labelled(5, 6, 7, 8);
        ImageSet picked = set.subset(new long[] {3, 0, 3})) {
      assertThat(picked.labelArray()).containsExactly(8, 5, 8);
      assertThat(TensorMemory.segment(picked.images()).toArray(ValueLayout.JAVA_BYTE))
          .containsExactly(3, 0, 3);
      assertThat(picked.classes()).isEqualTo(set.classes());
    }
  }

  @Test
  void saysWhichPositionDoesNotExist() {
    try (ImageSet set = TestImages.labelled(0, 1)) {
      assertThatThrownBy(() -> set.subset(new long[] {0, 2}))
          .hasMessage("labelled has images 0 … 1, asked for 2");
    }
  }

  @Test
  void refusesArraysThatDoNotFit() {
    List<String> classes = List.of("a", "b");
    assertThatThrownBy(() -> ImageSet.of("s", new byte[4], new long[] {2}, classes, 1, 2, 2))
        .hasMessage("s: label 2 at position 0 is not one of 0 … 1");
    assertThatThrownBy(() -> ImageSet.of("s", new byte[9], new long[] {1}, classes, 1, 2, 2))
        .hasMessage("s: 1 images of 1×2×2 need 4 bytes, got 9");
  }

  @Test
  void refusesTensorsThatDoNotFit() {
    try (Tensor images = TensorMemory.ofBytes(new byte[4], 1, 1, 2, 2);
        Tensor two = TensorMemory.ofLongs(new long[2])) {
      assertThatThrownBy(() -> new ImageSet("s", images, two, List.of("a")))
          .hasMessage("s: 1 images but 2 labels");
      assertThatThrownBy(() -> new ImageSet("s", two, two, List.of("a")))
          .hasMessageContaining("images must be uint8 [N, C, H, W]");
    }
  }
}
