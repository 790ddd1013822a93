package dev.steepest.lab.data.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.steepest.lab.data.DataException;
import dev.steepest.lab.data.text.token.ShardWriter;
import dev.steepest.lab.data.text.token.TokenCorpus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenSetsTest {

  private static final int END = 256;

  @TempDir Path data;

  private Path folder;

  @BeforeEach
  void makeFolder() throws IOException {
    folder = Files.createDirectory(data.resolve("set"));
  }

  /** Options over bytes, so that a token can be told by its letter. */
  private record Ask(
      String name,
      String folder,
      int vocabulary,
      long documents,
      double validation,
      long limit,
      long testTokens) {

    static final Ask TEXT = new Ask("text", "set", 0, 0, 0, 0, 0);
    static final Ask TOKENS = new Ask("tokens", "set", 0, 0, 0, 0, 0);

    TokenSets load(Path data) {
      return TokenSets.load(
          new TextOptions(
              name,
              folder,
              "bytes",
              "text",
              vocabulary,
              documents,
              validation,
              .2,
              limit,
              testTokens),
          data);
    }
  }

  /** The corpus as letters, the end of text as '|'. */
  private static String letters(TokenCorpus corpus) {
    return IntStream.range(0, Math.toIntExact(corpus.length()))
        .map(corpus::token)
        .mapToObj(token -> token == END ? "|" : Character.toString(token))
        .collect(Collectors.joining());
  }

  private void documents(String file, String... documents) throws IOException {
    Files.writeString(folder.resolve(file), String.join("\n<|endoftext|>\n", documents));
  }

  @Test
  void eachDocumentFollowsAnEndOfText() throws IOException {
    documents("train.txt", "aa", "bbb");
    documents("val.txt", "v", "w");
    documents("notes.txt", "not read where train files are");
    TokenSets sets = Ask.TEXT.load(data);
    assertThat(letters(sets.train())).isEqualTo("|aa|bbb");
    assertThat(letters(sets.test())).isEqualTo("|v|w");
    assertThat(sets.validation().length()).isZero();
    assertThat(sets.vocabulary()).isEqualTo(257);
    assertThat(sets.tokenizer().name()).isEqualTo("bytes");
    assertThat(sets.checksums()).containsOnlyKeys("train", "validation", "test");
    assertThat(sets.checksums().get("test")).isEqualTo(sets.test().sha256());
  }

  @Test
  void validationIsTheLastDocumentsOfTraining() throws IOException {
    documents("train.txt", "a", "b", "c", "d", "e", "f", "g", "h", "i", "j");
    documents("val.txt", "v");
    TokenSets sets = new Ask("text", "set", 0, 0, .2, 0, 0).load(data);
    assertThat(letters(sets.train())).isEqualTo("|a|b|c|d|e|f|g|h");
    assertThat(letters(sets.validation())).isEqualTo("|i|j");
  }

  @Test
  void withoutTestFilesTheTestSetIsCarvedFirst() throws IOException {
    documents("b.txt", "f", "g", "h", "i", "j");
    documents("a.txt", "a", "b", "c", "d", "e");
    TokenSets sets = new Ask("text", "set", 0, 0, .25, 0, 0).load(data);
    assertThat(letters(sets.train())).isEqualTo("|a|b|c|d|e|f");
    assertThat(letters(sets.validation())).isEqualTo("|g|h");
    assertThat(letters(sets.test())).isEqualTo("|i|j");
  }

  /** A single document, as Tiny Shakespeare is, has no last documents to hold out. */
  @Test
  void aShareOfLessThanADocumentIsTakenInTokens() throws IOException {
    documents("input.txt", "abcdefghi");
    TokenSets sets = new Ask("text", "set", 0, 0, .25, 0, 0).load(data);
    assertThat(letters(sets.train())).isEqualTo("|abcde");
    assertThat(letters(sets.validation())).isEqualTo("fg");
    assertThat(letters(sets.test())).isEqualTo("hi");
  }

  @Test
  void limitsCutEachPartWhereTheySay() throws IOException {
    documents("train.txt", "a", "b", "c", "d", "e", "f");
    documents("val.txt", "uvw", "xyz", "more");
    TokenSets sets = new Ask("text", "set", 0, 4, .25, 5, 4).load(data);
    assertThat(letters(sets.train())).isEqualTo("|a|b|");
    assertThat(letters(sets.validation())).isEqualTo("|d");
    assertThat(letters(sets.test())).as("4 predictions need 5 tokens").isEqualTo("|uvw|");
  }

  @Test
  void aFileMayStandForTheFolder() throws IOException {
    Files.writeString(folder.resolve("x.jsonl"), "{\"text\":\"abcdefghi\"}\n");
    TokenSets sets = new Ask("text", "set/x.jsonl", 0, 0, 0, 0, 0).load(data);
    assertThat(letters(sets.train()) + letters(sets.test())).isEqualTo("|abcdefghi");
  }

  @Test
  void aTextWithoutDocumentsIsRefused() throws IOException {
    documents("train.txt", " ", "\n");
    assertThatThrownBy(() -> Ask.TEXT.load(data))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("train.txt: holds no document");
    Files.delete(folder.resolve("train.txt"));
    assertThatThrownBy(() -> Ask.TEXT.load(data))
        .hasMessageContaining("set: holds no text to train on")
        .hasMessageContaining("train.txt and val.txt");
    assertThatThrownBy(() -> new Ask("text", "gone", 0, 0, 0, 0, 0).load(data))
        .hasMessageContaining("gone: no such folder");
    assertThatThrownBy(() -> new Ask("text", "", 0, 0, 0, 0, 0).load(data))
        .hasMessageContaining("data.folder is not given");
  }

  @Test
  void whatIsTooShortIsSaid() throws IOException {
    documents("train.txt", "a");
    assertThatThrownBy(() -> Ask.TEXT.load(data))
        .hasMessageContaining("leaves 0 tokens to test with");
  }

  private void shard(String file, int... tokens) throws IOException {
    try (ShardWriter writer = new ShardWriter(folder.resolve(file))) {
      writer.write(tokens, 0, tokens.length);
      writer.finish();
    }
  }

  @Test
  void shardsAreOneTextAndTheValidationShardTheTest() throws IOException {
    shard("x_train_000001.bin", END, 'a', 'b');
    shard("x_train_000002.bin", 'c', END, 'd', 'e', 'f', 'g', 'h');
    shard("x_val_000000.bin", END, 'v', 'w');
    TokenSets sets = new Ask("tokens", "set", 0, 0, .2, 7, 1).load(data);
    assertThat(letters(sets.train())).isEqualTo("|abc|de");
    assertThat(letters(sets.validation())).isEqualTo("gh");
    assertThat(letters(sets.test())).isEqualTo("|v");
  }

  @Test
  void headerlessFilesAreCarvedWhereThereIsNoTest() throws IOException {
    byte[] bytes = new byte[20];
    Arrays.setAll(new int[10], i -> bytes[2 * i] = (byte) ('a' + i));
    Files.write(folder.resolve("train.bin"), bytes);
    TokenSets sets = new Ask("tokens", "set", 0, 0, .25, 0, 0).load(data);
    assertThat(letters(sets.train())).isEqualTo("abcdef");
    assertThat(letters(sets.validation())).isEqualTo("gh");
    assertThat(letters(sets.test())).isEqualTo("ij");
  }

  @Test
  void tokensBeyondTheVocabularyAreRefusedInEveryFile() throws IOException {
    shard("x_train_000001.bin", 1, 2, 300, 4);
    shard("x_train_000002.bin", 1, 2, 3);
    shard("x_val_000000.bin", 1, 40_000, 50_000);
    assertThatThrownBy(() -> Ask.TOKENS.load(data))
        .isInstanceOfSatisfying(
            DataException.class,
            e ->
                assertThat(e.problems())
                    .containsExactly(
                        folder.resolve("x_train_000001.bin")
                            + ": token 300 at offset 1028 is beyond the vocabulary of 257 (0 …"
                            + " 256)",
                        folder.resolve("x_val_000000.bin")
                            + ": token 40000 at offset 1026 is beyond the vocabulary of 257 (0 …"
                            + " 256)"));
    assertThat(new Ask("tokens", "set", 50_304, 0, 0, 0, 0).load(data).vocabulary())
        .isEqualTo(50_304);
    assertThatThrownBy(() -> new Ask("tokens", "set", 0, 5, 0, 0, 0).load(data))
        .hasMessageContaining("data.documents: token files are not divided into documents");
  }

  @Test
  void finewebLiesInItsOwnFolder() throws IOException {
    folder = Files.createDirectory(data.resolve("fineweb10B"));
    shard("fineweb_train_000001.bin", 50_256, 1, 2);
    shard("fineweb_val_000000.bin", 50_256, 3);
    TokenSets sets = TokenSets.load(TextOptions.of("fineweb10B", ""), data);
    assertThat(sets.train().length()).isEqualTo(3);
    assertThat(sets.vocabulary()).isEqualTo(50_257);
  }

  @Test
  void sourcesAreFoundByName() {
    assertThat(TextSources.all())
        .extracting(TextSource::name)
        .containsExactly("fineweb10B", "text", "tokens");
    assertThatThrownBy(() -> TextSources.named("fineweb"))
        .hasMessageContaining("no text is called 'fineweb'; known are fineweb10B, text, tokens");
  }

  @ParameterizedTest
  @ValueSource(doubles = {-.1, .5, Double.NaN})
  void sharesHaveTheirRange(double share) {
    assertThatThrownBy(() -> new TextOptions("text", "x", "gpt2", "text", 0, 0, share, .1, 0, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("validation must be in [0, 0.5)");
  }

  /** Real text: 47 and 3 books; counts of jtokkit's GPT-2 tokens, about 6.5 million. */
  @Test
  void booksAreSomeSixAndAHalfMillionTokens() {
    TokenSets sets = TokenSets.load(TextOptions.of("text", "books"), Books.dataFolder());
    assertThat(sets.train().length()).isBetween(6_000_000L, 7_000_000L);
    assertThat(sets.test().length()).isBetween(250_000L, 350_000L);
    assertThat(sets.train().bytes()).isEqualTo(2 * sets.train().length());
    long ends =
        IntStream.range(0, (int) sets.train().length())
            .filter(i -> sets.train().token(i) == 50_256)
            .count();
    assertThat(ends).isEqualTo(47);
  }
}
