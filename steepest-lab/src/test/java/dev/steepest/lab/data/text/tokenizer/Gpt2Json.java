package dev.steepest.lab.data.text.tokenizer;

import com.knuddels.jtokkit.Encodings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes GPT-2's vocabulary as a {@code tokenizer.json}. The ranks of r50k_base give the merges: a
 * string of rank r came from the two strings that remain when it is merged by ranks below r.
 */
final class Gpt2Json {

  private Gpt2Json() {}

  static void write(Path file) throws IOException {
    Map<String, Integer> ranks = ranks();
    List<List<String>> merges = new ArrayList<>();
    Map<String, Integer> vocab = new HashMap<>();
    ranks.entrySet().stream()
        .sorted(Map.Entry.comparingByValue())
        .forEach(entry -> {
          vocab.put(printable(entry.getKey()), entry.getValue());
          if (entry.getKey().length() > 1) {
            merges.add(halves(entry.getKey(), entry.getValue(), ranks));
          }
        });
    Map<String, Object> level =
        Map.of("type", "ByteLevel", "add_prefix_space", false, "trim_offsets", true);
    Files.writeString(
        file,
        new JsonMapper()
            .writeValueAsString(
                Map.of(
                    "version",
                    "1.0",
                    "truncation",
                    Map.of(
                        "direction",
                        "Right",
                        "max_length",
                        4,
                        "strategy",
                        "LongestFirst",
                        "stride",
                        0),
                    "added_tokens",
                    List.of(
                        Map.of(
                            "id",
                            50_256,
                            "content",
                            "<|endoftext|>",
                            "single_word",
                            false,
                            "lstrip",
                            false,
                            "rstrip",
                            false,
                            "normalized",
                            false,
                            "special",
                            true)),
                    "pre_tokenizer",
                    level,
                    "decoder",
                    level,
                    "model",
                    Map.of("type", "BPE", "vocab", vocab, "merges", merges))));
  }

  /** Strings of bytes, one character per byte. */
  private static Map<String, Integer> ranks() throws IOException {
    Map<String, Integer> ranks = new HashMap<>();
    try (InputStream in =
            Encodings.class.getResourceAsStream("/com/knuddels/jtokkit/r50k_base.tiktoken");
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII))) {
      for (String line; (line = lines.readLine()) != null; ) {
        String[] words = line.split(" ");
        byte[] bytes = Base64.getDecoder().decode(words[0]);
        ranks.put(new String(bytes, StandardCharsets.ISO_8859_1), Integer.valueOf(words[1]));
      }
    }
    return ranks;
  }

  private static List<String> halves(String token, int rank, Map<String, Integer> ranks) {
    List<String> pieces = new ArrayList<>();
    token.chars().forEach(c -> pieces.add(Character.toString(c)));
    while (pieces.size() > 2) {
      int best = -1;
      int least = rank;
      for (int i = 0; i + 1 < pieces.size(); i++) {
        int merged = ranks.getOrDefault(pieces.get(i) + pieces.get(i + 1), Integer.MAX_VALUE);
        if (merged < least) {
          least = merged;
          best = i;
        }
      }
      pieces.set(best, pieces.get(best) + pieces.remove(best + 1));
    }
    return pieces.stream().map(Gpt2Json::printable).toList();
  }

  /** Hugging Face's alphabet: printable Latin-1 stands for itself, other bytes for U+0100 on. */
  private static String printable(String bytes) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < bytes.length(); i++) {
      char c = bytes.charAt(i);
      text.append(plain(c) ? c : (char) (0x100 + others(c)));
    }
    return text.toString();
  }

  private static boolean plain(int b) {
    return (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xAC) || (b >= 0xAE && b <= 0xFF);
  }

  private static int others(int b) {
    int count = 0;
    for (int i = 0; i < b; i++) {
      count += plain(i) ? 0 : 1;
    }
    return count;
  }
}
