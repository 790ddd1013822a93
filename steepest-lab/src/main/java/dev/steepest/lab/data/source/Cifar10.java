package dev.steepest.lab.data.source;

import dev.steepest.lab.data.Normalization;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.Stream;

/**
 * CIFAR-10: 50,000 + 10,000 photographs, 32×32 RGB (Krizhevsky, 2009), from the official binary
 * distribution, in the data folder or its folder {@code cifar10}, with or without the archive's own
 * folder. A record is one label byte and the pixels.
 */
public final class Cifar10 implements DataSource {

  private static final String FOLDER = "cifar-10-batches-bin";
  private static final List<String> TRAIN_FILES =
      List.of(
          "data_batch_1.bin",
          "data_batch_2.bin",
          "data_batch_3.bin",
          "data_batch_4.bin",
          "data_batch_5.bin");
  private static final List<String> TEST_FILES = List.of("test_batch.bin");
  private static final List<String> CLASSES =
      List.of(
          "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");

  /** The six files have 184,380,000 bytes and two small texts; assumed: room for a few more. */
  private static final long UNPACKED_LIMIT = 200_000_000;

  private final int recordsPerFile;

  public Cifar10() {
    this(10_000);
  }

  /** For files of another length than the official ones. */
  Cifar10(int recordsPerFile) {
    this.recordsPerFile = recordsPerFile;
  }

  @Override
  public String name() {
    return "cifar10";
  }

  @Override
  public String about() {
    return "photographs of ten kinds, 32×32 RGB, 50,000 train and 10,000 test (Krizhevsky, 2009)";
  }

  /** MD5 as published at www.cs.toronto.edu/~kriz/cifar.html. */
  @Override
  public List<RemoteFile> files() {
    return List.of(
        new RemoteFile(
            URI.create("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz"),
            FOLDER,
            170_052_171,
            Digest.md5("c32a1d4ab5d03f1284b67883e8d87530"),
            Packing.TAR_GZ,
            UNPACKED_LIMIT));
  }

  /**
   * The values of the CIFAR-10 optimizer benchmark. Its deviations (.2023 …) are the mean of the
   * deviations per image.
   */
  @Override
  public Normalization normalization() {
    return new Normalization(
        List.of(0.4914f, 0.4822f, 0.4465f), List.of(0.2023f, 0.1994f, 0.2010f));
  }

  /**
   * With {@code airbench}: the deviations of all pixels, as airbench94 rounds them; and {@code
   * imagenet}, which networks trained there expect.
   */
  @Override
  public SequencedMap<String, Normalization> normalizations() {
    SequencedMap<String, Normalization> all = DataSource.super.normalizations();
    all.put(
        "airbench", new Normalization(normalization().mean(), List.of(0.2470f, 0.2435f, 0.2616f)));
    all.put("imagenet", Normalization.IMAGENET);
    return all;
  }

  @Override
  public TrainTest load(Path folder, ImageOptions options) {
    CifarRecords records = new CifarRecords(FOLDER, 1, 0, CLASSES);
    Findings findings = new Findings(name(), folder);
    Path place =
        records.locate(
            folder, name(), Stream.of(TRAIN_FILES, TEST_FILES).flatMap(List::stream).toList());
    CifarRecords.Part train = records.read(place, TRAIN_FILES, recordsPerFile, findings);
    CifarRecords.Part test = records.read(place, TEST_FILES, recordsPerFile, findings);
    findings.raise();
    return new TrainTest(train.toSet("cifar10/train"), test.toSet("cifar10/test"));
  }
}
