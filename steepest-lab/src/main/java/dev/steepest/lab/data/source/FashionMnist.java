package dev.steepest.lab.data.source;

import dev.steepest.lab.data.Normalization;
import java.nio.file.Path;
import java.util.List;

/**
 * Fashion-MNIST: 60,000 + 10,000 pieces of clothing, 28×28 grey (Xiao, Rasul and Vollgraf, 2017).
 * Its files have the names of MNIST's, so that they lie in a folder of their own: {@code
 * fashion-mnist}, or torchvision's {@code FashionMNIST/raw}.
 */
public final class FashionMnist implements DataSource {

  private static final String ADDRESS =
      "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/";
  private static final String FOLDER = "fashion-mnist";
  private static final List<String> CLASSES =
      List.of(
          "t-shirt",
          "trouser",
          "pullover",
          "dress",
          "coat",
          "sandal",
          "shirt",
          "sneaker",
          "bag",
          "ankle-boot");

  private final int trainSize;
  private final int testSize;

  public FashionMnist() {
    this(60_000, 10_000);
  }

  /** For files of another length than the official ones. */
  FashionMnist(int trainSize, int testSize) {
    this.trainSize = trainSize;
    this.testSize = testSize;
  }

  @Override
  public String name() {
    return "fashion-mnist";
  }

  @Override
  public String about() {
    return "clothes, 28×28 grey, 60,000 train and 10,000 test (Xiao et al., 2017)";
  }

  /** MD5 sums: github.com/zalandoresearch/fashion-mnist; lengths: the server's Content-Length. */
  @Override
  public List<RemoteFile> files() {
    return List.of(
        file(IdxParts.TRAIN_IMAGES, 26_421_880, "8d4fb7e6c68d591d4c3dfef9ec88bf0d"),
        file(IdxParts.TRAIN_LABELS, 29_515, "25c81989df183df01b3e8a0aad5dffbe"),
        file(IdxParts.TEST_IMAGES, 4_422_102, "bef4ecab320f06d8554ea6380940ec79"),
        file(IdxParts.TEST_LABELS, 5_148, "bb300cfdad3c16e7a12a480ee83cd310"));
  }

  /** Mean and deviation of the training pixels, as everywhere quoted. */
  @Override
  public Normalization normalization() {
    return Normalization.gray(0.2860f, 0.3530f);
  }

  @Override
  public TrainTest load(Path folder, ImageOptions options) {
    List<Path> places =
        List.of(folder.resolve(FOLDER), folder.resolve("FashionMNIST").resolve("raw"));
    return new IdxParts(name(), places, CLASSES)
        .load(trainSize, testSize, new Findings(name(), folder));
  }

  private static RemoteFile file(String name, long bytes, String md5) {
    String compressed = name + ".gz";
    return RemoteFile.plain(
        ADDRESS + compressed, FOLDER + "/" + compressed, bytes, Digest.md5(md5));
  }
}
