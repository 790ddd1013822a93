package dev.steepest.lab.data.text.tokenizer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * A vocabulary in CLIP's order: the letters of bytes, the same at the end of a word, a few merges,
 * start and end of text. In CLIP's own, which begins alike, {@code a</w>} is 320 too.
 */
final class ClipFiles {
  static final List<String> MERGES =
      List.of(
          "t h",
          "th e</w>",
          "a t</w>",
          "c at</w>",
          "i n",
          "o f</w>",
          "p h",
          "ph o",
          "t o</w>",
          "pho to</w>",
          "' s</w>",
          "in g</w>",
          "â Ģ",
          "s t",
          "a r</w>",
          "st ar</w>",
          "e r</w>",
          "l o",
          "lo w</w>",
          "lo w",
          "low er</w>",
          "! !</w>",
          "Ã ©</w>");

  private ClipFiles() {}

  static Map<String, Integer> vocabulary() {
    List<String> words = new ArrayList<>();
    for (int b = 0; b < 256; b++) {
      if ((b >= '!' && b <= '~') || (b >= 0xA1 && b != 0xAD)) {
        words.add(String.valueOf((char) b));
      }
    }
    for (char c = 256; words.size() < 256; c++) {
      words.add(String.valueOf(c));
    }
    List.copyOf(words).forEach(word -> words.add(word + "</w>"));
    for (String merge : MERGES) {
      if (!words.contains(merge.replace(" ", ""))) {
        words.add(merge.replace(" ", ""));
      }
    }
    words.add("<|startoftext|>");
    words.add("<|endoftext|>");
    Map<String, Integer> vocabulary = new LinkedHashMap<>();
    words.forEach(word -> vocabulary.put(word, vocabulary.size()));
    return vocabulary;
  }

  static void write(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(
        folder.resolve("vocab.json"), new JsonMapper().writeValueAsString(vocabulary()));
    Files.writeString(
        folder.resolve("merges.txt"), "#version: 0.2\n" + String.join("\n", MERGES) + "\n");
  }

  /** The same as Hugging Face's fast tokenizer of CLIP describes itself. */
  static void writeFast(Path file) throws IOException {
    Map<String, Object> split =
        Map.of(
            "type",
            "Split",
            "pattern",
            Map.of("Regex", "'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+"),
            "behavior",
            "Removed",
            "invert",
            true);
    Map<String, Object> bytes =
        Map.of("type", "ByteLevel", "add_prefix_space", false, "trim_offsets", true);
    Map<String, Object> model = new LinkedHashMap<>();
    model.put("type", "BPE");
    model.put("unk_token", "<|endoftext|>");
    model.put("continuing_subword_prefix", "");
    model.put("end_of_word_suffix", "</w>");
    model.put("fuse_unk", false);
    model.put("vocab", vocabulary());
    model.put("merges", MERGES);
    Map<String, Object> blanks =
        Map.of("type", "Replace", "pattern", Map.of("Regex", "\\s+"), "content", " ");
    Files.writeString(
        file,
        new JsonMapper()
            .writeValueAsString(
                Map.of(
                    "version", "1.0",
                    "added_tokens",
                        List.of(
                            Map.of(
                                "id", vocabulary().get("<|endoftext|>"),
                                "content", "<|endoftext|>",
                                "special", true,
                                "single_word", false,
                                "lstrip", false,
                                "rstrip", false,
                                "normalized", true)),
                    "normalizer",
                        Map.of(
                            "type",
                            "Sequence",
                            "normalizers",
                            List.of(Map.of("type", "NFC"), blanks, Map.of("type", "Lowercase"))),
                    "pre_tokenizer",
                        Map.of("type", "Sequence", "pretokenizers", List.of(split, bytes)),
                    "model", model)));
  }
}
