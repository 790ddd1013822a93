package dev.steepest.lab.data.text.tokenizer;

import ai.djl.huggingface.tokenizers.jni.LibUtils;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import dev.steepest.lab.data.DataException;
import java.util.List;

/**
 * The native library, called below DJL's own classes: those report each use to their makers, and
 * build Java objects for every token.
 */
final class HuggingFace {

  private HuggingFace() {}

  /** A tokenizer in native memory. */
  record Handle(long address) {

    long[] encode(String text) {
      long encoding = TokenizersLibrary.LIB.encode(address, text, false);
      try {
        return TokenizersLibrary.LIB.getTokenIds(encoding);
      } finally {
        TokenizersLibrary.LIB.deleteEncoding(encoding);
      }
    }

    String decode(long[] tokens) {
      return TokenizersLibrary.LIB.decode(address, tokens, false);
    }

    void free() {
      TokenizersLibrary.LIB.deleteTokenizer(address);
    }
  }

  /**
   * Makes the tokenizer that the file describes.
   *
   * @throws DataException if the library does not load or does not understand the file
   */
  static Handle create(TokenizerFile file) {
    load();
    try {
      return new Handle(TokenizersLibrary.LIB.createTokenizerFromString(file.plainJson()));
    } catch (RuntimeException e) {
      throw new DataException(
          "Cannot use the tokenizer",
          List.of("%s: %s".formatted(file.path(), e.getMessage())),
          "The file must be a tokenizer.json as Hugging Face's library writes it.",
          e);
    }
  }

  private static void load() {
    // Only what the jar brings, of it the build for CPUs; neither downloads nor telemetry.
    set("ai.djl.offline", "true");
    set("OPT_OUT_TRACKING", "true");
    set("RUST_FLAVOR", "cpu");
    try {
      LibUtils.checkStatus();
    } catch (RuntimeException | LinkageError e) {
      throw new DataException(
          "Cannot load the library for tokenizer.json",
          List.of(
              "%s %s: %s"
                  .formatted(
                      System.getProperty("os.name"),
                      System.getProperty("os.arch"),
                      e.getMessage())),
          "It exists for Linux (x86_64, aarch64), macOS (aarch64) and Windows (x86_64), and is"
              + " unpacked into ~/.djl.ai (or $DJL_CACHE_DIR). The tokenizers gpt2 and bytes need"
              + " no library.",
          e);
    }
  }

  private static void set(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }
}
