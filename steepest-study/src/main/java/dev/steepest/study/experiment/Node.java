package dev.steepest.study.experiment;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A piece of an experiment file that knows where it stands. */
sealed interface Node {

  /** Where it stands: {@code file:line}, or the command-line option that gave it. */
  String where();

  record Scalar(String text, String where) implements Node {}

  record Sequence(List<Node> items, String where) implements Node {
    public Sequence {
      items = List.copyOf(items);
    }
  }

  /** Entries keep the order of the file. */
  record Mapping(Map<String, Node> entries, String where) implements Node {
    public Mapping {
      entries = new LinkedHashMap<>(entries);
    }

    Mapping with(String key, Node value) {
      Mapping copy = new Mapping(entries, where);
      copy.entries.put(key, value);
      return copy;
    }
  }
}
