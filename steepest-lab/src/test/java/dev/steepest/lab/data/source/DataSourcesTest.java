package dev.steepest.lab.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.steepest.lab.data.Normalization;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DataSourcesTest {

  @Test
  void findsEverySourceByItsName() {
    assertThat(DataSources.all())
        .extracting(DataSource::name)
        .containsExactly(
            "cifar10", "cifar100", "fashion-mnist", "figures", "folder", "mnist", "pets", "shapes");
    assertThat(DataSources.all())
        .allSatisfy(source -> assertThat(DataSources.named(source.name())).isSameAs(source));
    assertThatThrownBy(() -> DataSources.named("cifar"))
        .hasMessage(
            "no data set is called 'cifar'; known are cifar10, cifar100, fashion-mnist, figures, folder, mnist, pets, shapes");
  }

  @Test
  void everySourceHasItsStandardNormalization() {
    assertThat(DataSources.all())
        .allSatisfy(source -> {
          assertThat(source.normalizations().firstEntry().getKey()).isEqualTo("standard");
          assertThat(source.normalization("standard")).isEqualTo(source.normalization());
        });
    assertThatThrownBy(() -> new Mnist().normalization("airbench"))
        .hasMessage("data set 'mnist' has no normalization 'airbench'; it has standard");
  }

  /** As published; the means are the same. */
  @Test
  void cifarHasTheDeviationsOfBothRecipes() {
    Cifar10 cifar = new Cifar10();
    List<Float> mean = List.of(0.4914f, 0.4822f, 0.4465f);
    assertThat(cifar.normalizations())
        .containsExactly(
            Map.entry("standard", new Normalization(mean, List.of(0.2023f, 0.1994f, 0.2010f))),
            Map.entry("airbench", new Normalization(mean, List.of(0.2470f, 0.2435f, 0.2616f))),
            Map.entry("imagenet", Normalization.IMAGENET));
  }

  @Test
  void remoteFilesAreTheOfficialOnes() {
    assertThat(new Cifar10().files())
        .extracting(file -> file.address() + " " + file.proof())
        .containsExactly(
            "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz"
                + " MD5 c32a1d4ab5d03f1284b67883e8d87530");
    assertThat(new Cifar100().files())
        .extracting(file -> file.address() + " " + file.bytes() + " " + file.proof())
        .containsExactly(
            "https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz 168513733"
                + " MD5 03b5dce01913d631647c71ecec9e9cb8");
    assertThat(new FashionMnist().files())
        .extracting(file -> file.target() + " " + file.proof())
        .containsExactly(
            "fashion-mnist/train-images-idx3-ubyte.gz MD5 8d4fb7e6c68d591d4c3dfef9ec88bf0d",
            "fashion-mnist/train-labels-idx1-ubyte.gz MD5 25c81989df183df01b3e8a0aad5dffbe",
            "fashion-mnist/t10k-images-idx3-ubyte.gz MD5 bef4ecab320f06d8554ea6380940ec79",
            "fashion-mnist/t10k-labels-idx1-ubyte.gz MD5 bb300cfdad3c16e7a12a480ee83cd310");
    assertThat(new Pets().files())
        .extracting(file -> file.address() + " " + file.target() + " " + file.proof())
        .containsExactly(
            "https://www.robots.ox.ac.uk/~vgg/data/pets/data/images.tar.gz"
                + " oxford-iiit-pet/images MD5 5c4f3ee8e5d25df40f4fd59a7f44e54c",
            "https://www.robots.ox.ac.uk/~vgg/data/pets/data/annotations.tar.gz"
                + " oxford-iiit-pet/annotations MD5 95a8c909bbe2e81eed6a22bccdf3f68f");
    assertThat(new Mnist().files())
        .extracting(RemoteFile::target)
        .containsExactly(
            "mnist/train-images-idx3-ubyte.gz",
            "mnist/train-labels-idx1-ubyte.gz",
            "mnist/t10k-images-idx3-ubyte.gz",
            "mnist/t10k-labels-idx1-ubyte.gz");
  }

  @Test
  void folderIsTheFlagElseTheVariableElseTheHome() {
    Path home = Path.of("/home/someone");
    Map<String, String> set = Map.of("STEEPEST_DATA", "/from/variable");
    assertThat(DataFolder.resolve(Optional.of(Path.of("/from/flag")), set, home))
        .isEqualTo(Path.of("/from/flag").toAbsolutePath());
    assertThat(DataFolder.resolve(Optional.empty(), set, home))
        .isEqualTo(Path.of("/from/variable").toAbsolutePath());
    assertThat(DataFolder.resolve(Optional.empty(), Map.of("STEEPEST_DATA", " "), home))
        .isEqualTo(Path.of("/home/someone/.steepest/data").toAbsolutePath());
  }

  @Test
  void digestsMustLookLikeDigests() {
    assertThatThrownBy(() -> Digest.md5("abc"))
        .hasMessage("MD5 needs 32 lower-case hexadecimal digits, got 'abc'");
  }
}
