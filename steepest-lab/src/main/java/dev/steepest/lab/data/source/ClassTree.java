package dev.steepest.lab.data.source;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Image files by part and class, as their folders say: {@code CLASS/…}, or {@code train/CLASS/…}
 * and {@code test/CLASS/…}, with or without {@code val/CLASS/…}; with {@code val} alone it is the
 * test. A folder around all of it is looked through. Below a class folders mean nothing.
 *
 * @param classes names, sorted; the label is the position
 * @param parts files of each part with their labels, in the order of their paths; {@link Part#ALL}
 *     alone where they are not divided
 * @param outside how many images are in no part, by the folder beside those of the parts, which
 *     ends in {@code /}, or by their own name
 * @param problems what is wrong, in words; the rest means nothing if there are any
 */
record ClassTree(
    List<String> classes,
    Map<Part, List<Item>> parts,
    SortedMap<String, Integer> outside,
    List<String> problems) {

  /** Of names that are listed in a message. */
  private static final int LISTED = 10;

  /** What the images are for. */
  enum Part {
    ALL(Set.of()),
    TRAIN(Set.of("train", "training")),
    VALIDATION(Set.of("val", "valid", "validation")),
    TEST(Set.of("test", "testing"));

    private final Set<String> names;

    Part(Set<String> names) {
      this.names = names;
    }

    /** Of an image, by the name of its folder at a level. */
    private static Optional<Part> at(String[] path, int level) {
      return Arrays.stream(values())
          .filter(part -> path.length > level + 1 && part.names.contains(path[level]))
          .findFirst();
    }
  }

  /**
   * An image file.
   *
   * @param path from the root
   * @param label of its class
   */
  record Item(String path, int label) {}

  /** Of sorted paths. */
  static ClassTree of(List<String> paths) {
    if (paths.isEmpty()) {
      return failed("expected images in folders CLASS or train/CLASS and test/CLASS, found none");
    }
    int skipped = common(paths);
    Map<Part, Map<String, List<String>>> divided = divided(paths, skipped);
    List<String> problems = new ArrayList<>();
    SortedMap<String, Integer> outside = new TreeMap<>();
    if (divided.isEmpty()) {
      divided.put(Part.ALL, byClass(paths, skipped, problems));
    } else {
      paths.stream()
          .filter(path -> Part.at(names(path), skipped).isEmpty())
          .forEach(path -> outside.merge(beside(names(path), skipped), 1, Integer::sum));
      divided.replaceAll((part, classes) -> byClass(classes.get(""), skipped + 1, problems));
      compare(divided, problems);
    }
    Set<String> classes = new TreeSet<>();
    divided.values().forEach(part -> classes.addAll(part.keySet()));
    if (problems.isEmpty() && classes.size() < 2) {
      problems.add(
          "expected at least two classes, found only the folder '%s'"
              .formatted(String.join(", ", classes)));
    }
    return labelled(List.copyOf(classes), divided, outside, problems);
  }

  private static ClassTree failed(String problem) {
    return new ClassTree(List.of(), Map.of(), new TreeMap<>(), List.of(problem));
  }

  /** Folders around everything: those all paths begin with, if there are two more levels below. */
  private static int common(List<String> paths) {
    int depth = paths.stream().mapToInt(path -> names(path).length).min().orElseThrow();
    int common = 0;
    while (common < depth - 2) {
      int at = common;
      String first = names(paths.getFirst())[at];
      if (!paths.stream().allMatch(path -> names(path)[at].equals(first))) {
        break;
      }
      common++;
    }
    return common;
  }

  /** Paths by part (under no class yet) where there is a training part and one to look at. */
  private static Map<Part, Map<String, List<String>>> divided(List<String> paths, int level) {
    Map<Part, Map<String, List<String>>> parts = new EnumMap<>(Part.class);
    for (String path : paths) {
      Part.at(names(path), level)
          .ifPresent(part ->
              parts
                  .computeIfAbsent(part, _ -> new TreeMap<>())
                  .computeIfAbsent("", _ -> new ArrayList<>())
                  .add(path));
    }
    if (!parts.containsKey(Part.TRAIN) || parts.size() < 2) {
      return new EnumMap<>(Part.class);
    }
    if (!parts.containsKey(Part.TEST)) {
      parts.put(Part.TEST, parts.remove(Part.VALIDATION));
    }
    return parts;
  }

  private static String beside(String[] path, int level) {
    return path.length > level + 1 ? path[level] + "/" : path[path.length - 1];
  }

  private static Map<String, List<String>> byClass(
      List<String> paths, int level, List<String> problems) {
    Map<String, List<String>> classes = new TreeMap<>();
    List<String> homeless = new ArrayList<>();
    for (String path : paths) {
      String[] names = names(path);
      if (names.length <= level + 1) {
        homeless.add(path);
      } else {
        classes.computeIfAbsent(names[level], _ -> new ArrayList<>()).add(path);
      }
    }
    if (!homeless.isEmpty()) {
      problems.add(
          "expected every image in the folder of its class, found without: " + some(homeless));
    }
    return classes;
  }

  /** Every part must have the same classes: a network cannot be asked for what it was not shown. */
  private static void compare(Map<Part, Map<String, List<String>>> divided, List<String> problems) {
    Set<String> trained = divided.get(Part.TRAIN).keySet();
    divided.forEach((part, classes) -> {
      Set<String> surplus = new TreeSet<>(classes.keySet());
      surplus.removeAll(trained);
      Set<String> missing = new TreeSet<>(trained);
      missing.removeAll(classes.keySet());
      String name = part.name().toLowerCase(java.util.Locale.ROOT);
      if (!surplus.isEmpty()) {
        problems.add("classes of %s that train has not: %s".formatted(name, some(surplus)));
      }
      if (!missing.isEmpty()) {
        problems.add("classes of train that %s has not: %s".formatted(name, some(missing)));
      }
    });
  }

  private static ClassTree labelled(
      List<String> classes,
      Map<Part, Map<String, List<String>>> divided,
      SortedMap<String, Integer> outside,
      List<String> problems) {
    Map<Part, List<Item>> parts = new EnumMap<>(Part.class);
    divided.forEach((part, members) ->
        parts.put(
            part,
            members.entrySet().stream()
                .flatMap(entry ->
                    entry.getValue().stream()
                        .map(path -> new Item(path, classes.indexOf(entry.getKey()))))
                .toList()));
    return new ClassTree(classes, parts, outside, problems);
  }

  /** The first of many names. */
  static String some(Iterable<String> names) {
    List<String> all = new ArrayList<>();
    names.forEach(all::add);
    String first = String.join(", ", all.subList(0, Math.min(LISTED, all.size())));
    return all.size() <= LISTED ? first : "%s and %d more".formatted(first, all.size() - LISTED);
  }

  private static String[] names(String path) {
    return Arrays.stream(path.split("/")).filter(name -> !name.isEmpty()).toArray(String[]::new);
  }
}
