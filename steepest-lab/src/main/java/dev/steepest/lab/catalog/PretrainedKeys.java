package dev.steepest.lab.catalog;

import dev.steepest.study.experiment.Key;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Keys of networks for images that say which weights they begin from. */
final class PretrainedKeys {
  private static final String FILE = "pretrained";
  private static final String HEAD = "pretrained_head";
  private static final String MISMATCH = "pretrained_mismatch";

  /** Stands for no file, so that it can be a value beside files. */
  private static final String NONE = "none";

  private static final Map<String, String> USUAL = Map.of(HEAD, "fitting", MISMATCH, "refuse");

  private PretrainedKeys() {}

  /** A run that gives none does not mention them, so that earlier runs keep their identity. */
  static List<Key> all() {
    return List.of(
        word(
            FILE,
            List.of(),
            "weights to begin from: a .safetensors or .pth file, a name in the data folder's weights/, or none"),
        word(
            HEAD,
            List.of("fitting", "new"),
            "fitting: the file's head where it has as many classes; new: never; fitting if not given"),
        word(
            MISMATCH,
            List.of("refuse", "list"),
            "what becomes of a file that does not fit but for its head: list takes what fits; refuse if not given"));
  }

  /**
   * @throws IllegalArgumentException if it is said how to use a file, but not which
   */
  static Map<String, Object> complete(Map<String, Object> given) {
    Map<String, Object> settings = new TreeMap<>(given);
    Object file = settings.getOrDefault(FILE, NONE);
    if (!file.equals(NONE)) {
      settings.entrySet().removeIf(entry -> entry.getValue().equals(USUAL.get(entry.getKey())));
      return settings;
    }
    boolean varied = settings.remove(FILE) != null;
    for (String key : List.of(HEAD, MISMATCH)) {
      Object value = settings.remove(key);
      if (value != null && !varied) {
        throw new IllegalArgumentException(
            "model.%s = %s is of no effect without model.pretrained; name the weights, or take it away"
                .formatted(key, value));
      }
    }
    return settings;
  }

  private static Key word(String name, List<String> choices, String about) {
    return new Key(
        name, Key.Type.WORD, Optional.of(Key.Default.INHERITED), "", _ -> true, choices, about);
  }
}
