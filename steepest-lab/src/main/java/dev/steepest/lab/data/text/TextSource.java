package dev.steepest.lab.data.text;

import java.nio.file.Path;

/** A kind of text that can be named and loaded. Immutable. */
public interface TextSource {

  /** As written in experiment files and on the command line, e.g. {@code "text"}. */
  String name();

  /** One line: what it holds and where it is from. */
  String about();

  /** Where it lies if nothing is said, relative to the data folder; empty if that must be said. */
  String defaultFolder();

  /**
   * Reads or maps everything.
   *
   * @param folder that holds it
   * @param dataFolder where a tokenizer may lie too
   * @throws dev.steepest.lab.data.DataException listing every missing or damaged file
   */
  TokenSets load(TextOptions options, Path folder, Path dataFolder);
}
