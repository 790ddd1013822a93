package dev.steepest.lab.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.steepest.lab.data.ImageSet;
import dev.steepest.lab.data.TensorMemory;
import dev.steepest.lab.data.cache.DecodedCache;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Reads the 60,000 images of {@code cifar-10-images.zip}, where the property {@code steepest.data}
 * or STEEPEST_DATA names its folder.
 */
class RealFolderTest {

  private static final String ARCHIVE = "cifar-10-images.zip";

  @TempDir Path cache;

  /** As the JDK decodes each of them by itself: what MakeCifar10.java beside the archive does. */
  @Test
  void everyImageIsThatOfTheJdk() throws IOException {
    Optional<String> named =
        Optional.ofNullable(System.getProperty("steepest.data"))
            .or(() -> Optional.ofNullable(System.getenv(DataFolder.VARIABLE)));
    assumeTrue(named.isPresent(), "neither -Dsteepest.data nor STEEPEST_DATA is set");
    Path folder = Path.of(named.get());
    assumeTrue(Files.exists(folder.resolve(ARCHIVE)), "the data folder has no " + ARCHIVE);
    ImageFolder source = new ImageFolder(new DecodedCache(cache));
    try (TrainTest data = source.load(folder, source.standard().withFolder(ARCHIVE));
        ZipFile zip = new ZipFile(folder.resolve(ARCHIVE).toFile())) {
      assertThat(data.train().size()).isEqualTo(50_000);
      assertThat(data.test().size()).isEqualTo(10_000);
      assertThat(compare(data.train(), zip, "train/")).isZero();
      assertThat(compare(data.test(), zip, "test/")).isZero();
    }
  }

  /** Values that differ. */
  private static long compare(ImageSet set, ZipFile zip, String part) throws IOException {
    List<String> names = new ArrayList<>();
    zip.stream().map(ZipEntry::getName).filter(name -> name.startsWith(part)).forEach(names::add);
    names.removeIf(name -> !name.endsWith(".jpg"));
    names.sort(null);
    long[] labels = set.labelArray();
    long different = 0;
    for (int i = 0; i < names.size(); i++) {
      assertThat(names.get(i)).contains("/" + set.classes().get((int) labels[i]) + "/");
      try (ImageSet one = set.gathered(new long[] {i});
          InputStream in = zip.getInputStream(zip.getEntry(names.get(i)))) {
        byte[] planes = TensorMemory.segment(one.images()).toArray(ValueLayout.JAVA_BYTE);
        BufferedImage image = ImageIO.read(in);
        for (int p = 0; p < 1024; p++) {
          int rgb = image.getRGB(p % 32, p / 32);
          int found =
              (planes[p] & 0xFF) << 16 | (planes[1024 + p] & 0xFF) << 8 | (planes[2048 + p] & 0xFF);
          different += (rgb & 0xFFFFFF) == found ? 0 : 1;
        }
      }
    }
    return different;
  }
}
