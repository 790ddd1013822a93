package dev.steepest.lab.data.source;

import dev.steepest.lab.data.ImageSet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The four files in which MNIST and those modelled on it come: grey images of 28×28 and their
 * labels, raw or gzip-compressed.
 *
 * @param name of the data set
 * @param places where its files may lie, the first to be named where they are missing
 * @param classes names by label
 */
record IdxParts(String name, List<Path> places, List<String> classes) {

  static final String TRAIN_IMAGES = "train-images-idx3-ubyte";
  static final String TRAIN_LABELS = "train-labels-idx1-ubyte";
  static final String TEST_IMAGES = "t10k-images-idx3-ubyte";
  static final String TEST_LABELS = "t10k-labels-idx1-ubyte";
  private static final int SIDE = 28;

  /** Reads both parts of these sizes; throws with everything that is wrong. */
  TrainTest load(int trainSize, int testSize, Findings findings) {
    Optional<Part> train = read(TRAIN_IMAGES, TRAIN_LABELS, trainSize, findings);
    Optional<Part> test = read(TEST_IMAGES, TEST_LABELS, testSize, findings);
    findings.raise();
    return new TrainTest(
        toSet(train.orElseThrow(), name + "/train"), toSet(test.orElseThrow(), name + "/test"));
  }

  private Optional<Part> read(String imageFile, String labelFile, int size, Findings findings) {
    Optional<byte[]> pixels =
        locate(imageFile, findings)
            .flatMap(path -> IdxFile.read(path, new int[] {size, SIDE, SIDE}, findings));
    Optional<Path> labelPath = locate(labelFile, findings);
    Optional<byte[]> labels =
        labelPath.flatMap(path -> IdxFile.read(path, new int[] {size}, findings));
    labels.ifPresent(
        values -> Labels.check(labelPath.orElseThrow(), values, classes.size(), findings));
    return pixels.flatMap(p -> labels.map(l -> new Part(p, l)));
  }

  private Optional<Path> locate(String file, Findings findings) {
    Optional<Path> found =
        places.stream()
            .flatMap(place -> List.of(place.resolve(file), place.resolve(file + ".gz")).stream())
            .filter(Files::isRegularFile)
            .findFirst();
    if (found.isEmpty()) {
      findings.add(places.getFirst().resolve(file), "this file, raw or .gz", Findings.NO_SUCH_FILE);
    }
    return found;
  }

  private ImageSet toSet(Part part, String setName) {
    return ImageSet.of(setName, part.pixels, Labels.widen(part.labels), classes, 1, SIDE, SIDE);
  }

  private record Part(byte[] pixels, byte[] labels) {}
}
