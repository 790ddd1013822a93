package dev.steepest.optim;

import dev.steepest.tensor.Safetensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.bytedeco.javacpp.PointerScope;

/**
 * An optimizer's state in a safetensors file whose metadata say of which parameters and rules it
 * is: {@code rule:<parameter>}, {@code knobs:<parameter>}, {@code shape:<parameter>} and, per
 * wrapper, {@code wrapper:<name>}.
 */
final class OptimizerFile {

  private static final String FORMAT = "format";
  private static final String VERSION = "steepest optimizer 1";
  private static final String RULE = "rule:";
  private static final String KNOBS = "knobs:";
  private static final String SHAPE = "shape:";
  private static final String WRAPPER = "wrapper:";

  /** The file has what a schedule had set when it was written; a new process has what it began. */
  private static final String SCHEDULED =
      "where a KnobSchedule moves them, apply it for the last step before the file was written,"
          + " then load; ";

  private OptimizerFile() {}

  static void save(Path file, Optimizer optimizer, List<Wrapper> wrappers) throws IOException {
    try (PointerScope _ = new PointerScope()) {
      Safetensors.save(file, optimizer.state(), metadata(optimizer.groups(), wrappers));
    }
  }

  static void load(
      Path file, Optimizer optimizer, List<Wrapper> wrappers, Continuation continuation)
      throws IOException {
    Map<String, String> saved = Safetensors.metadata(file);
    if (!VERSION.equals(saved.get(FORMAT))) {
      throw new IllegalArgumentException(
          file
              + " is no optimizer's state: its format is '"
              + saved.getOrDefault(FORMAT, "")
              + "' but must be '"
              + VERSION
              + "'; choose a file that Optimizer.save wrote");
    }
    List<String> problems = problems(saved, metadata(optimizer.groups(), wrappers), continuation);
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          file + " is not the state of this optimizer: " + String.join("; ", problems));
    }
    try (PointerScope _ = new PointerScope()) {
      optimizer.load(Safetensors.load(file));
    }
  }

  private static Map<String, String> metadata(List<ParameterGroup> groups, List<Wrapper> wrappers) {
    Map<String, String> metadata = new TreeMap<>();
    metadata.put(FORMAT, VERSION);
    for (ParameterGroup group : groups) {
      for (Parameter parameter : group.parameters()) {
        metadata.put(RULE + parameter.name(), Knobs.name(group.rule().getClass()));
        metadata.put(KNOBS + parameter.name(), text(Knobs.values((Record) group.rule())));
        metadata.put(SHAPE + parameter.name(), Shapes.text(parameter.tensor()));
      }
    }
    for (Wrapper wrapper : wrappers) {
      metadata.put(WRAPPER + Knobs.name(wrapper.getClass()), text(wrapper.settings()));
    }
    return metadata;
  }

  private static List<String> problems(
      Map<String, String> saved, Map<String, String> now, Continuation continuation) {
    // What is wrong, and with whom: a whole group has the same differences.
    Map<String, List<String>> wrong = new LinkedHashMap<>();
    TreeSet<String> keys = new TreeSet<>(saved.keySet());
    keys.addAll(now.keySet());
    for (String key : keys) {
      String before = saved.get(key);
      String after = now.get(key);
      int colon = key.indexOf(':');
      if (colon < 0 || Objects.equals(before, after)) {
        continue;
      }
      String who = key.substring(colon + 1);
      boolean otherRule = !Objects.equals(saved.get(RULE + who), now.get(RULE + who));
      String problem =
          switch (key.substring(0, colon + 1)) {
            case RULE -> rule(before, after);
            case SHAPE ->
                before == null || after == null
                    ? null
                    : "the shape was " + before + " and is " + after;
            case WRAPPER -> wrapper(before, after, continuation);
            case KNOBS ->
                before == null
                        || after == null
                        || otherRule
                        || continuation == Continuation.OTHER_SETTINGS
                    ? null
                    : differences(before, after, SCHEDULED);
            default -> null;
          };
      if (problem != null) {
        wrong.computeIfAbsent(problem, _ -> new ArrayList<>()).add(who);
      }
    }
    return wrong.entrySet().stream().map(e -> people(e.getValue()) + ": " + e.getKey()).toList();
  }

  private static String rule(String before, String after) {
    if (before == null) {
      return "the file does not know it";
    }
    return after == null
        ? "the file has it, this optimizer has not"
        : "the rule was " + before + " and is " + after;
  }

  private static String wrapper(String before, String after, Continuation continuation) {
    if (before == null) {
      return "the file was written without this wrapper";
    }
    if (after == null) {
      return "the file was written with this wrapper";
    }
    return continuation == Continuation.OTHER_SETTINGS ? null : differences(before, after, "");
  }

  /**
   * @param advice how else they may become equal
   */
  private static String differences(String before, String after, String advice) {
    Map<String, String> old = knobs(before);
    return knobs(after).entrySet().stream()
            .filter(e -> !e.getValue().equals(old.get(e.getKey())))
            .map(e -> e.getKey() + " was " + old.get(e.getKey()) + " and is " + e.getValue())
            .collect(Collectors.joining(", "))
        + " ("
        + advice
        + "Continuation.OTHER_SETTINGS goes on all the same)";
  }

  private static String people(List<String> names) {
    String first = "'" + names.getFirst() + "'";
    return names.size() == 1 ? first : first + " and " + (names.size() - 1) + " more";
  }

  private static String text(Map<String, Object> settings) {
    return settings.entrySet().stream()
        .map(e -> e.getKey() + "=" + e.getValue())
        .collect(Collectors.joining(" "));
  }

  private static Map<String, String> knobs(String text) {
    Map<String, String> knobs = new LinkedHashMap<>();
    for (String pair : text.split(" ")) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        knobs.put(pair.substring(0, equals), pair.substring(equals + 1));
      }
    }
    return knobs;
  }
}
