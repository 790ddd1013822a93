package dev.steepest.lab.data.text.tokenizer;

import dev.steepest.lab.data.DataException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a {@code tokenizer.json} says.
 *
 * @param path where it lies
 * @param plainJson the same tokenizer without special tokens, truncation and padding
 * @param vocabulary largest token + 1
 * @param specials the special tokens and their spelling
 * @param endOfText one of them
 */
record TokenizerFile(
    Path path, String plainJson, int vocabulary, Map<Integer, String> specials, int endOfText) {

  /** How tokenizers spell the end of a text, the most common first. */
  private static final List<String> ENDS =
      List.of(
          Tokenizers.END_OF_TEXT,
          "<|end_of_text|>",
          "</s>",
          "<eos>",
          "<|eos|>",
          "<|im_end|>",
          "[EOS]",
          "[SEP]");

  private static final JsonMapper MAPPER = new JsonMapper();

  /** The spelling of a special token. */
  Optional<String> special(int token) {
    return Optional.ofNullable(specials.get(token));
  }

  static TokenizerFile parse(Path path, byte[] content) {
    ObjectNode root = root(path, content);
    int most = most(root.path("model").path("vocab"));
    Map<Integer, String> specials = new TreeMap<>();
    if (root.get("added_tokens") instanceof ArrayNode added) {
      for (Iterator<JsonNode> tokens = added.iterator(); tokens.hasNext(); ) {
        JsonNode token = tokens.next();
        int id = token.path("id").asInt(-1);
        most = Math.max(most, id);
        if (token.path("special").asBoolean(false)) {
          specials.put(id, token.path("content").asString(""));
          tokens.remove();
        }
      }
    }
    root.putNull("truncation");
    root.putNull("padding");
    return new TokenizerFile(
        path, MAPPER.writeValueAsString(root), most + 1, specials, endOfText(path, specials));
  }

  private static ObjectNode root(Path path, byte[] content) {
    try {
      if (MAPPER.readTree(content) instanceof ObjectNode object
          && object.path("model").has("vocab")) {
        return object;
      }
      throw refusal(path, "has no model.vocab");
    } catch (JacksonException e) {
      throw refusal(path, e.getOriginalMessage() + " at line " + e.getLocation().getLineNr());
    }
  }

  /** Vocabularies are maps to numbers or, of Unigram models, lists. */
  private static int most(JsonNode vocab) {
    if (vocab.isArray()) {
      return vocab.size() - 1;
    }
    int most = -1;
    for (JsonNode id : vocab) {
      most = Math.max(most, id.asInt(-1));
    }
    return most;
  }

  private static int endOfText(Path path, Map<Integer, String> specials) {
    for (String spelling : ENDS) {
      for (Map.Entry<Integer, String> special : specials.entrySet()) {
        if (special.getValue().equals(spelling)) {
          return special.getKey();
        }
      }
    }
    throw refusal(
        path,
        "none of its special tokens %s is a known end of text (%s)"
            .formatted(specials.values(), String.join(" ", ENDS)));
  }

  private static DataException refusal(Path path, String problem) {
    return new DataException(
        "Cannot use the tokenizer",
        List.of(path + ": " + problem),
        "The file must be a tokenizer.json as Hugging Face's library writes it.");
  }
}
