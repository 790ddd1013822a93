package dev.steepest.lab.data.text.tokenizer;

import dev.steepest.lab.data.DataException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The tokenizers that can be named. */
public final class Tokenizers {

  /** How documents and tokenizers spell the end of a text. */
  public static final String END_OF_TEXT = "<|endoftext|>";

  private static final String JSON = ".json";

  private Tokenizers() {}

  /** The built-in names; a path of a {@code tokenizer.json} is understood too. */
  public static List<String> names() {
    return List.of("gpt2", "bytes");
  }

  /**
   * The tokenizer of this name.
   *
   * @param name {@code gpt2}, {@code bytes}, or a Hugging Face {@code tokenizer.json}, or a folder
   *     that holds one: as it is, or relative to the data folder
   * @param dataFolder where data sets lie
   * @throws DataException if there is no such tokenizer, or its file cannot be used
   */
  public static Tokenizer named(String name, Path dataFolder) {
    return switch (name) {
      case "gpt2" -> new Gpt2Tokenizer();
      case "bytes" -> new ByteTokenizer();
      default -> JsonTokenizer.read(file(name, dataFolder));
    };
  }

  private static Path file(String name, Path dataFolder) {
    for (Path place : List.of(Path.of(name), dataFolder.resolve(name))) {
      if (Files.isRegularFile(place)) {
        return place;
      }
      if (Files.isRegularFile(place.resolve("tokenizer.json"))) {
        return place.resolve("tokenizer.json");
      }
    }
    boolean path = name.endsWith(JSON) || name.contains("/") || name.contains("\\");
    throw new DataException(
        "Cannot find the tokenizer",
        List.of(
            path
                ? "%s: no such file, neither here nor in %s".formatted(name, dataFolder)
                : "there is no tokenizer '%s'%s"
                    .formatted(
                        name,
                        meant(name).map(word -> "; did you mean '" + word + "'?").orElse(""))),
        "Known are %s, and the path of any Hugging Face tokenizer.json."
            .formatted(String.join(", ", names())));
  }

  /** The built-in name behind a usual variant ("GPT-2", "r50k_base") or with letters swapped. */
  private static Optional<String> meant(String given) {
    String plain = given.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
    if (plain.matches("(gpt|r50k|tiktoken).*")) {
      return Optional.of("gpt2");
    }
    if (plain.matches("(byte|utf8|char).*")) {
      return Optional.of("bytes");
    }
    return names().stream().filter(word -> sorted(word).equals(sorted(plain))).findFirst();
  }

  private static String sorted(String word) {
    char[] letters = word.toCharArray();
    Arrays.sort(letters);
    return new String(letters);
  }
}
