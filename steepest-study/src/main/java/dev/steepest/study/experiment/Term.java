package dev.steepest.study.experiment;

import java.util.List;

/**
 * Something that can be chosen by name, with the keys that it understands.
 *
 * @param name as it stands in the file, e.g. {@code muon}
 * @param about one line for lists and help
 * @param keys its settings
 * @param parts nested groups of settings, e.g. {@code rest} of a partition
 */
public record Term(String name, String about, List<Key> keys, List<Term> parts) {
  public Term {
    keys = List.copyOf(keys);
    parts = List.copyOf(parts);
  }
}
