package dev.steepest.lab.data.text.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.steepest.lab.data.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** CLIP's tokens on a small vocabulary in CLIP's order. */
class ClipTokenizerTest {
  private static final Map<String, Integer> VOCABULARY = ClipFiles.vocabulary();

  @TempDir Path folder;

  @BeforeEach
  void write() throws IOException {
    ClipFiles.write(folder);
  }

  private ClipTokenizer tokenizer() {
    return new ClipTokenizer(ClipVocabulary.read(folder));
  }

  private static int[] tokens(String... words) {
    return Arrays.stream(words).mapToInt(VOCABULARY::get).toArray();
  }

  @Test
  void letters_have_the_numbers_that_they_have_in_clip() {
    assertThat(tokenizer().encode("a")).containsExactly(320);
    assertThat(VOCABULARY).containsEntry("!", 0).containsEntry("!</w>", 256);
  }

  @Test
  void words_are_merged_by_rank_and_marked_at_their_end() {
    assertThat(tokenizer().encode("A photo of\t the\n CAT "))
        .containsExactly(tokens("a</w>", "photo</w>", "of</w>", "the</w>", "cat</w>"));
    assertThat(tokenizer().encode("cats"))
        .as("at</w> is of no use inside")
        .containsExactly(tokens("c", "a", "t", "s</w>"));
    assertThat(tokenizer().encode("lower low")).containsExactly(tokens("lower</w>", "low</w>"));
  }

  @Test
  void pieces_are_split_as_clip_splits_them() {
    assertThat(tokenizer().encode("cat's 12!!"))
        .containsExactly(tokens("cat</w>", "'s</w>", "1</w>", "2</w>", "!!</w>"));
    assertThat(tokenizer().encode("é")).containsExactly(tokens("Ã©</w>"));
    assertThat(tokenizer().encode("e\u0301")).as("composed").containsExactly(tokens("Ã©</w>"));
    assertThat(tokenizer().encode("")).isEmpty();
  }

  @Test
  void text_is_never_parsed_for_commands() {
    assertThat(tokenizer().encode("<|endoftext|>")).doesNotContain(VOCABULARY.get("<|endoftext|>"));
  }

  @Test
  void it_agrees_with_hugging_faces_library() throws IOException {
    Path file = folder.resolve("tokenizer.json");
    ClipFiles.writeFast(file);
    JsonTokenizer fast = JsonTokenizer.read(file);
    ClipTokenizer mine = tokenizer();
    List<String> pieces =
        List.of(
            "a", "the", "Cat", "photo", "of", "star", "lower", "'s", "'ll", "1", "42", "!!", ",",
            ".", "é", "É", "ß", "猫", "😀", "\t", " ", "  ", "\u00a0", "-", "<|", "|>", "st", "²",
            "_");
    Random random = new Random(7);
    for (int i = 0; i < 300; i++) {
      StringBuilder text = new StringBuilder();
      for (int j = random.nextInt(9); j >= 0; j--) {
        text.append(pieces.get(random.nextInt(pieces.size())));
      }
      assertThat(mine.encode(text.toString()))
          .as(text.toString())
          .containsExactly(fast.encode(text.toString()));
    }
  }

  @Test
  void a_prompt_has_start_end_and_padding() {
    int start = VOCABULARY.get("<|startoftext|>");
    int end = VOCABULARY.get("<|endoftext|>");
    int[] prompt = tokenizer().prompt("the cat");
    assertThat(prompt).hasSize(77).startsWith(start, VOCABULARY.get("the</w>"));
    assertThat(Arrays.copyOfRange(prompt, 3, 77)).containsOnly(end);
    assertThat(tokenizer().prompt("")).startsWith(start, end);
  }

  @Test
  void stable_diffusion_2_pads_with_an_exclamation_mark() throws IOException {
    Files.writeString(
        folder.resolve("tokenizer_config.json"),
        "{\"pad_token\": {\"content\": \"<|endoftext|>\"}, \"model_max_length\": 9}");
    Files.writeString(folder.resolve("special_tokens_map.json"), "{\"pad_token\": \"!\"}");
    int end = VOCABULARY.get("<|endoftext|>");
    assertThat(tokenizer().prompt("a"))
        .containsExactly(VOCABULARY.get("<|startoftext|>"), 320, end, 0, 0, 0, 0, 0, 0);
  }

  @Test
  void a_prompt_that_is_too_long_says_what_has_no_place() {
    String text = "the ".repeat(75) + "photo of";
    assertThatIllegalArgumentException()
        .isThrownBy(() -> tokenizer().prompt(text))
        .withMessageContaining("77 tokens")
        .withMessageContaining("reads 75")
        .withMessageContaining("\"photo of\"");
    assertThat(tokenizer().prompt("the ".repeat(75))).hasSize(77);
  }

  @Test
  void all_that_is_wrong_of_the_files_is_said() throws IOException {
    Files.delete(folder.resolve("vocab.json"));
    Files.writeString(folder.resolve("merges.txt"), "#version: 0.2\na b c\n");
    Files.writeString(folder.resolve("special_tokens_map.json"), "{\n\"pad_token\"");
    Files.writeString(folder.resolve("tokenizer_config.json"), "{\"model_max_length\": 2}");
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> ClipVocabulary.read(folder))
        .satisfies(e -> assertThat(e.problems()).hasSize(4))
        .withMessageContaining("vocab.json: there is no such file")
        .withMessageContaining("merges.txt:2: 'a b c' is no pair")
        .withMessageContaining("special_tokens_map.json:2: ")
        .withMessageContaining("model_max_length = 2");
  }

  @Test
  void merges_and_padding_must_be_tokens() throws IOException {
    Files.writeString(folder.resolve("vocab.json"), "{\"a</w>\": 0, \"<|startoftext|>\": 1}");
    Files.writeString(folder.resolve("merges.txt"), "t h\n");
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> ClipVocabulary.read(folder))
        .withMessageContaining("'th' is not in vocab.json")
        .withMessageContaining("there is no token '<|endoftext|>'")
        .withMessageContaining("the padding '<|endoftext|>'");
  }
}
