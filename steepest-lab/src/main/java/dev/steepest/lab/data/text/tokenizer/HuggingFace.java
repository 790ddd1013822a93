package dev.steepest.lab.data.text.tokenizer;

import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import dev.steepest.lab.data.DataException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URL;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.bytedeco.javacpp.Loader;

/**
 * The native library, loaded from DJL's jar and called below DJL's own classes. Those report each
 * use to their makers, may download, look for GPUs, and build Java objects for every token.
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
    Library.require();
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

  /** Loads the library of this machine once; the class that declares its methods needs no more. */
  private static final class Library {

    private static final String OS = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    private static final String CPU = System.getProperty("os.arch");

    /** The libraries in the order in which they need each other. */
    private static final List<String> FILES =
        OS.startsWith("windows")
            ? List.of(
                "libwinpthread-1.dll", "libgcc_s_seh-1.dll", "libstdc++-6.dll", "tokenizers.dll")
            : List.of(OS.startsWith("mac") ? "libtokenizers.dylib" : "libtokenizers.so");

    private static final Optional<Throwable> FAILURE = load();

    private static Optional<Throwable> load() {
      try {
        for (String file : FILES) {
          System.load(Loader.cacheResource(resource(file)).getAbsolutePath());
        }
        return Optional.empty();
      } catch (IOException | LinkageError e) {
        return Optional.of(e);
      }
    }

    private static URL resource(String file) throws IOException {
      String os = OS.startsWith("windows") ? "win" : OS.startsWith("mac") ? "osx" : OS;
      String cpu =
          switch (CPU) {
            case "amd64" -> "x86_64";
            case "arm64" -> "aarch64";
            default -> CPU;
          };
      String name = "/native/lib/%s-%s/cpu/%s".formatted(os, cpu, file);
      URL url = TokenizersLibrary.class.getResource(name);
      if (url == null) {
        throw new FileNotFoundException("the jar of DJL's tokenizers has no " + name);
      }
      return url;
    }

    static void require() {
      FAILURE.ifPresent(cause -> {
        throw new DataException(
            "Cannot load the library for tokenizer.json",
            List.of("%s on %s: %s".formatted(OS, CPU, cause.getMessage())),
            "It exists for Linux (x86_64, aarch64), macOS (aarch64) and Windows (x86_64). The"
                + " tokenizers gpt2 and bytes need no library.",
            cause);
      });
    }
  }
}
