package dev.steepest.lab.data.source;

import dev.steepest.lab.data.ImageSet;
import dev.steepest.lab.data.Normalization;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * MNIST: 60,000 + 10,000 handwritten digits, 28×28 grey (LeCun, Cortes and Burges, 1998). Files raw
 * or gzip-compressed, in the data folder or in its folder {@code mnist}.
 */
public final class Mnist implements DataSource {

  private static final String ADDRESS = "https://ossci-datasets.s3.amazonaws.com/mnist/";
  private static final String TRAIN_IMAGES = "train-images-idx3-ubyte";
  private static final String TRAIN_LABELS = "train-labels-idx1-ubyte";
  private static final String TEST_IMAGES = "t10k-images-idx3-ubyte";
  private static final String TEST_LABELS = "t10k-labels-idx1-ubyte";
  private static final int SIDE = 28;
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
        file(TRAIN_IMAGES, 9_912_422, "f68b3c2dcbeaaa9fbdd348bbdeb94873"),
        file(TRAIN_LABELS, 28_881, "d53e105ee54ea40749a09fcbcd1e9432"),
        file(TEST_IMAGES, 1_648_877, "9fb629c4189551a2d022fa330f9573f3"),
        file(TEST_LABELS, 4_542, "ec29112dd5afa0611ce80d1b7f02629c"));
  }

  /** Mean and deviation of the training pixels, as everywhere quoted. */
  @Override
  public Normalization normalization() {
    return Normalization.gray(0.1307f, 0.3081f);
  }

  @Override
  public TrainTest load(Path folder) {
    Findings findings = new Findings(name(), folder);
    Optional<Part> train = read(folder, TRAIN_IMAGES, TRAIN_LABELS, trainSize, findings);
    Optional<Part> test = read(folder, TEST_IMAGES, TEST_LABELS, testSize, findings);
    findings.raise();
    return new TrainTest(
        train.orElseThrow().toSet("mnist/train"), test.orElseThrow().toSet("mnist/test"));
  }

  private static Optional<Part> read(
      Path folder, String imageFile, String labelFile, int size, Findings findings) {
    Optional<byte[]> pixels =
        locate(folder, imageFile, findings)
            .flatMap(path -> IdxFile.read(path, new int[] {size, SIDE, SIDE}, findings));
    Optional<Path> labelPath = locate(folder, labelFile, findings);
    Optional<byte[]> labels =
        labelPath.flatMap(path -> IdxFile.read(path, new int[] {size}, findings));
    labels.ifPresent(
        values -> Labels.check(labelPath.orElseThrow(), values, CLASSES.size(), findings));
    return pixels.flatMap(p -> labels.map(l -> new Part(p, l)));
  }

  private static Optional<Path> locate(Path folder, String name, Findings findings) {
    Optional<Path> found =
        Stream.of(folder, folder.resolve("mnist"))
            .flatMap(place -> Stream.of(place.resolve(name), place.resolve(name + ".gz")))
            .filter(Files::isRegularFile)
            .findFirst();
    if (found.isEmpty()) {
      findings.add(folder.resolve("mnist").resolve(name), "this file, raw or .gz", "no such file");
    }
    return found;
  }

  private static RemoteFile file(String name, long bytes, String md5) {
    String compressed = name + ".gz";
    return RemoteFile.plain(ADDRESS + compressed, "mnist/" + compressed, bytes, Digest.md5(md5));
  }

  private record Part(byte[] pixels, byte[] labels) {
    ImageSet toSet(String name) {
      return ImageSet.of(name, pixels, Labels.widen(labels), CLASSES, 1, SIDE, SIDE);
    }
  }
}
