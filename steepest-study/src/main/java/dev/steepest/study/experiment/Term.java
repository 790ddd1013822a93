package dev.steepest.study.experiment;

import java.util.List;

/**
 * Something that can be chosen by name, with the keys that it understands.
 *
 * @param name as it stands in the file, e.g. {@code muon}
 * @param about one line for lists and help
 * @param keys its settings
 * @param parts nested groups of settings, e.g. {@code rest} of a partition
 * @param presence of a part whose settings a file does not write
 */
public record Term(String name, String about, List<Key> keys, List<Term> parts, Presence presence) {

  /** Whether a part is there when nothing is said of it. */
  public enum Presence {
    /** With its defaults. */
    ALWAYS,
    /** Only where a file gives it, if only as {@code {}}. */
    IF_GIVEN
  }

  public Term(String name, String about, List<Key> keys, List<Term> parts) {
    this(name, about, keys, parts, Presence.ALWAYS);
  }

  public Term {
    keys = List.copyOf(keys);
    parts = List.copyOf(parts);
  }
}
