package dev.steepest.lab.weights;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;

/** Finds the tensors by name in what was saved, under the names that the network had. */
final class StateDict {
  /** Where training programs put the state dict beside other things, the first that is there. */
  private static final List<String> WRAPPERS =
      List.of("state_dict", "model", "model_state_dict", "net", "state_dict_ema", "model_ema");

  /** What wrappers of networks put before every name: data parallelism, compilation. */
  private static final List<String> PREFIXES = List.of("module.", "_orig_mod.");

  /** Assumed: networks are wrapped once or twice; a name may be as long as its file. */
  private static final int MOST_WRAPPINGS = 8;

  private static final int LISTED = 8;

  private StateDict() {}

  /**
   * The tensors of a saved value; other values beside them are left out.
   *
   * @throws Malformed if it has none where they are looked for
   */
  static SequencedMap<String, StoredTensor> of(Object saved) throws Malformed {
    if (!(saved instanceof Map<?, ?> top)) {
      throw new Malformed("it holds no dictionary of tensors by name");
    }
    SequencedMap<String, StoredTensor> direct = tensors(top);
    if (!direct.isEmpty()) {
      return stripped(direct);
    }
    for (String wrapper : WRAPPERS) {
      if (top.get(wrapper) instanceof Map<?, ?> inner && !tensors(inner).isEmpty()) {
        return stripped(tensors(inner));
      }
    }
    throw new Malformed(
        "it holds no tensors, neither by name nor under %s; it has %s"
            .formatted(
                String.join(", ", WRAPPERS),
                top.isEmpty()
                    ? "nothing"
                    : top.keySet().stream()
                        .limit(LISTED)
                        .map(String::valueOf)
                        .collect(Collectors.joining(", "))));
  }

  private static SequencedMap<String, StoredTensor> tensors(Map<?, ?> map) {
    SequencedMap<String, StoredTensor> tensors = new LinkedHashMap<>();
    map.forEach((key, value) -> {
      if (key instanceof String name && value instanceof StoredTensor tensor) {
        tensors.put(name, tensor);
      }
    });
    return tensors;
  }

  /** Without the prefixes that all names have in common. */
  static SequencedMap<String, StoredTensor> stripped(SequencedMap<String, StoredTensor> tensors) {
    int common = 0;
    for (int wrapping = 0; wrapping < MOST_WRAPPINGS; wrapping++) {
      common += prefix(tensors.keySet(), common);
    }
    SequencedMap<String, StoredTensor> shorter = new LinkedHashMap<>();
    for (Map.Entry<String, StoredTensor> tensor : tensors.entrySet()) {
      shorter.put(tensor.getKey().substring(common), tensor.getValue());
    }
    return shorter;
  }

  /** How long the prefix is that all names have at a place; 0 without one. */
  private static int prefix(Set<String> names, int at) {
    return names.isEmpty()
        ? 0
        : PREFIXES.stream()
            .filter(prefix -> names.stream().allMatch(name -> name.startsWith(prefix, at)))
            .mapToInt(String::length)
            .findFirst()
            .orElse(0);
  }
}
