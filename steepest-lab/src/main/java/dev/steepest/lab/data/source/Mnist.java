package dev.steepest.lab.data.source;

import dev.steepest.lab.data.Normalization;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * MNIST: 60,000 + 10,000 handwritten digits, 28×28 grey (LeCun, Cortes and Burges, 1998). Files raw
 * or gzip-compressed, in the data folder or in its folder {@code mnist}.
 */
public final class Mnist implements DataSource {

  private static final String ADDRESS = "https://ossci-datasets.s3.amazonaws.com/mnist/";
  private static final List<String> CLASSES =
      IntStream.range(0, 10).mapToObj(Integer::toString).toList();

  private final int trainSize;
  private final int testSize;

  public Mnist() {
    this(60_000, 10_000);
  }

  /** For files of another length than the official ones. */
  Mnist(int trainSize, int testSize) {
    this.trainSize = trainSize;
    this.testSize = testSize;
  }

  @Override
  public String name() {
    return "mnist";
  }

  @Override
  public String about() {
    return "handwritten digits, 28×28 grey, 60,000 train and 10,000 test (LeCun et al., 1998)";
  }

  /** Lengths and MD5 sums: torchvision's mnist.py, and the server's Content-Length. */
  @Override
  public List<RemoteFile> files() {
    return List.of(
        file(IdxParts.TRAIN_IMAGES, 9_912_422, "f68b3c2dcbeaaa9fbdd348bbdeb94873"),
        file(IdxParts.TRAIN_LABELS, 28_881, "d53e105ee54ea40749a09fcbcd1e9432"),
        file(IdxParts.TEST_IMAGES, 1_648_877, "9fb629c4189551a2d022fa330f9573f3"),
        file(IdxParts.TEST_LABELS, 4_542, "ec29112dd5afa0611ce80d1b7f02629c"));
  }

  /** Mean and deviation of the training pixels, as everywhere quoted. */
  @Override
  public Normalization normalization() {
    return Normalization.gray(0.1307f, 0.3081f);
  }

  @Override
  public TrainTest load(Path folder, ImageOptions options) {
    return new IdxParts(name(), List.of(folder.resolve("mnist"), folder), CLASSES)
        .load(trainSize, testSize, new Findings(name(), folder));
  }

  private static RemoteFile file(String name, long bytes, String md5) {
    String compressed = name + ".gz";
    return RemoteFile.plain(ADDRESS + compressed, "mnist/" + compressed, bytes, Digest.md5(md5));
  }
}
