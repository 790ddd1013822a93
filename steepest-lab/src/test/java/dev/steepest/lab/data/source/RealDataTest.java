package dev.steepest.lab.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.steepest.lab.data.ImageSet;
import dev.steepest.lab.data.TensorMemory;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Reads the real files, where the property {@code steepest.data} or STEEPEST_DATA names them. */
class RealDataTest {

  private static Path folderWith(String... marks) {
    Optional<String> named =
        Optional.ofNullable(System.getProperty("steepest.data"))
            .or(() -> Optional.ofNullable(System.getenv(DataFolder.VARIABLE)));
    assumeTrue(named.isPresent(), "neither -Dsteepest.data nor STEEPEST_DATA is set");
    Path folder = Path.of(named.get());
    assumeTrue(
        Arrays.stream(marks).anyMatch(mark -> Files.exists(folder.resolve(mark))),
        "the data folder has no " + marks[0]);
    return folder;
  }

  /** MD5 of the official t10k file: header of 16 bytes, then the pixels. */
  @Test
  void mnistIsTheOfficialOne() throws NoSuchAlgorithmException {
    Path folder = folderWith("mnist", "t10k-images-idx3-ubyte.gz");
    try (TrainTest mnist = new Mnist().load(folder)) {
      assertThat(mnist.train().size()).isEqualTo(60_000);
      MessageDigest md5 = MessageDigest.getInstance("MD5");
      md5.update(HexFormat.of().parseHex("00000803000027100000001c0000001c"));
      md5.update(TensorMemory.segment(mnist.test().images()).asByteBuffer());
      assertThat(HexFormat.of().formatHex(md5.digest()))
          .isEqualTo("2646ac647ad5339dbf082846283269ea");
      // Rounded to four digits in the code.
      assertThat(mean(mnist.train(), 0)).isCloseTo(0.1307, within(0.00005));
    }
  }

  /** The mean holds for the official files and, within the loss of JPEG, for copies made of it. */
  @Test
  void cifarHasItsKnownMeanAndBalance() {
    Path folder = folderWith("cifar-10-batches-bin", "cifar10");
    try (TrainTest cifar = new Cifar10().load(folder)) {
      assertThat(mean(cifar.train(), 0)).isCloseTo(0.4914, within(0.002));
      assertThat(mean(cifar.train(), 1)).isCloseTo(0.4822, within(0.002));
      assertThat(mean(cifar.train(), 2)).isCloseTo(0.4465, within(0.002));
      int[] count = new int[10];
      Arrays.stream(cifar.test().labelArray()).forEach(label -> count[(int) label]++);
      assertThat(count).containsOnly(1000);
    }
  }

  private static double mean(ImageSet set, int channel) {
    byte[] pixels = TensorMemory.segment(set.images()).toArray(ValueLayout.JAVA_BYTE);
    int area = set.height() * set.width();
    long sum = 0;
    for (int n = 0; n < set.size(); n++) {
      int from = n * set.imageBytes() + channel * area;
      for (int i = from; i < from + area; i++) {
        sum += pixels[i] & 0xFF;
      }
    }
    return sum / 255.0 / ((double) set.size() * area);
  }
}
