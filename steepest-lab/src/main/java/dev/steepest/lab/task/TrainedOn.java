package dev.steepest.lab.task;

import dev.steepest.lab.data.Normalization;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The images that a network was trained on, as its weights tell whoever uses them: the network can
 * be built and asked without the data.
 *
 * @param channels colour channels
 * @param size height and width as the network saw them
 * @param classes names of the classes, in the order of their labels
 * @param qualities names of the qualities, in the order of their labels; empty where nothing is
 *     told of them
 * @param normalization how it saw a pixel
 */
record TrainedOn(
    int channels,
    int size,
    List<String> classes,
    List<String> qualities,
    Normalization normalization) {
  private static final String CHANNELS = "channels";
  private static final String SIZE = "size";
  private static final String CLASSES = "classes";
  private static final String QUALITIES = "qualities";
  private static final String MEAN = "mean";
  private static final String STD = "std";

  /** No name of a class holds it. */
  private static final String BETWEEN = "\n";

  TrainedOn {
    classes = List.copyOf(classes);
    qualities = List.copyOf(qualities);
  }

  /** As texts that travel with weights. */
  SortedMap<String, String> texts() {
    SortedMap<String, String> texts = new TreeMap<>();
    texts.put(CHANNELS, Integer.toString(channels));
    texts.put(SIZE, Integer.toString(size));
    texts.put(CLASSES, String.join(BETWEEN, classes));
    texts.put(QUALITIES, String.join(BETWEEN, qualities));
    texts.put(MEAN, numbers(normalization.mean()));
    texts.put(STD, numbers(normalization.std()));
    return texts;
  }

  /**
   * Reads what {@link #texts} wrote.
   *
   * @throws IllegalArgumentException if something is missing: weights of an earlier version
   */
  static TrainedOn of(Map<String, String> texts) {
    List<String> missing =
        List.of(CHANNELS, SIZE, CLASSES, QUALITIES, MEAN, STD).stream()
            .filter(key -> !texts.containsKey(key))
            .toList();
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException(
          "the weights do not say what they were trained on, %s; train them anew"
              .formatted(String.join(", ", missing)));
    }
    return new TrainedOn(
        Integer.parseInt(texts.get(CHANNELS)),
        Integer.parseInt(texts.get(SIZE)),
        names(texts.get(CLASSES)),
        names(texts.get(QUALITIES)),
        new Normalization(floats(texts.get(MEAN)), floats(texts.get(STD))));
  }

  private static List<String> names(String text) {
    return text.isEmpty() ? List.of() : List.of(text.split(BETWEEN, -1));
  }

  private static String numbers(List<Float> values) {
    return values.stream().map(Object::toString).collect(Collectors.joining(" "));
  }

  private static List<Float> floats(String text) {
    return List.of(text.split(" ")).stream().map(Float::valueOf).toList();
  }
}
