package dev.steepest.lab.data.text.tokenizer;

import dev.steepest.lab.data.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The strings that are CLIP's tokens, and in which order letters are merged to them.
 *
 * <p>A folder holds {@code vocab.json} (strings to numbers), {@code merges.txt} (a pair on each
 * line, the first ones first) and, where they differ from CLIP's own, {@code
 * special_tokens_map.json} and {@code tokenizer_config.json} with the padding and the length.
 */
public final class ClipVocabulary {
  private static final String END = Tokenizers.END_OF_TEXT;
  private static final List<String> SPECIAL = List.of("<|startoftext|>", END);
  private static final int STANDARD_LENGTH = 77;
  private static final int LONGEST = 100_000; // tokenizers without a limit say 10³⁰
  private static final JsonMapper MAPPER = new JsonMapper();

  private final Map<String, Integer> tokens;
  private final Map<String, Integer> ranks;
  private final Map<Integer, String> spelling = new HashMap<>();
  private final int padding;
  private final int length;

  private ClipVocabulary(
      Map<String, Integer> tokens, Map<String, Integer> ranks, int padding, int length) {
    this.tokens = tokens;
    this.ranks = ranks;
    this.padding = padding;
    this.length = length;
    tokens.forEach((word, token) -> spelling.put(token, word));
  }

  /**
   * Reads a folder in the layout of Hugging Face's slow tokenizer.
   *
   * @throws DataException naming every problem, if a file is missing or makes no sense
   */
  public static ClipVocabulary read(Path folder) {
    List<String> problems = new ArrayList<>();
    Map<String, Integer> tokens = tokens(folder.resolve("vocab.json"), problems);
    Map<String, Integer> ranks = ranks(folder.resolve("merges.txt"), tokens, problems);
    Optional<JsonNode> special = optional(folder.resolve("special_tokens_map.json"), problems);
    Optional<JsonNode> settings = optional(folder.resolve("tokenizer_config.json"), problems);
    // The map of special tokens is the later word: Stable Diffusion 2 pads with "!" there only.
    String pad =
        special
            .flatMap(ClipVocabulary::padding)
            .or(() -> settings.flatMap(ClipVocabulary::padding))
            .orElse(END);
    if (!tokens.isEmpty() && !tokens.containsKey(pad)) {
      problems.add("%s: the padding '%s' is not in vocab.json".formatted(folder, pad));
    }
    int length =
        settings
            .map(node -> node.path("model_max_length").asInt(STANDARD_LENGTH))
            .filter(most -> most <= LONGEST)
            .orElse(STANDARD_LENGTH);
    if (length < 3) {
      problems.add(
          "%s: model_max_length = %d leaves no room for a prompt, usual is %d"
              .formatted(folder.resolve("tokenizer_config.json"), length, STANDARD_LENGTH));
    }
    if (!problems.isEmpty()) {
      throw new DataException(
          "Cannot use the tokenizer of CLIP",
          problems,
          "The folder must hold vocab.json and merges.txt as Hugging Face's library writes them.");
    }
    return new ClipVocabulary(tokens, ranks, tokens.get(pad), length);
  }

  private static Map<String, Integer> tokens(Path file, List<String> problems) {
    Map<String, Integer> tokens = new HashMap<>();
    json(file, problems)
        .ifPresent(node ->
            node.properties()
                .forEach(entry -> tokens.put(entry.getKey(), entry.getValue().asInt(-1))));
    if (tokens.containsValue(-1)) {
      problems.add(file + ": a token has no number");
    }
    for (String word : SPECIAL) {
      if (!tokens.isEmpty() && !tokens.containsKey(word)) {
        problems.add("%s: there is no token '%s'".formatted(file, word));
      }
    }
    return tokens;
  }

  private static Map<String, Integer> ranks(
      Path file, Map<String, Integer> tokens, List<String> problems) {
    Map<String, Integer> ranks = new HashMap<>();
    List<String> lines;
    try {
      lines = Files.isRegularFile(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException e) {
      problems.add(file + ": " + e.getMessage());
      return ranks;
    }
    if (lines.isEmpty()) {
      problems.add(file + ": there is no such file, or it is empty");
    }
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.isBlank() || (i == 0 && line.startsWith("#version"))) {
        continue;
      }
      String[] pair = line.split(" ", -1);
      if (pair.length != 2) {
        problems.add("%s:%d: '%s' is no pair".formatted(file, i + 1, line));
      } else if (!tokens.isEmpty() && !tokens.containsKey(pair[0] + pair[1])) {
        problems.add("%s:%d: '%s' is not in vocab.json".formatted(file, i + 1, pair[0] + pair[1]));
      }
      ranks.putIfAbsent(line, ranks.size());
    }
    return ranks;
  }

  /** Written as a text, or as an object with its content. */
  private static Optional<String> padding(JsonNode node) {
    JsonNode pad = node.path("pad_token");
    JsonNode text = pad.isObject() ? pad.path("content") : pad;
    return text.isString() ? Optional.of(text.asString()) : Optional.empty();
  }

  private static Optional<JsonNode> optional(Path file, List<String> problems) {
    return Files.exists(file) ? json(file, problems) : Optional.empty();
  }

  private static Optional<JsonNode> json(Path file, List<String> problems) {
    if (!Files.isRegularFile(file)) {
      problems.add(file + ": there is no such file");
      return Optional.empty();
    }
    try {
      JsonNode node = MAPPER.readTree(Files.readAllBytes(file));
      if (node.isObject() && !node.isEmpty()) {
        return Optional.of(node);
      }
      problems.add(file + ": it is no JSON object, or it is empty");
    } catch (IOException e) {
      problems.add(file + ": " + e.getMessage());
    } catch (JacksonException e) {
      problems.add(
          "%s:%d: %s".formatted(file, e.getLocation().getLineNr(), e.getOriginalMessage()));
    }
    return Optional.empty();
  }

  int size() {
    return tokens.size();
  }

  int length() {
    return length;
  }

  int padding() {
    return padding;
  }

  /** The token of a string; as CLIP has it, the end of text where there is none. */
  int token(String word) {
    return tokens.getOrDefault(word, tokens.get(END));
  }

  /** When a pair is merged, the lowest first; the largest integer for never. */
  int rank(String left, String right) {
    return ranks.getOrDefault(left + " " + right, Integer.MAX_VALUE);
  }

  /** About the text of tokens, for a message. */
  String spoken(int[] row) {
    StringBuilder text = new StringBuilder();
    for (int token : row) {
      text.append(spelling.getOrDefault(token, Tokenizer.REPLACEMENT));
    }
    return text.toString().replace("</w>", " ").strip();
  }
}
