package dev.steepest.lab.data;

import dev.steepest.lab.data.CounterRandom.Purpose;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * The three parts of a data set. Training fits, validation selects, test is looked at once.
 *
 * @param train what the network learns from
 * @param validation carved from the training data; may be empty where nothing is selected
 * @param test never used for selection
 */
public record Splits(ImageSet train, ImageSet validation, ImageSet test) implements AutoCloseable {

  /**
   * Carves a validation part out of the training data: stratified by class (each class gives its
   * share, rounded by largest remainder), disjoint from the rest, and a function of the arguments
   * only. Order within both parts is that of the original.
   *
   * @param train all training data; stays open and owned by the caller
   * @param test passed through, and owned by the result
   * @param validationSize 0 … size of train − 1
   * @param splitSeed seeds the choice; apart from the run seed, so that all runs share the split
   */
  public static Splits carve(ImageSet train, ImageSet test, int validationSize, long splitSeed) {
    if (validationSize < 0 || validationSize >= train.size()) {
      throw new IllegalArgumentException(
          "validation size must be 0 … %d for %s, got %d"
              .formatted(train.size() - 1, train.name(), validationSize));
    }
    boolean[] chosen =
        stratified(
            Purpose.SPLIT, train.labelArray(), train.classes().size(), validationSize, splitSeed);
    long[] held = LongStream.range(0, chosen.length).filter(i -> chosen[(int) i]).toArray();
    long[] rest = LongStream.range(0, chosen.length).filter(i -> !chosen[(int) i]).toArray();
    return new Splits(train.subset(rest), train.subset(train.name() + "/validation", held), test);
  }

  /** SHA-256 of each part, by {@code train}, {@code validation} and {@code test}. */
  public Map<String, String> checksums() {
    return new TreeMap<>(
        Map.of(
            "train", train.checksum(),
            "validation", validation.checksum(),
            "test", test.checksum()));
  }

  @Override
  public void close() {
    train.close();
    validation.close();
    test.close();
  }

  /**
   * Chooses a part, stratified by class: each class gives its share, rounded by largest remainder.
   *
   * @param purpose of the random numbers
   * @param labels each in 0 … classes−1
   * @param size of the part
   * @return for each label whether it is chosen
   */
  public static boolean[] stratified(
      Purpose purpose, long[] labels, int classes, int size, long seed) {
    int[] members = new int[classes];
    for (long label : labels) {
      members[(int) label]++;
    }
    int[] quota = quotas(members, size, labels.length);
    boolean[] chosen = new boolean[labels.length];
    for (int c = 0; c < members.length; c++) {
      int label = c;
      int[] positions = IntStream.range(0, labels.length).filter(i -> labels[i] == label).toArray();
      int[] order = CounterRandom.of(purpose, seed, c).permutation(positions.length);
      for (int k = 0; k < quota[c]; k++) {
        chosen[positions[order[k]]] = true;
      }
    }
    return chosen;
  }

  /**
   * Largest remainder: floors first, then one more for the largest fractions (ties: lower label).
   */
  private static int[] quotas(int[] members, int size, int total) {
    int[] quota = new int[members.length];
    long[] remainder = new long[members.length];
    int given = 0;
    for (int c = 0; c < members.length; c++) {
      long exact = (long) members[c] * size;
      quota[c] = (int) (exact / total);
      remainder[c] = exact % total;
      given += quota[c];
    }
    for (; given < size; given++) {
      long largest = Arrays.stream(remainder).max().orElseThrow();
      for (int c = 0; ; c++) {
        if (remainder[c] == largest) {
          quota[c]++;
          remainder[c] = -1;
          break;
        }
      }
    }
    return quota;
  }
}
