package dev.steepest.lab.data.source;

import dev.steepest.lab.data.Channels;
import dev.steepest.lab.data.DataException;
import dev.steepest.lab.data.ImageSet;
import dev.steepest.lab.data.cache.DecodedCache;
import dev.steepest.lab.data.cache.DecodedImages;
import dev.steepest.lab.data.decode.CorruptImageException;
import dev.steepest.lab.data.decode.Fit;
import dev.steepest.lab.data.decode.ImageDecoder;
import dev.steepest.lab.data.decode.JpegLibrary;
import dev.steepest.lab.data.decode.Rendition;
import dev.steepest.lab.data.files.ImageFiles;
import dev.steepest.lab.data.source.ClassTree.Item;
import dev.steepest.lab.data.source.ImageOptions.Corrupt;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Image files as sets of decoded images, all of one data set decoded at once. */
final class DecodedSets {

  private final String name;
  private final ImageFiles files;
  private final List<String> classes;
  private final ImageOptions options;
  private final Rendition rendition;
  private final List<String> paths = new ArrayList<>();
  private final DecodedImages images;
  private final Map<Integer, String> damaged = new TreeMap<>();

  /**
   * Decodes, or maps what was decoded before.
   *
   * @param name of the data set
   * @param classes by label
   * @param items all that will be asked for
   * @throws DataException if a file cannot be read and is not to be skipped
   */
  DecodedSets(
      String name,
      ImageFiles files,
      List<String> classes,
      List<Item> items,
      ImageOptions options,
      DecodedCache cache) {
    this.name = name;
    this.files = files;
    this.classes = classes;
    this.options = options;
    items.forEach(item -> paths.add(item.path()));
    this.rendition = rendition();
    this.images = cache.images(files, paths, rendition);
    images.damages().forEach(damage -> damaged.put(damage.position(), damage.why()));
    judge();
  }

  private Rendition rendition() {
    Channels channels = options.channels() == Channels.AS_IS ? Channels.RGB : options.channels();
    return options.decoding().size() > 0
        ? new Rendition(options.decoding().size(), options.decoding().fit(), channels)
        : new Rendition(firstSize(), Fit.EXACT, channels);
  }

  /** Of the first image that can be read, which the others must share. */
  private int firstSize() {
    List<String> problems = new ArrayList<>();
    try (ImageDecoder decoder = new ImageDecoder(JpegLibrary.chosen())) {
      for (String path : paths) {
        try {
          int[] size = decoder.size(files.read(path));
          if (size[0] == size[1]) {
            return size[0];
          }
          throw unequal(List.of("%s is %d×%d, no square".formatted(path, size[0], size[1])));
        } catch (CorruptImageException | IOException e) {
          problems.add("%s %s".formatted(path, e.getMessage()));
        } catch (OutOfMemoryError _) {
          problems.add("%s %s".formatted(path, ImageDecoder.NO_MEMORY));
        }
      }
    }
    throw new DataException(
        "Cannot read %s from %s".formatted(name, files.root()), some(problems), "");
  }

  private void judge() {
    if (damaged.isEmpty()) {
      return;
    }
    List<String> problems = new ArrayList<>();
    damaged.forEach((position, why) -> problems.add(paths.get(position) + " " + why));
    if (rendition.fit() == Fit.EXACT) {
      List<String> others =
          problems.stream().filter(p -> p.matches(".* is \\d+×\\d+, not .*")).toList();
      if (!others.isEmpty()) {
        throw unequal(some(others));
      }
    }
    if (options.decoding().corrupt() == Corrupt.STOP) {
      throw new DataException(
          "Cannot read all images of %s from %s".formatted(name, files.root()),
          some(problems),
          "Repair or remove these files, or go on without them: data.corrupt: skip.");
    }
  }

  private DataException unequal(List<String> problems) {
    return new DataException(
        "The images of %s in %s are not squares of one size".formatted(name, files.root()),
        problems,
        "Give the size that they are brought to, e.g. data.size: 224.");
  }

  /**
   * The readable ones of these items, which begin at a position of those given at first.
   *
   * @throws DataException if a class has none
   */
  ImageSet set(String part, List<Item> items, int from) {
    List<Integer> readable = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      if (!damaged.containsKey(from + i)) {
        readable.add(i);
      }
    }
    long[] labels = readable.stream().mapToLong(i -> items.get(i).label()).toArray();
    requireAll(part, labels);
    return ImageSet.stored(
        "%s/%s".formatted(name, part),
        images,
        readable.stream().mapToLong(i -> (long) from + i).toArray(),
        labels,
        classes,
        rendition.channels().of(3),
        rendition.size(),
        rendition.size());
  }

  private void requireAll(String part, long[] labels) {
    boolean[] seen = new boolean[classes.size()];
    for (long label : labels) {
      seen[(int) label] = true;
    }
    List<String> empty = new ArrayList<>();
    for (int c = 0; c < seen.length; c++) {
      if (!seen[c]) {
        empty.add(classes.get(c));
      }
    }
    if (!empty.isEmpty()) {
      throw new DataException(
          "Cannot read %s from %s".formatted(name, files.root()),
          List.of("no readable image in %s of: %s".formatted(part, ClassTree.some(empty))),
          "");
    }
  }

  /** How the images were decoded, and which were not. */
  List<String> notes() {
    List<String> notes = new ArrayList<>();
    notes.add(
        "data: %d image files of %s as %d×%d, %s, JPEG by %s"
            .formatted(
                paths.size(),
                files.root(),
                rendition.size(),
                rendition.size(),
                how(),
                JpegLibrary.chosen().word()));
    if (files.others() > 0) {
      notes.add("data: left out %d other files".formatted(files.others()));
    }
    if (!damaged.isEmpty()) {
      notes.add(
          "data: left out %d image files that cannot be read: %s"
              .formatted(
                  damaged.size(),
                  damaged.entrySet().stream()
                      .map(e -> paths.get(e.getKey()) + " " + e.getValue())
                      .collect(Collectors.joining("; "))));
    }
    return notes;
  }

  private String how() {
    return switch (rendition.fit()) {
      case EXACT -> "as they are";
      case SQUASH -> "squashed";
      case CROP -> "cropped to the middle";
    };
  }

  private static List<String> some(List<String> problems) {
    if (problems.size() <= Findings.LISTED) {
      return problems;
    }
    List<String> some = new ArrayList<>(problems.subList(0, Findings.LISTED));
    some.add("and %d more".formatted(problems.size() - Findings.LISTED));
    return some;
  }
}
